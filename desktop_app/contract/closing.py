# SPDX-License-Identifier: Apache-2.0
"""How long closing may take: the limits of engine and window.

The engine cancels its work, ends its children and closes the library; a native call that never returns must not keep it, so after its
limit it leaves as it is (what is committed is safe, the rest is read again). The window waits a little longer before it kills the
process: the engine can then always end by itself. The window is hidden meanwhile.
"""

from __future__ import annotations

ENGINE_SECONDS = 8.0
WINDOW_SECONDS = ENGINE_SECONDS + 1.0

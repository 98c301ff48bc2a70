# SPDX-License-Identifier: Apache-2.0
"""The window: widgets that talk to the engine through the bridge only.

It holds no thread and no engine.
"""

import desktop_app.bridge  # noqa: F401 - makes Qt safe on Python 3.11, before the first widget

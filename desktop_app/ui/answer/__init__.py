# SPDX-License-Identifier: Apache-2.0
"""An answer as text on the screen and in the clipboard."""

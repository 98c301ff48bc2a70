# SPDX-License-Identifier: Apache-2.0
"""The window's side of the pipe (QtCore only)."""

from desktop_app.bridge import binding

binding.keep_singletons()

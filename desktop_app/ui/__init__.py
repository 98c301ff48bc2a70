# SPDX-License-Identifier: Apache-2.0
"""Widgets. Talks to the engine through the bridge only; holds no thread and no engine."""

import desktop_app.bridge  # noqa: F401 - makes Qt safe on Python 3.11, before the first widget

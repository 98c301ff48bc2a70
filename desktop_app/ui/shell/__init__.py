# SPDX-License-Identifier: Apache-2.0
"""The window itself: frame, bars, palette, welcome page."""

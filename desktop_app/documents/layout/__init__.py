# SPDX-License-Identifier: Apache-2.0
"""Text that knows only where it stands: reading order and paragraphs."""

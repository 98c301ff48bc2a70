# SPDX-License-Identifier: Apache-2.0
"""The ways in which a question leans on earlier turns."""

from __future__ import annotations

ALONE, SHIFT, POINTS, WHY, WHICH, REPLY, BARE = "", "shift", "points", "why", "which", "reply", "bare"
"""Independent; the same question of another thing; names its subject by a pronoun, or not at all; asks for the reason of what was
said; which of several things that were named; says yes or no to what was asked back; names a thing and asks nothing."""

PUNCTUATION = " \t\n?？!！。.,，、;；:：…~～"
"""Around a question, to be stripped."""

# SPDX-License-Identifier: Apache-2.0
"""What ActiveX controls of Word documents show: texts, choices, boxes.

Their state stands in a part of its own as names and values ("property bag"); one that is kept in binary form is not read.
"""

from __future__ import annotations

from typing import Any

from desktop_app.documents.text import table
from desktop_app.documents.text.xml_files import attribute, name_of
from desktop_app.documents.word.docx_inline import BOXES

# The first part of the identity of each class of Microsoft Forms 2.0: check box, option button, toggle button.
_TICKED = frozenset(("8BD21D40", "8BD21D50", "8BD21D60"))
_ON = frozenset(("1", "-1", "true"))


def control_value(root: Any) -> str:
    """What the control in a part shows: its text or choice, or a box with its caption."""
    said = {attribute(one, "name").lower(): table.clean(attribute(one, "value")) for one in root if name_of(one) == "ocxPr"}
    value, caption = said.get("value", said.get("text", "")), said.get("caption", "")
    if attribute(root, "classid").strip("{}").upper().partition("-")[0] in _TICKED:
        return f"{BOXES[value.lower() in _ON]} {caption}".strip()
    return value or caption

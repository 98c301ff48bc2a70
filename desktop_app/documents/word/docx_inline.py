# SPDX-License-Identifier: Apache-2.0
"""The text of one Word paragraph, and what hangs on it.

Text comes in spans, each seen, struck or hidden in one way. Of a field its result counts, of a form field its value, of a revision what
is left when all are accepted. Text boxes, notes, comments, charts and objects that are anchored in the paragraph are named, not read.
"""

from __future__ import annotations

import re
from typing import Any

from desktop_app.documents.text.symbol_fonts import symbol
from desktop_app.documents.text.xml_files import attribute, name_of, namespace_of
from desktop_app.documents.word.docx_parts import VAL, chosen, number, office, switched_on, value, w
from desktop_app.documents.word.docx_styles import SeenOn
from desktop_app.documents.word.texts import Spans

_R, _T, _RPR, _FIELD, _SIMPLE = (w(name) for name in ("r", "t", "rPr", "fldChar", "fldSimple"))
_SYMBOL, _INSTRUCTION, _BOX, _CONTROL = (w(name) for name in ("sym", "instrText", "txbxContent", "control"))
_WHITE = {w("tab"): "\t", w("ptab"): "\t", w("br"): "\n", w("cr"): "\n", w("noBreakHyphen"): "-"}
_SKIPPED = frozenset(
    map(w, ("del", "moveFrom", "pPr", "rPr", "sectPr", "delText", "delInstrText", "sdtPr", "sdtEndPr", "rubyPr"))
)
_NOTES = {w("footnoteReference"): "footnote", w("endnoteReference"): "endnote", w("commentReference"): "comment"}
_DRAWN = frozenset(map(w, ("drawing", "pict", "object")))
_MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_ALTERNATE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_HEX = re.compile("[0-9a-fA-F]{1,6}")
BOXES = ("☐", "☒")  # what Word shows for a check box that is off and on


class Inline(Spans):
    """What is collected of a paragraph; one whose mark was deleted goes on with the next.

    ``anchored``: (kind, element or id) in order, of kinds "box", "footnote", "endnote", "comment", "chart", "diagram", "object", "control",
    "wordart".
    """

    def __init__(self) -> None:
        super().__init__()
        self.anchored: list[tuple[str, Any]] = []

    def add(self, element: Any, seen: SeenOn) -> None:
        """Collect a paragraph whose runs are seen as ``seen`` says."""
        self._seen = seen
        self._inside(element)
        self.end_paragraph()

    # ---- elements ---------------------------------------------------------------------------------------------------

    def _inside(self, element: Any) -> None:
        for child in element:
            tag = child.tag
            if tag == _R:
                self._content(child, self._seen.plain)
            elif tag in _SKIPPED or not isinstance(tag, str):
                continue
            elif tag == _MATHS:
                self.say(child.text or "", self._seen.plain)
            elif tag == _ALTERNATE:
                branch = chosen(child)
                if branch is not None:
                    self._inside(branch)
            elif tag == _SIMPLE:
                self.begin_field(code=child.get(w("instr"), ""), instructs=False)
                self._inside(child)
                self.end_field()
            elif tag in _DRAWN:
                self._drawing(child)
            else:
                self._inside(child)  # links, insertions, content controls, smart tags

    def _content(self, run: Any, how: str) -> None:  # noqa: C901 - one branch for each kind of element
        """What stands in a run; its properties come first."""
        for child in run:
            tag = child.tag
            if tag == _T:
                self.say(child.text or "", how)
            elif tag == _RPR:
                how = self._seen.how(child)
            elif tag in _WHITE:
                self.say(_WHITE[tag], how)
            elif tag == _SYMBOL:
                self.say(_sign(child), how)
            elif tag == _FIELD:
                self._field(child, how)
            elif tag == _INSTRUCTION:
                self.instruct(child.text or "")
            elif tag in _NOTES:
                self.anchored.append((_NOTES[tag], child.get(w("id"), "")))
            elif tag in _DRAWN:
                self._drawing(child)
            elif tag == _ALTERNATE:
                branch = chosen(child)
                if branch is not None:
                    self._content(branch, how)
            elif tag not in _SKIPPED and isinstance(tag, str):
                self._inside(child)  # a word with its reading above it

    def _field(self, mark: Any, how: str) -> None:
        kind = mark.get(w("fldCharType"))
        if kind == "begin":
            self.begin_field(_form_value(mark.find(w("ffData"))))
        elif kind == "separate":
            self.separate_field()
        elif kind == "end":
            self.end_field(how)

    # ---- drawings ---------------------------------------------------------------------------------------------------

    def _drawing(self, element: Any) -> None:  # noqa: C901 - one branch for each kind of drawing
        for child in element:
            tag = child.tag
            if not isinstance(tag, str):
                continue
            name = name_of(child)
            if tag == _BOX:
                self.anchored.append(("box", child))
            elif tag == _ALTERNATE:
                branch = chosen(child)
                if branch is not None:
                    self._drawing(branch)
            elif name == "chart" and "chart" in namespace_of(child):
                self.anchored.append(("chart", child.get(office("id"), "")))
            elif name == "relIds" and "diagram" in namespace_of(child):
                self.anchored.append(("diagram", attribute(child, "dm")))
            elif name == "OLEObject":
                self.anchored.append(("object", child))
            elif tag == _CONTROL:
                self.anchored.append(("control", child.get(office("id"), "")))
            elif name == "textpath":
                self.anchored.append(("wordart", attribute(child, "string")))
            else:
                self._drawing(child)


def _form_value(data: Any | None) -> str:
    """What a form field shows that has no result of its own: a check box, a drop-down list."""
    if data is None:
        return ""
    check, choice = data.find(w("checkBox")), data.find(w("ddList"))
    if check is not None:
        state = check.find(w("checked"))
        state = check.find(w("default")) if state is None else state
        return BOXES[state is not None and switched_on(state)]
    if choice is not None:
        entries = [entry.get(VAL, "") for entry in choice.iterchildren(w("listEntry"))]
        at = number(value(choice, "result") or value(choice, "default"), 0)
        return entries[at] if 0 <= at < len(entries) else ""
    return ""


def _sign(element: Any) -> str:
    """The character of a sign of a font."""
    code = element.get(w("char"), "")
    return symbol(int(code, 16), element.get(w("font"), "")) if _HEX.fullmatch(code) else ""

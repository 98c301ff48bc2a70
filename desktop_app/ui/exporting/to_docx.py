# SPDX-License-Identifier: Apache-2.0
"""Writes an export as a Word document.

Headings, tables and code as Word knows them, the letters as they are in the source.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from desktop_app.foundation.translation import tr
from desktop_app.ui.answer.answer_blocks import CODE, FORMULA, HEADING, NO_ITEM, RULE, TABLE, AnswerBlock, TextRun
from desktop_app.ui.exporting.contents import Contents, ExportedAnswer, ExportedQuestion, ExportedSource

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph

_QUIET, _SEAL, _NOTE = "635F57", "A83526", "805000"
_INDENT_PT = 18.0
_LATIN, _CHINESE, _FIXED = "Calibri", "Microsoft YaHei", "Consolas"


def to_docx(contents: Contents) -> bytes:
    """The bytes of a .docx file."""
    writer = _Writer()
    writer.contents(contents)
    return writer.data(contents.title)


class _Writer:
    def __init__(self) -> None:
        import docx
        from docx.oxml.ns import qn

        self._document: Any = docx.Document()
        for name in ("Normal", "Title", "Heading 1", "Heading 2", "Heading 3", "Heading 4", "Heading 5"):
            fonts = self._document.styles[name].element.get_or_add_rPr().get_or_add_rFonts()
            for kind in list(fonts.attrib):
                del fonts.attrib[kind]  # those of the template's theme, which would win
            for kind, font in (("ascii", _LATIN), ("hAnsi", _LATIN), ("cs", _LATIN), ("eastAsia", _CHINESE)):
                fonts.set(qn(f"w:{kind}"), font)

    def data(self, title: str) -> bytes:
        about = self._document.core_properties
        about.author, about.comments, about.title = "", "", title[:255]  # Word allows no longer one
        about.created = about.modified = datetime.now(UTC).replace(tzinfo=None)
        out = io.BytesIO()
        self._document.save(out)
        return out.getvalue()

    def contents(self, contents: Contents) -> None:
        self._words(contents.title, style="Title")
        self._words(contents.about, colour=_QUIET)
        for question in contents.questions:
            self._question(question)
        if contents.files:
            self._words(tr("Files"), style="Heading 1")
            for name, path in contents.files:
                self._words(f"{name}: {path}", colour=_QUIET)

    def _question(self, question: ExportedQuestion) -> None:
        if question.text:
            self._words(question.text, style="Heading 1")
        if question.searched_as:
            self._words(tr("Searched for: {words}", words=question.searched_as), colour=_QUIET)
        if question.instead:
            self._words(question.instead)
        for answer in question.answers:
            self._answer(answer)

    def _answer(self, answer: ExportedAnswer) -> None:
        self._words(answer.by, colour=_QUIET)
        for block in answer.blocks:
            self._block(block)
        if answer.unproven:
            self._words(tr("What the model wrote, not found in the sources:"), colour=_NOTE)
            for block in answer.unproven:
                self._block(block, shift=1)
        if answer.remarks:
            self._words(" ".join(answer.remarks), colour=_QUIET)
        if answer.sources:
            self._words(tr("Sources"), style="Heading 2")
            for source in answer.sources:
                self._source(source)

    def _source(self, source: ExportedSource) -> None:
        paragraph = self._document.add_paragraph()
        self._put(paragraph, f"[{source.number}]", colour=_SEAL)
        self._put(paragraph, " " + ", ".join(filter(None, (source.name, source.where))))
        if source.table is not None:
            self._table(source.table)
        else:
            self._indent(self._words(source.quote), 1)

    # ---- blocks ----

    def _block(self, block: AnswerBlock, shift: int = 0) -> None:
        if block.kind == TABLE:
            self._table(block)
            return
        style = f"Heading {min(block.level + 2, 5)}" if block.kind == HEADING else None
        paragraph = self._document.add_paragraph(style=style)
        depth = block.depth + block.quoted + shift + (block.kind == FORMULA)
        self._indent(paragraph, depth, hanging=block.item != NO_ITEM)
        if block.item != NO_ITEM:
            self._put(paragraph, f"{block.item}.\t" if block.item else "•\t")
        if block.kind == RULE:
            self._put(paragraph, "―" * 20, colour=_QUIET)
        for run in block.runs:
            self._run(paragraph, run, fixed=block.kind == CODE)

    def _table(self, block: AnswerBlock) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        sides = {"right": WD_ALIGN_PARAGRAPH.RIGHT, "center": WD_ALIGN_PARAGRAPH.CENTER}
        table = self._document.add_table(rows=0, cols=len(block.rows[0]), style="Table Grid")
        for row in block.rows:
            # ``table.cell`` walks the whole table each time.
            for number, (cell, runs) in enumerate(zip(table.add_row().cells, row, strict=True)):
                paragraph = cell.paragraphs[0]
                side = block.aligned[number] if number < len(block.aligned) else ""
                if side in sides:
                    paragraph.alignment = sides[side]
                for run in runs:
                    self._run(paragraph, run)
        self._document.add_paragraph()

    def _indent(self, paragraph: Paragraph, depth: int, *, hanging: bool = False) -> None:
        from docx.shared import Pt

        if depth:
            paragraph.paragraph_format.left_indent = Pt(_INDENT_PT * depth)
        if hanging:
            paragraph.paragraph_format.first_line_indent = Pt(-_INDENT_PT)

    # ---- words ----

    def _words(self, text: str, *, style: str | None = None, colour: str = "") -> Paragraph:
        paragraph: Paragraph = self._document.add_paragraph(style=style)
        self._put(paragraph, text, colour=colour)
        return paragraph

    def _put(self, paragraph: Paragraph, text: str, *, colour: str = "") -> Any:
        from docx.shared import RGBColor

        run = paragraph.add_run(text.replace("\r", "\n"))
        if colour:
            run.font.color.rgb = RGBColor.from_string(colour)
        return run

    def _run(self, paragraph: Paragraph, run: TextRun, *, fixed: bool = False) -> None:
        from docx.enum.text import WD_UNDERLINE

        colour = _SEAL if run.seal else _NOTE if run.note else ""
        made = self._put(paragraph, run.text, colour=colour)
        if run.bold:
            made.bold = True
        if run.slanted:
            made.italic = True
        if run.struck:
            made.font.strike = True
        if run.rise:
            made.font.superscript, made.font.subscript = (True, None) if run.rise > 0 else (None, True)
        if run.code or fixed:
            made.font.name = _FIXED
        if run.mark >= 0:
            made.font.underline = WD_UNDERLINE.DOTTED

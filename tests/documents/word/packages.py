# SPDX-License-Identifier: Apache-2.0
"""Word packages written by hand, with gold beside them.

A document is its XML: no library writes revisions, text boxes, comments on words, strict namespaces or lists that restart. Each labelled
input names all segments that it holds, with their places.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from desktop_app.contract.document import Document
from desktop_app.documents.process import registry
from documents.making import quiet

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMESPACES = (
    f'xmlns:w="{_W}" xmlns:r="{_R}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
    ' xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
    ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
HEADINGS = "".join(
    f'<w:style w:type="paragraph" w:styleId="Heading{level}"><w:name w:val="heading {level}"/>{{{level - 1}}}</w:style>'
    for level in (1, 2, 3)
).format("", "", "")
_MAIN = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    ".docm": "application/vnd.ms-word.document.macroEnabled.main+xml",
    ".dotx": "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
}


class Gold(NamedTuple):
    """A segment that a document holds."""

    text: str
    headings: tuple[str, ...] = ()
    aside: str = ""
    author: str = ""
    hidden: str = ""
    part: str | None = None


@dataclass(frozen=True)
class Word:
    """A document: the XML of its body, and of other parts by the last word of their relation's type.

    ``headers``: header and footer parts by the id in the section. ``others``: (kind, id, name of the part, bytes).
    """

    gold: Sequence[Gold]
    body: str
    styles: str = ""
    numbering: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    others: Sequence[tuple[str, str, str, bytes]] = ()
    settings: str = ""
    background: str = ""

    def write(self, path: Path, *, strict: bool = False) -> Path:
        """The document as a file of the kind that its name says."""
        relations: list[tuple[str, str, str]] = []
        files: dict[str, bytes] = {}

        def part(kind: str, name: str, xml: str, identity: str = "") -> None:
            files[f"word/{name}"] = f"<?xml version='1.0' encoding='UTF-8'?>{xml}".encode()
            relations.append((identity or f"own{len(relations)}", kind, name))

        whole = {"styles": HEADINGS + self.styles, "numbering": self.numbering, "settings": self.settings, **self.parts}
        for kind, inside in whole.items():
            if inside:
                part(kind, f"{kind}.xml", f"<w:{kind} {NAMESPACES}>{inside}</w:{kind}>")
        for identity, inside in self.headers.items():
            kind = "footer" if identity.startswith("f") else "header"
            root = {"footer": "ftr", "header": "hdr"}[kind]
            part(kind, f"{identity}.xml", f"<w:{root} {NAMESPACES}>{inside}</w:{root}>", identity)
        for kind, identity, name, data in self.others:
            files[f"word/{name}"] = data
            relations.append((identity, kind, name))
        files["word/document.xml"] = (
            f"<?xml version='1.0' encoding='UTF-8'?><w:document {NAMESPACES}>{self.background}<w:body>{self.body}</w:body></w:document>"
        ).encode()
        files["word/_rels/document.xml.rels"] = _relations(relations)
        files["_rels/.rels"] = _relations([("rId1", "officeDocument", "word/document.xml")])
        files["[Content_Types].xml"] = (
            "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'><Default Extension='rels'"
            " ContentType='application/vnd.openxmlformats-package.relationships+xml'/><Default Extension='xml' ContentType='application/xml'/>"
            f"<Override PartName='/word/document.xml' ContentType='{_MAIN[path.suffix]}'/></Types>"
        ).encode()
        with zipfile.ZipFile(path, "w") as package:
            for name, data in files.items():
                package.writestr(name, _strict(data) if strict and name.endswith((".xml", ".rels")) else data)
        return path


def _relations(relations: Sequence[tuple[str, str, str]]) -> bytes:
    lines = "".join(f'<Relationship Id="{one}" Type="{_R}/{kind}" Target="{name}"/>' for one, kind, name in relations)
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{lines}</Relationships>'.encode()
    )


def _strict(data: bytes) -> bytes:
    """The part under the namespaces of ISO 29500 Strict."""
    for area, name in (
        ("wordprocessingml", "main"),
        ("officeDocument", "relationships"),
        ("officeDocument", "math"),
        ("drawingml", "main"),
        ("drawingml", "chart"),
        ("drawingml", "diagram"),
        ("drawingml", "wordprocessingDrawing"),
    ):
        old, new = (
            f"http://schemas.openxmlformats.org/{area}/2006/{name}",
            f"http://purl.oclc.org/ooxml/{area}/{name}",
        )
        data = data.replace(old.encode(), new.encode())
    return data


# ---- pieces of XML --------------------------------------------------------------------------------------------------------


def run(text: str, look: str = "") -> str:
    """A run, ``look`` its properties."""
    return f'<w:r>{f"<w:rPr>{look}</w:rPr>" if look else ""}<w:t xml:space="preserve">{text}</w:t></w:r>'


def para(*inside: str, style: str = "", numbered: tuple[int, int] | None = None, properties: str = "") -> str:
    """A paragraph of runs or plain text; ``numbered``: (numId, level)."""
    about = f'<w:pStyle w:val="{style}"/>' if style else ""
    if numbered:
        about += f'<w:numPr><w:ilvl w:val="{numbered[1]}"/><w:numId w:val="{numbered[0]}"/></w:numPr>'
    runs = "".join(one if one.startswith("<") else run(one) for one in inside)
    return f"<w:p><w:pPr>{about}{properties}</w:pPr>{runs}</w:p>"


def table(*rows: Sequence[str]) -> str:
    """A table; a cell is plain text or its paragraphs."""
    return "<w:tbl>" + "".join(f"<w:tr>{''.join(cell(one) for one in row)}</w:tr>" for row in rows) + "</w:tbl>"


def cell(inside: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inside if inside.startswith('<') else para(inside)}</w:tc>"


# ---- reading and measuring ------------------------------------------------------------------------------------------------


def held(document: Document) -> list[Gold]:
    """What a reader gave, in the form of gold."""
    return [
        Gold(one.text, place.headings, place.aside, place.author, place.hidden, place.part)
        for one in document.segments
        for place in (one.locator,)
    ]


def measured(kind: str, cases: Mapping[str, tuple[Sequence[Gold], Callable[[Path], Path]]], root: Path) -> None:
    """Read labelled inputs, print how much of their gold is found, and hold it to what the program promises."""
    wanted = found = placed = flagged = hidden = twice = foreign = 0
    wrong: list[str] = []
    for name, (gold, write) in cases.items():
        document = registry.read(write(root / name), quiet)
        got = Counter(held(document))
        texts = Counter(one.text for one in got.elements())
        for one in gold:
            wanted += 1
            found += texts[one.text] > 0
            placed += got[one] > 0
            if one.hidden:
                hidden += 1
                flagged += any(other.text == one.text and other.hidden == one.hidden for other in got)
        more = texts - Counter(one.text for one in gold)
        twice += sum(count for text, count in more.items() if any(text == one.text for one in gold))
        foreign += sum(count for text, count in more.items() if all(text != one.text for one in gold))
        if got != Counter(gold) or document.partial:
            wrong.append(f"{name}: {list((got - Counter(gold)).elements())} {document.detail}")
    print(
        f"{kind}: {len(cases)} inputs, {wanted} texts; recall {found / wanted:.3f}, places right {placed / wanted:.3f}, "
        f"hidden flagged {flagged}/{hidden}, twice {twice}, not in the gold {foreign}"
    )
    problems = "\n".join(wrong)
    assert len(cases) >= 12
    assert found >= 0.99 * wanted, problems
    assert placed >= 0.99 * wanted, problems
    assert flagged >= 0.98 * hidden, problems
    assert not twice, problems
    assert not foreign, problems


def packages(kind: str, words: Mapping[str, Word], root: Path, *, strict: Sequence[str] = ()) -> None:
    """``measured`` for packages by name; those in ``strict`` once more as Strict Open XML."""
    cases = {f"{name}.docx": (word.gold, word.write) for name, word in words.items()}
    for name in strict:
        word = words[name]
        cases[f"{name} strict.docx"] = (word.gold, lambda path, word=word: word.write(path, strict=True))
    measured(kind, cases, root)

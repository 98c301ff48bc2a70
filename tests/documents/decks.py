# SPDX-License-Identifier: Apache-2.0
"""Presentations with labelled text: python-pptx makes the deck, what it cannot say is written into its XML."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.util import Inches, Pt

from documents.old_office import compound

REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WHITE, NAVY = RGBColor(255, 255, 255), RGBColor(0, 0, 96)


def box(slide: Any, text: str, x: float = 1, y: float = 1, **look: Any) -> Any:
    """A text box of two inches by one; ``look``: colour, size (points), strike, fill."""
    shape = slide.shapes.add_textbox(Inches(x), Inches(y), Inches(2), Inches(1))
    run = shape.text_frame.paragraphs[0].add_run()
    run.text = text
    paint(run, shape, **look)
    return shape


def paint(run: Any, shape: Any = None, *, colour: Any = None, size: float = 0, strike: bool = False, fill: Any = None) -> None:
    if isinstance(colour, MSO_THEME_COLOR):
        run.font.color.theme_color = colour
    elif colour is not None:
        run.font.color.rgb = colour
    if size:
        run.font.size = Pt(size)
    if strike:
        run.font._element.set("strike", "sngStrike")
    if fill is not None:
        shape.fill.solid()
        shape.fill.fore_color.rgb = fill


def deck(path: Path, *slides: Callable[[Any], None]) -> Path:
    """One slide for each function, which gets the empty slide."""
    made = Presentation()
    for draw in slides:
        draw(made.slides.add_slide(made.slide_layouts[6]))
    made.save(str(path))
    return path


def edited(
    path: Path, edits: Mapping[str, Callable[[bytes], bytes]] | None = None, more: Mapping[str, bytes] | None = None
) -> Path:
    """The package with parts changed by ``edits`` and new ones added."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    for name, edit in (edits or {}).items():
        parts[name] = edit(parts[name])
    parts.update(more or {})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return path


def related(identity: str, kind: str, target: str) -> Callable[[bytes], bytes]:
    """Adds a relation to a part's list of them."""
    line = f'<Relationship Id="{identity}" Type="{REL}/{kind}" Target="{target}"/></Relationships>'
    return lambda data: data.replace(b"</Relationships>", line.encode())


def strict(path: Path) -> Path:
    """The same deck as "Strict Open XML": other namespaces, the same elements."""

    def turned(data: bytes) -> bytes:
        return re.sub(rb"http://schemas\.openxmlformats\.org/(\w+)/2006/", rb"http://purl.oclc.org/ooxml/\1/", data).replace(
            b"purl.oclc.org/ooxml/package/", b"schemas.openxmlformats.org/package/2006/"
        )

    with zipfile.ZipFile(path) as package:
        names = [name for name in package.namelist() if name.endswith((".xml", ".rels")) and not name.startswith("[")]
    return edited(path, dict.fromkeys(names, turned))


def chart(slide: Any, title: str, kind: XL_CHART_TYPE, categories: list[str], series: dict[str, list[float]]) -> None:
    data = CategoryChartData(number_format="0.0")
    data.categories = categories
    for name, values in series.items():
        data.add_series(name, values)
    drawn = slide.shapes.add_chart(kind, Inches(1), Inches(1), Inches(5), Inches(3), data).chart
    drawn.has_title = True
    drawn.chart_title.text_frame.text = title


def comments(path: Path, slide: int, said: list[tuple[str, str]]) -> Path:
    """Comments as PowerPoint wrote them until 2021."""
    p = "http://schemas.openxmlformats.org/presentationml/2006/main"
    names = list(dict.fromkeys(author for author, _ in said))
    authors = "".join(f'<p:cmAuthor id="{number}" name="{name}" initials="X"/>' for number, name in enumerate(names))
    lines = "".join(
        f'<p:cm authorId="{names.index(author)}" idx="1"><p:pos x="1" y="1"/><p:text>{text}</p:text></p:cm>'
        for author, text in said
    )
    return edited(
        path,
        {
            "ppt/_rels/presentation.xml.rels": related("rIdA", "commentAuthors", "commentAuthors.xml"),
            f"ppt/slides/_rels/slide{slide}.xml.rels": related("rIdC", "comments", "../comments/comment1.xml"),
        },
        {
            "ppt/commentAuthors.xml": f'<p:cmAuthorLst xmlns:p="{p}">{authors}</p:cmAuthorLst>'.encode(),
            "ppt/comments/comment1.xml": f'<p:cmLst xmlns:p="{p}">{lines}</p:cmLst>'.encode(),
        },
    )


def below(path: Path, master: str, layout: str) -> Path:
    """Text that the master shows at the top of every slide, and its empty layout at the bottom."""

    def shape(text: str, y: int) -> bytes:
        return (
            '<p:sp xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
            '<p:nvSpPr><p:cNvPr id="99" name="x"/><p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm><a:off x="914400" y="'
            f'{y}"/><a:ext cx="2743200" cy="300000"/></a:xfrm></p:spPr><p:txBody><a:bodyPr/><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody>'
            "</p:sp></p:spTree>"
        ).encode()

    return edited(
        path,
        {
            "ppt/slideMasters/slideMaster1.xml": lambda data: data.replace(b"</p:spTree>", shape(master, 100_000)),
            "ppt/slideLayouts/slideLayout7.xml": lambda data: data.replace(b"</p:spTree>", shape(layout, 6_400_000)),
        },
    )


def newer_comments(path: Path, author: str, text: str, answer: str) -> Path:
    """A comment with an answer as PowerPoint writes them since 2021."""
    p, a = "http://schemas.microsoft.com/office/powerpoint/2018/8/main", "http://schemas.openxmlformats.org/drawingml/2006/main"

    def body(words: str) -> str:
        return f"<p188:txBody><a:bodyPr/><a:p><a:r><a:t>{words}</a:t></a:r></a:p></p188:txBody>"

    kind = "http://schemas.microsoft.com/office/2018/10/relationships"
    return edited(
        path,
        {
            "ppt/_rels/presentation.xml.rels": lambda data: data.replace(
                b"</Relationships>",
                f'<Relationship Id="rIdA" Type="{kind}/authors" Target="authors.xml"/></Relationships>'.encode(),
            ),
            "ppt/slides/_rels/slide1.xml.rels": lambda data: data.replace(
                b"</Relationships>",
                f'<Relationship Id="rIdC" Type="{kind}/comments" Target="../comments/modern.xml"/></Relationships>'.encode(),
            ),
        },
        {
            "ppt/authors.xml": f'<p188:authorLst xmlns:p188="{p}"><p188:author id="{{1}}" name="{author}"/></p188:authorLst>'.encode(),
            "ppt/comments/modern.xml": (
                f'<p188:cmLst xmlns:p188="{p}" xmlns:a="{a}"><p188:cm id="{{2}}" authorId="{{1}}"><p188:replyLst><p188:reply id="{{3}}"'
                f' authorId="{{1}}">{body(answer)}</p188:reply></p188:replyLst>{body(text)}</p188:cm></p188:cmLst>'
            ).encode(),
        },
    )


def with_file(path: Path, name: str, data: bytes) -> Path:
    """A file on the first slide, under its own name in an OLE package or, without a name, as a part of its own."""
    part, kind = "../embeddings/oleObject1.bin", "oleObject"
    if name:
        label, wide = name.encode("gbk"), name.encode("utf-16-le")
        native = b"\x02\x00" + label + b"\0" + b"C:\\x\0" + b"\0\0\x03\0" + (4).to_bytes(4, "little") + b"C:\\\0"
        native += len(data).to_bytes(4, "little") + data
        for text in (b"", wide, b""):
            native += (len(text) // 2).to_bytes(4, "little") + text
        inside = compound(
            path.with_suffix(".bin"), {"\x01Ole10Native": (len(native)).to_bytes(4, "little") + native}
        ).read_bytes()
    else:
        part, kind, inside = "../embeddings/Sheet1.xlsx", "package", data
    rels = "ppt/slides/_rels/slide1.xml.rels"
    return edited(path, {rels: related("rIdO", kind, part)}, {f"ppt/slides/{part}".replace("slides/../", ""): inside})


def picture() -> io.BytesIO:
    from PIL import Image

    data = io.BytesIO()
    Image.new("RGB", (8, 8), (0, 0, 96)).save(data, "png")
    data.seek(0)
    return data

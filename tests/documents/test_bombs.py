# SPDX-License-Identifier: Apache-2.0
"""Files that grow when they are opened: documents in documents, parts of nothing but repetition, entities of entities."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from desktop_app.contract.document import Document, UnreadableDocument
from desktop_app.documents import nesting
from desktop_app.documents.process import registry
from documents import decks, open_documents
from documents.making import quiet
from documents.old_office import compound
from documents.word.packages import Word, para

OBJECT = '<w:p><w:r><w:object><o:OLEObject r:id="o{}" Type="Embed"/></w:object></w:r></w:p>'


def holding(path: Path, files: Sequence[tuple[str, bytes]]) -> Path:
    """A document with files inside."""
    body = para("Outer text.") + "".join(OBJECT.format(number) for number in range(len(files)))
    others = [("package", f"o{number}", f"embeddings/{name}", data) for number, (name, data) in enumerate(files)]
    return Word([], body, others=others).write(path)


def texts(document: Document) -> list[str]:
    return [segment.text for segment in document.segments]


def test_documents_inside_each_other_end_at_the_deepest(tmp_path: Path) -> None:
    data = Word([], para("Innermost.")).write(tmp_path / "0.docx").read_bytes()
    for number in range(1, 12):
        data = holding(tmp_path / f"{number}.docx", [(f"{number}.docx", data)]).read_bytes()
    document = registry.read(tmp_path / "11.docx", quiet)
    assert texts(document) == ["Outer text."] * (nesting.DEEPEST + 1)
    assert document.partial == "partly_read"
    assert "too_big" in document.detail


def test_ten_thousand_files_inside_end_at_the_most(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nesting, "MOST_MEMBERS", 20)
    document = registry.read(
        holding(tmp_path / "many.docx", [(f"{number}.txt", f"File {number}".encode()) for number in range(60)]), quiet
    )
    assert texts(document) == ["Outer text.", *[f"File {number}" for number in range(20)]]
    assert document.partial == "partly_read"


def test_documents_that_hold_many_of_each_other_share_one_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nesting, "MOST_MEMBERS", 30)
    data = Word([], para("Innermost.")).write(tmp_path / "0.docx").read_bytes()
    for number in range(1, 4):
        data = holding(tmp_path / f"{number}.docx", [(f"{at}.docx", data) for at in range(10)]).read_bytes()
    document = registry.read(tmp_path / "3.docx", quiet)
    assert len(document.segments) <= 31
    assert document.partial == "partly_read"


def test_packages_of_ole_in_packages_of_ole_end(tmp_path: Path) -> None:
    name, data = "terms.txt", b"Payment is due."
    for number in range(30):
        native = b"\x02\x00" + name.encode() + b"\0C:\\x\0\0\0\x03\0" + (4).to_bytes(4, "little") + b"C:\\\0"
        native += len(data).to_bytes(4, "little") + data
        streams = {"\x01Ole10Native": len(native).to_bytes(4, "little") + native}
        name, data = f"{number}.bin", compound(tmp_path / "object.bin", streams).read_bytes()
    assert texts(registry.read(holding(tmp_path / "a.docx", [("oleObject1.bin", data)]), quiet)) == ["Outer text."]


def test_a_document_that_holds_itself_is_read_once(tmp_path: Path) -> None:
    path = Word([], para("Outer text.") + OBJECT.format(0)).write(tmp_path / "circle.docx")
    link = b'<Relationship Id="o0" Type="http://x/package" Target="document.xml"/></Relationships>'
    decks.edited(path, {"word/_rels/document.xml.rels": lambda data: data.replace(b"</Relationships>", link)})
    assert texts(registry.read(path, quiet)).count("Outer text.") == 1


def test_a_part_of_nothing_but_repetition_is_not_unpacked(tmp_path: Path) -> None:
    path = Word([], para("x") + "<w:p/>" * 3_000_000).write(tmp_path / "a.docx")
    decks.edited(path)  # packs it
    assert path.stat().st_size < 100_000
    with pytest.raises(UnreadableDocument, match="200 times") as caught:
        registry.read(path, quiet)
    assert caught.value.reason == "too_big"


ENTITIES = b'<!DOCTYPE d [<!ENTITY a0 "lollollol">' + b"".join(
    b'<!ENTITY a%d "%s">' % (number, b"&a%d;" % (number - 1) * 10) for number in range(1, 10)
)
OUTSIDE = b'<!DOCTYPE d [<!ENTITY a9 SYSTEM "file:///etc/hostname"><!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;'


def _with(document_type: bytes, data: bytes, text: bytes) -> bytes:
    """A part with a document type, whose entity stands behind ``text``."""
    head, _, rest = data.partition(b"?>")
    return head + b"?>" + document_type + b"]>" + rest.replace(text, text + b"&a9;")


def docx(folder: Path, kind: bytes) -> Path:
    path = Word([], para("Plain words.") + para("Other")).write(folder / "a.docx")
    return decks.edited(path, {"word/document.xml": lambda data: _with(kind, data, b"Other")})


def odt(folder: Path, kind: bytes) -> Path:
    path = open_documents.package(folder / "a.odt", "text", "<text:p>Plain words.</text:p><text:p>Other</text:p>")
    return decks.edited(path, {"content.xml": lambda data: _with(kind, data, b"Other")})


def fodt(folder: Path, kind: bytes) -> Path:
    path = open_documents.flat(folder / "a.fodt", "text", "<text:p>Plain words.</text:p><text:p>Other</text:p>")
    path.write_bytes(_with(kind, path.read_bytes(), b"Other"))
    return path


def pptx(folder: Path, kind: bytes) -> Path:
    path = decks.deck(folder / "a.pptx", lambda slide: (decks.box(slide, "Plain words."), decks.box(slide, "Other")))
    return decks.edited(path, {"ppt/slides/slide1.xml": lambda data: _with(kind, data, b"Other")})


def xml(folder: Path, kind: bytes) -> Path:
    path = folder / "a.xml"
    path.write_bytes(_with(kind, b"<?xml version='1.0'?><d><t>Plain words.</t><t>Other</t></d>", b"Other"))
    return path


def enex(folder: Path, kind: bytes) -> Path:
    path = folder / "a.enex"
    note = b"<en-export><note><title>Plain words.</title><content>Other</content></note></en-export>"
    path.write_bytes(_with(kind, b"<?xml version='1.0'?>" + note, b"Other"))
    return path


def epub(folder: Path, kind: bytes) -> Path:
    path = folder / "a.epub"
    pages = b'<?xml version="1.0"?><html><body><p>Plain words.</p><p>Other</p></body></html>'
    index = (
        b'<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf"><manifest><item id="a" href="a.xhtml"'
        b' media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/></spine></package>'
    )
    holder = (
        b'<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="c.opf"/>'
        b"</rootfiles></container>"
    )
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/epub+zip")
        package.writestr("META-INF/container.xml", _with(kind, holder, b"</rootfiles>"))
        package.writestr("c.opf", _with(kind, index, b"</spine>"))
        package.writestr("a.xhtml", _with(kind, pages, b"Other"))
    return path


@pytest.mark.parametrize("kind", [ENTITIES, OUTSIDE], ids=["entities of entities", "entities outside"])
@pytest.mark.parametrize("make", [docx, odt, fodt, pptx, xml, enex, epub])
def test_entities_are_never_expanded(make: Callable[[Path, bytes], Path], kind: bytes, tmp_path: Path) -> None:
    document = registry.read(make(tmp_path, kind), quiet)
    whole = "\n".join([document.title, *texts(document)])
    assert "Plain words." in whole
    assert "lol" not in whole
    assert len(whole) < 500


def test_a_document_type_that_lies_elsewhere_is_not_looked_for(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(b"<?xml version='1.0'?><!DOCTYPE d SYSTEM 'http://127.0.0.1:9/d.dtd'><d><t>Plain words.</t></d>")
    document = registry.read(path, quiet)
    assert texts(document) == ["t: Plain words."]
    assert document.partial == ""  # as it would be, had the parser tried to load it

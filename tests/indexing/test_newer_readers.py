# SPDX-License-Identifier: Apache-2.0
"""A library of an older version: it answers at once, and newer readers read its files again, newest first, without recognising a page twice."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import cast
from zipfile import ZipFile

import pytest
from documents.making import pdf_file, quiet, scan_file
from PIL import Image
from pypdf import PdfWriter
from pypdf.annotations import FreeText

from desktop_app.contract.document import Document, Locator, Segment, UnreadableDocument
from desktop_app.contract.index_run import IndexReport, IndexRequest, Password
from desktop_app.documents.ocr import picture_frames, text_recognition
from desktop_app.documents.ocr.text_recognition import Picture, RecognisedText
from desktop_app.documents.process import registry
from desktop_app.embedding.seam.embedder import Embedder, EmbeddingFacts
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.indexing import pipeline
from desktop_app.indexing.forecasting.progress import ProgressMeter
from desktop_app.indexing.reembedding import Reembedding
from desktop_app.library.library import Library
from indexing.office import Desk, counts, texts_found, write

OLDER, NEWER = "4", "5"


class RealReaders:
    """The real readers, in this process; ``before`` is called before each file."""

    def __init__(self, before: Callable[[str], None] = lambda _name: None) -> None:
        self.asked: list[str] = []
        self._before = before

    def read(
        self,
        path: str,
        _cancel: Cancellation,
        /,
        *,
        passwords: Sequence[str],
        ocr: str,
        recognised: Sequence[Segment],
        advanced: object,
    ) -> Document:
        self._before(os.path.basename(path))
        self.asked.append(os.path.basename(path))
        return registry.read(Path(path), quiet, passwords, ocr, recognised)


def run(library: Library, readers: RealReaders, recipe: str, *passwords: Password, ocr: str = "auto") -> IndexReport:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "RECIPE", recipe)
        made = pipeline.Pipeline(library, readers, None, 1, ocr=ocr)
        return made.run(IndexRequest(passwords=passwords), ProgressMeter(), Cancellation())


@pytest.fixture
def folder(tmp_path: Path, library: Library) -> Path:
    made = tmp_path / "资料"
    made.mkdir()
    library.catalogue.sources.add(str(made), "folder", 0)
    return made


@pytest.fixture
def recognised(monkeypatch: pytest.MonkeyPatch) -> list[int | None]:
    """The pages that text recognition was asked for; it takes no time here."""
    asked: list[int | None] = []

    def recognise(_picture: Picture, page: int | None, _alive: object = None) -> RecognisedText:
        asked.append(page)
        lines = [f"第{page}页扫描的合同，付款期限为三十天。", "到期未付的，按日计息。", "质保期为十八个月。" * 40]
        boxes = [((0.1, 0.1 * n, 0.9, 0.1 * n + 0.05),) for n in range(1, 4)]
        segments = [
            Segment(line, Locator(page=page, boxes=box), continues=n == 1)
            for n, (line, box) in enumerate(zip(lines, boxes, strict=True))
        ]
        return RecognisedText(tuple(segments), 0.99)

    monkeypatch.setattr(text_recognition, "recognise", recognise)
    monkeypatch.setattr(picture_frames.text_recognition, "recognise", recognise)
    return asked


def stored(library: Library) -> list[tuple[str, str, object, object]]:
    return [(os.path.basename(c.path), c.text, c.locator, c.pieces) for c in library.catalogue.chunks.all()]


def test_what_was_read_answers_until_it_is_read_again_and_the_newest_is_first(library: Library, folder: Path) -> None:
    for number, name in enumerate(("旧", "新", "中")):
        file = write(folder / f"{name}.txt", number)
        os.utime(file, (1_700_000_000 + {"旧": 0, "中": 50, "新": 90}[name],) * 2)
    broken = folder / "坏.pdf"
    broken.write_bytes(b"%PDF-1.4 broken")
    os.utime(broken, (1_500_000_000,) * 2)
    run(library, RealReaders(), OLDER)
    write(folder / "今天来的.txt", 7)

    answering: list[tuple[str, bool]] = []

    def all_are_found() -> bool:
        return {"旧.txt", "新.txt", "中.txt"} <= set(texts_found(library, "工作日"))

    # Looked at twice: a file may be replaced between the search and the look at what it found.
    readers = RealReaders(lambda name: answering.append((name, all_are_found() or all_are_found())))
    report = run(library, readers, NEWER)
    assert set(readers.asked[:2]) == {"坏.pdf", "今天来的.txt"}, "what cannot be found at all comes before what can"
    assert readers.asked[2:] == ["新.txt", "中.txt", "旧.txt"]
    assert all(found for _, found in answering)
    assert report.files == counts(indexed=4, failed=1)
    assert run(library, RealReaders(), NEWER).files == counts(unchanged=5)


def test_no_page_is_recognised_twice(library: Library, folder: Path, recognised: list[int | None]) -> None:
    scan_file(folder / "半扫描.pdf", text_pages=2, image_pages=2)
    scan_file(folder / "扫描.pdf", text_pages=0, image_pages=3)
    scan_file(folder / "文字.pdf", text_pages=2, image_pages=0)
    run(library, RealReaders(), OLDER)
    assert len(recognised) == 5
    before, told = stored(library), [(row.state, row.detail) for row in library.catalogue.files.page()[0]]
    recognised.clear()

    readers = RealReaders()
    run(library, readers, NEWER)
    assert sorted(set(readers.asked)) == ["半扫描.pdf", "扫描.pdf", "文字.pdf"], "their other pages may hold more now"
    assert recognised == []
    assert stored(library) == before
    assert [(row.state, row.detail) for row in library.catalogue.files.page()[0]] == told
    again = RealReaders()
    assert run(library, again, NEWER).files == counts(unchanged=3)
    assert again.asked == []


def test_a_remark_on_a_scan_is_not_told_twice(library: Library, folder: Path, recognised: list[int | None]) -> None:
    """Older versions stored it unmarked, with a box and without characters, as what is recognised."""
    scan = scan_file(folder / "扫描.pdf", text_pages=0, image_pages=2)
    writer = PdfWriter(clone_from=scan)
    writer.add_annotation(0, FreeText(text="请改为四十天", rect=(100, 100, 300, 140)))
    writer.write(scan)
    run(library, RealReaders(), OLDER)
    with library.catalogue.database.writing() as connection:
        connection.execute(
            'UPDATE chunks SET place = CAST(replace(CAST(place AS TEXT), \'"aside":"comment"\', \'"label":""\') AS BLOB)'
        )
    recognised.clear()
    run(library, RealReaders(), NEWER)
    assert recognised == []
    told = [text for _, text, _, _ in stored(library) if "请改为四十天" in text]
    assert len(told) == 1
    assert told[0].count("请改为四十天") == 1


def test_a_picture_is_not_even_opened_again(
    library: Library, folder: Path, recognised: list[int | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "照片.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    segment = Segment("发票号码 2026-118", Locator(boxes=((0.1, 0.1, 0.9, 0.2),)))
    monkeypatch.setattr(picture_frames, "read", lambda *_: Document((segment,), pages=1, detail="OCR"))
    run(library, RealReaders(), OLDER)
    readers = RealReaders()
    assert run(library, readers, NEWER).files == counts(unchanged=1)
    assert (readers.asked, recognised) == ([], [])
    assert texts_found(library, "发票") == ["照片.png"]
    library.catalogue.files.read_again([next(library.catalogue.files.records(str(folder))).id])
    run(library, readers, NEWER)
    assert readers.asked == ["照片.png"], "somebody asked for it"


def test_a_file_that_a_person_has_read_again_is_recognised_again(
    library: Library, folder: Path, recognised: list[int | None]
) -> None:
    scan_file(folder / "扫描.pdf", text_pages=0, image_pages=2)
    run(library, RealReaders(), NEWER)
    library.catalogue.files.read_again([next(library.catalogue.files.records(str(folder))).id])
    recognised.clear()
    run(library, RealReaders(), NEWER)
    assert recognised == [1, 2]


def test_what_has_changed_on_the_disk_is_recognised_anew(library: Library, folder: Path, recognised: list[int | None]) -> None:
    file = scan_file(folder / "扫描.pdf", text_pages=0, image_pages=2)
    run(library, RealReaders(), OLDER)
    recognised.clear()
    file.unlink()
    scan_file(file, text_pages=1, image_pages=2)
    run(library, RealReaders(), NEWER)
    assert recognised == [2, 3]


def test_only_a_page_that_gave_nothing_is_recognised_again(
    library: Library, folder: Path, recognised: list[int | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = text_recognition.recognise

    def recognise(picture: Picture, page: int | None, alive: Callable[[], None]) -> RecognisedText:
        found = whole(picture, page, alive)
        return RecognisedText((), found.sureness) if page == 2 else found

    monkeypatch.setattr(text_recognition, "recognise", recognise)
    scan_file(folder / "扫描.pdf", text_pages=0, image_pages=3)
    run(library, RealReaders(), OLDER)
    (row,) = library.catalogue.files.page()[0]
    assert (row.state, row.reason) == ("partial", "partly_read")
    before = stored(library)
    recognised.clear()
    run(library, RealReaders(), NEWER)
    assert recognised == [2]
    assert stored(library) == before


def test_pages_of_little_confidence_are_recognised_again(
    library: Library, folder: Path, recognised: list[int | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = text_recognition.recognise

    def recognise(picture: Picture, page: int | None, alive: Callable[[], None]) -> RecognisedText:
        return replace(whole(picture, page, alive), sureness=0.3)

    monkeypatch.setattr(text_recognition, "recognise", recognise)
    scan_file(folder / "扫描.pdf", text_pages=0, image_pages=2)
    run(library, RealReaders(), OLDER)
    told = [(row.state, row.detail) for row in library.catalogue.files.page()[0]]
    recognised.clear()
    run(library, RealReaders(), NEWER)
    assert recognised == [1, 2]
    assert [(row.state, row.detail) for row in library.catalogue.files.page()[0]] == told


@pytest.mark.parametrize("text_pages", [0, 1])
@pytest.mark.parametrize("sureness", [0.99, 0.3])
def test_recognised_text_stays_where_recognition_was_turned_off(
    library: Library,
    folder: Path,
    recognised: list[int | None],
    monkeypatch: pytest.MonkeyPatch,
    text_pages: int,
    sureness: float,
) -> None:
    """In a file and in a member of an archive."""
    whole = text_recognition.recognise

    def recognise(picture: Picture, page: int | None, alive: Callable[[], None]) -> RecognisedText:
        return replace(whole(picture, page, alive), sureness=sureness)

    monkeypatch.setattr(text_recognition, "recognise", recognise)
    scan = scan_file(folder / "扫描.pdf", text_pages=text_pages, image_pages=2)
    with ZipFile(folder / "档案.zip", "w") as archive:
        archive.write(scan, "扫描.pdf")
        archive.writestr("说明.txt", "Some plain words in a note.")
    run(library, RealReaders(), OLDER)
    before = stored(library)
    recognised.clear()
    run(library, RealReaders(), NEWER, ocr="off")
    assert recognised == []
    assert stored(library) == before
    assert run(library, RealReaders(), NEWER, ocr="off").files == counts(unchanged=2)


def test_a_file_that_was_away_while_the_model_changed_is_read_again_when_it_is_back(library: Library, folder: Path) -> None:
    """Its stored text was cut for the new model meanwhile; no newer reader has seen it."""
    file = write(folder / "甲.txt", 1)
    run(library, RealReaders(), OLDER)
    away = folder.rename(folder.with_name("拔掉的磁盘"))
    library.catalogue.files.read_again([next(library.catalogue.files.records(str(file))).id])
    facts = EmbeddingFacts("short", "", "other", 3, 60, "cpu", ("*",), "llama.cpp")
    pending = SimpleNamespace(facts=facts, count_tokens=lambda texts: [len(text) for text in texts])
    Reembedding(library, cast(Embedder, pending), None).split(Cancellation())
    assert library.catalogue.files.to_read_again() == [], "cut once, not at every run"
    away.rename(folder)
    readers = RealReaders()
    run(library, readers, pipeline.RECIPE)
    assert readers.asked == ["甲.txt"]
    assert run(library, readers, pipeline.RECIPE).files == counts(unchanged=1)


def test_text_stays_where_the_password_is_not_at_hand_any_more(library: Library, folder: Path) -> None:
    file = pdf_file(folder / "工资.pdf", encrypted="geheim-7")
    run(library, RealReaders(), OLDER, Password("geheim-7"))
    before = stored(library)
    assert before
    readers = RealReaders()
    assert run(library, readers, NEWER).files == counts(partial=1)
    assert stored(library) == before
    (row,) = library.catalogue.files.page()[0]
    assert (row.path, row.state, row.reason, row.needs_password) == (str(file), "partial", "password", True)
    readers.asked.clear()
    assert run(library, readers, NEWER).files == counts(unchanged=1)
    assert readers.asked == [], "it is asked for, not tried at every run"
    os.utime(file, (1_800_000_000,) * 2)
    assert run(library, readers, NEWER).files == counts(partial=1)
    assert run(library, readers, NEWER).files == counts(unchanged=1), "nor because it was copied or touched"


def test_text_stays_where_a_newer_reader_fails_on_the_same_content(
    desk: Desk, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(folder / "甲.txt", 1)
    monkeypatch.setattr(pipeline, "RECIPE", OLDER)
    desk.run()
    monkeypatch.setattr(pipeline, "RECIPE", NEWER)
    desk.reader.trouble["甲.txt"] = UnreadableDocument("damaged", "a bug of the new reader")
    desk.run()
    assert desk.states() == {"甲.txt": ("partial", "damaged")}
    assert texts_found(desk.library, "质保") == ["甲.txt"]
    file.write_bytes(b"\x00\x01")
    desk.run()
    assert desk.states() == {"甲.txt": ("failed", "damaged")}, "another content has lost its text"


def _png() -> bytes:
    stream = BytesIO()
    Image.new("RGB", (200, 100), "white").save(stream, "PNG")
    return stream.getvalue()


def _containers(folder: Path) -> None:
    """A scan and a picture in an archive, in a mail, and in an archive of a mail."""
    scan = scan_file(folder / "扫描.pdf", text_pages=1, image_pages=2)
    with ZipFile(folder / "档案.zip", "w") as archive:
        archive.write(scan, "2024/扫描.pdf")
        archive.writestr("照片.png", _png())
        archive.writestr("说明.txt", "Some plain words in a note.")
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "li@example.com", "发票"
    mail.set_content("请查收附件。")
    mail.add_attachment((folder / "档案.zip").read_bytes(), maintype="application", subtype="zip", filename="档案.zip")
    mail.add_attachment(_png(), maintype="image", subtype="png", filename="发票.png")
    (folder / "来信.eml").write_bytes(mail.as_bytes())
    scan.unlink()


@pytest.mark.parametrize("ocr", ["auto", "off"])
def test_nothing_inside_archives_and_mails_is_recognised_twice(
    library: Library, folder: Path, recognised: list[int | None], ocr: str
) -> None:
    _containers(folder)
    run(library, RealReaders(), OLDER)
    assert len(recognised) == 3 + 4
    before, told = stored(library), [(row.state, row.detail) for row in library.catalogue.files.page()[0]]
    recognised.clear()
    readers = RealReaders()
    run(library, readers, NEWER, ocr=ocr)
    assert set(readers.asked) == {"档案.zip", "来信.eml"}
    assert recognised == []
    assert stored(library) == before
    assert [(row.state, row.detail) for row in library.catalogue.files.page()[0]] == told
    assert run(library, readers, NEWER, ocr=ocr).files == counts(unchanged=2)


def test_two_attachments_of_one_name_are_recognised_again(library: Library, folder: Path, recognised: list[int | None]) -> None:
    """Nothing stored says which of the two a text is from."""
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "li@example.com", "照片"
    mail.set_content("两张照片。")
    for _ in range(2):
        mail.add_attachment(_png(), maintype="image", subtype="png", filename="image001.png")
    (folder / "来信.eml").write_bytes(mail.as_bytes())
    run(library, RealReaders(), OLDER)
    before = stored(library)
    recognised.clear()
    run(library, RealReaders(), NEWER)
    assert recognised == [None, None]
    assert stored(library) == before


def test_a_member_of_little_confidence_is_recognised_again(
    library: Library, folder: Path, recognised: list[int | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = text_recognition.recognise

    def recognise(picture: Picture, page: int | None, alive: Callable[[], None]) -> RecognisedText:
        return replace(whole(picture, page, alive), sureness=0.99 if page else 0.3)

    monkeypatch.setattr(text_recognition, "recognise", recognise)
    _containers(folder)
    (folder / "来信.eml").unlink()
    run(library, RealReaders(), OLDER)
    before, told = stored(library), [(row.state, row.detail) for row in library.catalogue.files.page()[0]]
    recognised.clear()
    run(library, RealReaders(), NEWER)
    assert recognised == [None], "the picture, not the pages of the scan"
    assert stored(library) == before
    assert [(row.state, row.detail) for row in library.catalogue.files.page()[0]] == told

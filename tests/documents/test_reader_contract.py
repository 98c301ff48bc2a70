# SPDX-License-Identifier: Apache-2.0
"""The reader contract, over every reader: text with places, a known reason for what is broken, progress, an early end, nothing left.

Every file is read by ``registry.read``, as in a reader process. A new reader needs a good small file in ``GOOD``.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import msgspec
import pytest
from PIL import Image

from desktop_app.contract.document import REASONS, Document, Locator, UnreadableDocument
from desktop_app.documents.process import registry
from desktop_app.documents.process.pool import ReaderPool
from desktop_app.documents.reader import Reader
from desktop_app.foundation import offline
from desktop_app.foundation.cancellation import Cancellation
from documents.making import CHINESE, MAKERS, docx_file, quiet
from documents.making_more import MORE
from documents.pages import drawn_page
from documents.test_containers import locked_office
from documents.test_ofd import ofd, text_object

PASSWORD = "钥匙 key"


def ofd_file(path: Path) -> Path:
    return ofd(path, [text_object(CHINESE, 10, 10)])


def locked_file(path: Path) -> Path:
    plain = docx_file(path.with_name("原件.docx"))
    locked = locked_office(plain, PASSWORD)
    plain.unlink()
    return locked.rename(path)


def picture_file(path: Path) -> Path:
    drawn_page([CHINESE], dpi=150, height=1.0).save(path)
    return path


GOOD: dict[str, Callable[[Path], Path]] = {
    **{f"合同{suffix}": make for suffix, make in MAKERS.items()},
    **MORE,
    "发票.ofd": ofd_file,
    "密.docx": locked_file,
    "扫描.png": picture_file,
}
PICTURE = "扫描.png"
SLOW = {PICTURE, "密.docx"}  # text recognition loads its models, a key is made in 100,000 rounds
BY_NAME_ONLY = {"很旧.xls", "金山.et"}  # sheets of Excel 2 to 4 begin like anything else
OTHER_NAMES = (".pdf", ".docx", ".doc", ".xls", ".xlsx", ".odt", ".eml", ".zip", ".xml", ".png", ".epub", ".txt", ".html")
# "locked" has no suffix of its own, all others are known by theirs.
NAMED = [reader for reader in registry.READERS if reader.suffixes]


def good(*, without: Collection[str] = ()) -> list[object]:
    """The names of ``GOOD`` as parameters."""
    names = sorted(GOOD.keys() - set(without))
    return [pytest.param(name, marks=pytest.mark.slow) if name in SLOW else name for name in names]


def read(path: Path, progress: Callable[[int, int | None], None] = quiet) -> Document:
    return registry.read(path, progress, [PASSWORD])


def outcome(path: Path) -> Document | str:
    """The document or the reason there is none; any other exception fails the test."""
    try:
        return read(path)
    except UnreadableDocument as error:
        reason = error.reason
    assert reason in REASONS
    return reason


def letters(document: Document) -> int:
    return sum(len(segment.text) for segment in document.segments)


@pytest.fixture(autouse=True)
def _leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No file in the folder for temporary ones, and no look at the network."""
    scratch = tmp_path / "临时"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    refused = offline.refused_attempts()
    yield
    assert list(scratch.iterdir()) == []
    assert offline.refused_attempts() == refused


def test_every_reader_has_a_good_file(tmp_path: Path) -> None:
    found = {registry.reader_of(make(tmp_path / name)).name for name, make in GOOD.items()}
    assert found == {reader.name for reader in registry.READERS}


@pytest.mark.parametrize("name", good())
def test_a_good_file_gives_text_with_places(tmp_path: Path, name: str) -> None:
    seen: list[tuple[int, int | None]] = []
    document = read(GOOD[name](tmp_path / name), lambda done, total: seen.append((done, total)))
    assert document.segments
    assert document.partial == ""
    assert all(segment.text.strip() for segment in document.segments)
    assert any(segment.locator != Locator() for segment in document.segments)
    assert msgspec.json.decode(msgspec.json.encode(document), type=Document) == document
    assert seen, "no proof of life"
    assert all(done >= 0 and (total is None or done <= total) for done, total in seen)


@pytest.mark.parametrize("name", good())
def test_a_stopped_reader_ends_at_its_first_sign_of_life(tmp_path: Path, name: str) -> None:
    """A pause holds a reader inside ``progress``: nothing that happens there may be taken for a fault of the file."""

    class Stopped(BaseException):
        pass

    calls = 0

    def stop(_done: int, _total: int | None) -> None:
        nonlocal calls
        calls += 1
        raise Stopped

    path = GOOD[name](tmp_path / name)
    with pytest.raises(Stopped):
        read(path, stop)
    assert calls == 1


@pytest.mark.parametrize("name", good(without={PICTURE}))
def test_a_cut_off_file_gives_less_text_or_a_reason(tmp_path: Path, name: str) -> None:
    path = GOOD[name](tmp_path / name)
    whole = letters(read(path))
    data = path.read_bytes()
    for share in (0.0, 0.02, 0.2, 0.4, 0.6, 0.8, 0.9, 0.97, 0.999):
        path.write_bytes(data[: int(len(data) * share)])
        found = outcome(path)
        if share == 0.0:
            assert found == "empty"
        elif isinstance(found, Document):
            assert 0 < letters(found) <= whole, share


@pytest.mark.parametrize("name", good(without={PICTURE}))
def test_a_damaged_file_gives_text_or_a_reason(tmp_path: Path, name: str) -> None:
    path = GOOD[name](tmp_path / name)
    data = path.read_bytes()
    chance = random.Random(name)
    for _ in range(6):
        broken = bytearray(data)
        for _ in range(max(4, len(data) // 500)):
            broken[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(broken)
        outcome(path)


@pytest.mark.parametrize("reader", NAMED, ids=lambda reader: reader.name)
def test_what_is_not_of_the_format_has_a_reason(tmp_path: Path, reader: Reader) -> None:
    path = tmp_path / f"名不副实{reader.suffixes[0]}"
    for data in (random.Random(7).randbytes(3_000), b"\x00" * 3_000, b" \r\n\t " * 40, b"\xff\xfe", b"{", b"<", b"PK"):
        path.write_bytes(data)
        found = outcome(path)
        if not reader.is_text:
            assert found in ("damaged", "unknown_format", "no_text", "empty"), data[:8]


@pytest.mark.parametrize("name", good(without={PICTURE, *BY_NAME_ONLY}))
def test_a_wrong_suffix_changes_the_reader_only_among_texts(tmp_path: Path, name: str) -> None:
    made = GOOD[name](tmp_path / name)
    reader, whole = registry.reader_of(made), letters(read(made))
    for suffix in OTHER_NAMES:
        made = made.rename(tmp_path / f"其实是{suffix}")
        found = outcome(made)
        if not (reader.is_text or suffix in (".txt", ".html")):
            assert isinstance(found, Document), suffix
            assert letters(found) == whole, suffix


@pytest.mark.slow
def test_a_reader_process_gives_the_same_document(tmp_path: Path) -> None:
    """In its own process, under its limit of memory and with all libraries silenced."""
    pool = ReaderPool(1)
    try:
        for name, make in GOOD.items():
            path = make(tmp_path / name)
            assert pool.read(str(path), Cancellation(), [PASSWORD]) == read(path), name
        assert len(pool.pids()) == 1, "none of them ended it"
    finally:
        pool.close()


def test_a_picture_without_letters_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "空白.png"
    Image.new("L", (8, 8), 255).save(path)
    assert outcome(path) == "no_text"

# SPDX-License-Identifier: Apache-2.0
"""Windows help files: every kind of block, pages in the order of the contents, and nothing believed that a broken file says."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from desktop_app.contract.document import UnreadableDocument
from desktop_app.documents.markup import lzx
from desktop_app.documents.markup.chm_container import Container
from desktop_app.documents.markup.lzx import Broken, expanded
from desktop_app.documents.process import registry
from documents.making import CHINESE, ENGLISH, quiet
from documents.making_chm import WINDOW, help_file, manual, packed

SAMPLES = {
    "nothing but one letter": b"a",
    "text": (CHINESE + ENGLISH).encode("gbk") * 700,
    "a run": b"ab" * 40_000,
    "noise": random.Random(5).randbytes(70_001),
    "a frame to the byte": b"The quick brown fox. " * 1_560 + b"1234567890ab",
}


@pytest.mark.parametrize("kinds", ["v", "a", "u", "vau", "uva"])
@pytest.mark.parametrize("name", SAMPLES)
def test_every_kind_of_block(name: str, kinds: str) -> None:
    data = SAMPLES[name]
    assert expanded(packed(data, kinds), len(data), WINDOW) == data


def test_calls_are_put_back() -> None:
    plain = bytearray(b"\x90" * 100)
    plain[20:25] = b"\xe8" + (300).to_bytes(4, "little")  # absolute; relative to where it stands: 280
    plain[60:65] = b"\xe8" + (-30).to_bytes(4, "little", signed=True)
    lzx._undo_jumps(plain, 1_000)
    assert int.from_bytes(plain[21:25], "little") == 280
    assert int.from_bytes(plain[61:65], "little") == 970


@pytest.mark.parametrize("kinds", ["", "v", "vau"])
def test_pages_in_the_order_of_the_contents(tmp_path: Path, kinds: str) -> None:
    path = manual(tmp_path / "设备手册.chm", kinds, filler=4_000)
    document = registry.read(path, quiet)
    assert not document.partial
    assert [(segment.text, segment.locator.headings) for segment in document.segments] == [
        ("付款", ("付款",)),
        (CHINESE, ("付款",)),
        ("期限", ("付款", "期限")),
        ("三十日。", ("付款", "期限")),
        ("保修 & 维修", ("付款", "保修 & 维修")),
        (ENGLISH, ("付款", "保修 & 维修")),
        ("Index", ("Index",)),
        ("The appendix has a list of parts.", ("Index",)),
    ]
    whole = "\n".join(segment.text for segment in document.segments)
    assert all(whole[slice(*segment.locator.chars)] == segment.text for segment in document.segments if segment.locator.chars)


def test_an_entry_across_resets(tmp_path: Path) -> None:
    data = {"/a.htm": random.Random(1).randbytes(50_000), "/b.htm": b"xyz" * 60_000, "/c.htm": b""}
    container = Container(help_file(tmp_path / "a.chm", data, kinds="va", between=1).read_bytes())
    assert {name: container.read(container.entries[name]) for name in data} == data


def test_many_entries_need_several_chunks(tmp_path: Path) -> None:
    data = {f"/page {number:04}.htm": f"<p>Page {number}.</p>".encode() for number in range(900)}
    document = registry.read(help_file(tmp_path / "a.chm", data, kinds="v"), quiet)
    assert [segment.text for segment in document.segments] == [f"Page {number}." for number in range(900)]


def test_a_page_that_cannot_be_unpacked_is_told(tmp_path: Path) -> None:
    path = manual(tmp_path / "a.chm", "v", filler=4_000)
    data = bytearray(path.read_bytes())
    stream = Container(bytes(data))._stream
    assert stream is not None
    at = stream.start + 100  # in the first stretch, with the contents and the beginning of the first page
    data[at : at + 40] = b"\xff" * 40
    path.write_bytes(data)
    document = registry.read(path, quiet)
    assert (document.partial, document.detail) == ("partly_read", "1 of 3 pages could not be read")
    assert CHINESE in [segment.text for segment in document.segments]


def test_a_bomb_ends_early(tmp_path: Path) -> None:
    """Many names for the same compressed data: each page is small, all together are not."""
    path = help_file(tmp_path / "a.chm", {"/a.htm": b"<p>The same.</p>" + b" " * 200_000}, kinds="v", copies=100)
    document = registry.read(path, quiet)
    assert (document.partial, document.detail) == ("partly_read", "unpacks to more than 10 MB")
    assert len(document.segments) < 60


@pytest.mark.parametrize("end", [3, 0x50, 0x90, 0x1200, 0x1300])
def test_cut_off(tmp_path: Path, end: int) -> None:
    path = manual(tmp_path / "a.chm")
    path.write_bytes(path.read_bytes()[:end])
    with pytest.raises(UnreadableDocument, match=r"damaged|no_text|unknown"):
        registry.read(path, quiet)


@pytest.mark.slow
def test_mutations_are_broken_or_text_and_nothing_else(tmp_path: Path) -> None:
    """1,500 damaged files and streams: an answer or a reason, and no more output than was asked for."""
    chance = random.Random(11)
    original = manual(tmp_path / "a.chm", "vau", filler=900).read_bytes()
    stream = packed(SAMPLES["text"][:9_000], "va")
    for number in range(1_500):
        data = bytearray(original if number % 3 == 0 else stream)
        for _ in range(chance.randint(1, 12)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        if number % 3:
            try:
                assert len(expanded(bytes(data), 9_000, WINDOW)) == 9_000
            except Broken:
                continue
            continue
        path = tmp_path / "b.chm"
        path.write_bytes(data)
        try:
            registry.read(path, quiet)
        except UnreadableDocument as error:
            assert error.reason in ("damaged", "no_text", "too_big", "unknown_format"), error  # noqa: PT017

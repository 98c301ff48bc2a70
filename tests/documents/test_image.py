# SPDX-License-Identifier: Apache-2.0
"""Pictures of text: every format, every way they lie, and what is no text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from desktop_app.contract.document import Document, UnreadableDocument
from desktop_app.documents import ocr_mode
from desktop_app.documents.ocr import picture_decoding, text_recognition
from desktop_app.documents.process import registry
from documents.making import quiet
from documents.pages import drawn_page, letters_of

LINES = ("甲方应在合同签订后三十日内支付全部货款。", "The warranty covers version 3.5 for two years.")


def text_of(document: Document) -> str:
    return letters_of("".join(segment.text for segment in document.segments))


EXPECTED = letters_of("".join(LINES))


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif", ".bmp", ".webp", ".gif"])
def test_every_format_gives_its_text(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"扫描{suffix}"
    drawn_page(LINES, dpi=150, height=2.0).save(path)
    document = registry.read(path, quiet)
    assert text_of(document) == EXPECTED
    assert document.partial == ""
    assert all(segment.locator.boxes and segment.locator.page is None for segment in document.segments)


@pytest.mark.slow
def test_frames_of_a_fax_are_pages(tmp_path: Path) -> None:
    path = tmp_path / "传真.tiff"
    first, second = (drawn_page([line], dpi=150, height=1.0) for line in LINES)
    first.save(path, save_all=True, append_images=[Image.new("L", first.size, 255), second])
    document = registry.read(path, quiet)
    assert {(segment.locator.page, letters_of(segment.text)) for segment in document.segments} == {
        (1, letters_of(LINES[0])),
        (3, letters_of(LINES[1])),
    }
    assert document.pages == 3


@pytest.mark.slow
@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_page_scanned_any_way_round(turns: int) -> None:
    page = drawn_page(LINES * 3, dpi=150, height=4.0)
    upright = np.asarray(page.convert("RGB"))
    reading = text_recognition.recognise(np.ascontiguousarray(np.rot90(upright, turns)), None)
    assert letters_of("".join(segment.text for segment in reading.segments)) == EXPECTED * 3
    ink = np.rot90(np.asarray(page.convert("L")) < 128, turns)
    covered = np.zeros_like(ink)
    height, width = ink.shape
    for segment in reading.segments:
        for left, top, right, bottom in segment.locator.boxes:
            covered[round(top * height) : round(bottom * height) + 1, round(left * width) : round(right * width) + 1] = True
    assert (ink & covered).sum() > 0.97 * ink.sum()
    assert covered.mean() < 0.5


@pytest.mark.slow
def test_a_photo_is_turned_as_its_camera_says(tmp_path: Path) -> None:
    path = tmp_path / "照片.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter clockwise
    drawn_page(LINES, dpi=150, height=3.0).rotate(90, expand=True).save(path, exif=exif)
    assert text_of(registry.read(path, quiet)) == EXPECTED


@pytest.mark.slow
def test_what_is_no_text(tmp_path: Path) -> None:
    Image.new("RGB", (300, 200), "white").save(tmp_path / "白.png")
    with pytest.raises(UnreadableDocument, match="no_text"):
        registry.read(tmp_path / "白.png", quiet)
    (tmp_path / "断.png").write_bytes((tmp_path / "白.png").read_bytes()[:60])
    with pytest.raises(UnreadableDocument, match="damaged"):
        registry.read(tmp_path / "断.png", quiet)


def test_a_picture_too_large_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "大.png"
    Image.new("1", (2_000, 2_000)).save(path)
    monkeypatch.setattr(picture_decoding, "_MOST_PIXELS", 1_000_000)
    with pytest.raises(UnreadableDocument, match="too_big"):
        registry.read(path, quiet)


@pytest.mark.parametrize(("mode", "reason"), [("off", "no_text"), ("later", ocr_mode.LATER)])
def test_ocr_can_wait_or_be_off(tmp_path: Path, mode: str, reason: str) -> None:
    path = tmp_path / "字.png"
    Image.new("L", (300, 200), 255).save(path)
    with pytest.raises(UnreadableDocument, match=reason):
        registry.read(path, quiet, ocr=mode)


@pytest.mark.slow
def test_real_pictures(shared: Path) -> None:
    folder = shared / "data/documents/mixed"
    assert text_of(registry.read(folder / "testOCR.jpg", quiet)) == "ApacheTikaOCRTesting"
    tilted = registry.read(folder / "testRotated+10.png", quiet)
    text = " ".join(segment.text for segment in tilted.segments)
    for words in (
        "Afford relied warmth out sir hearts sister use garden.",
        "Equally he minutes my hastily.",
        "Bed uncommonly his discovered",
    ):
        assert words in text

# SPDX-License-Identifier: Apache-2.0
"""PDFs whose fonts name their letters wrongly: noticed, and given to text recognition where that reads them better."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop_app.contract.document import Document, UnreadableDocument
from desktop_app.documents.pdf import pdf_garbled
from desktop_app.documents.process import registry
from documents.making import quiet
from documents.raw_pdf import text, write_page

EN = [
    "The seller delivers the goods to the warehouse in Basel before the end of March.",
    "Payment is due within thirty days after the invoice has been received.",
    "Each party may end this agreement with a notice of three months in writing.",
    "The deposit amounts to five thousand francs and is paid back without interest.",
]
DE = [
    "Der Mieter haftet für alle Schäden, die während der Mietzeit entstehen.",
    "Die Kündigung bedarf der Schriftform und ist eingeschrieben zu senden.",
    "Zahlungen sind innert dreissig Tagen nach Erhalt der Rechnung fällig.",
]
ZH = [
    "甲方应在收到发票后三十日内支付全部货款，逾期付款的按日支付违约金。",
    "本合同自双方签字盖章之日起生效，有效期三年，期满前可以书面续签。",
    "因不可抗力不能履行合同的，根据影响部分或者全部免除责任，但应当及时通知对方。",
]
TW = [
    "甲方應於收到發票後三十日內支付全部貨款，逾期者按日計付違約金。",
    "本契約自雙方簽章之日起生效，有效期間為三年，期滿前得以書面續約。",
]
PARTS = ["XK-2204 BRKT STL 40x60 QTY 12 PCS", "MTR DRV 24VDC 1.5A PN 88-1207-B", "SCR HEX M6x20 DIN 933 ZN PKT 100"] * 4


def moved(lines: list[str]) -> str:
    """The numbers of glyphs for letters, as fonts without a map give them."""
    return "\n".join("".join(chr(ord(letter) - 29) for letter in line) for line in lines)


def exchanged(lines: list[str], seed: int = 3) -> str:
    letters = list("abcdefghijklmnopqrstuvwxyz")
    consonants = [letter for letter in letters if letter not in "aeiou"]
    table = dict(zip("etaoinsrhldcu", random.Random(seed).sample(consonants, 13), strict=True))
    return "\n".join("".join(table.get(letter, letter) for letter in line.lower()) for line in lines)


def wrong_han(lines: list[str], seed: int = 5) -> str:
    pick = random.Random(seed)
    known = {letter: chr(pick.randrange(0x4E00, 0x9FA0)) for line in lines for letter in line if letter > "\u4e00"}
    return "\n".join("".join(known.get(letter, letter) for letter in line) for line in lines)


def of(lines: list[str], change: Callable[[int, str], str]) -> str:
    return "\n".join("".join(change(at, letter) for at, letter in enumerate(line)) for line in lines)


SURE = {
    "signs of private use": of(EN, lambda _, letter: letter if letter == " " else chr(0xE000 + ord(letter))),
    "private use, Chinese": of(ZH, lambda at, letter: letter if at % 3 == 0 else chr(0xE800 + ord(letter) % 900)),
    "unassigned": of(ZH, lambda at, letter: letter if at % 3 == 0 else chr(0x40000 + ord(letter))),
    "replacement signs": of(DE, lambda at, letter: letter if at % 3 == 0 else "\ufffd"),
    "control signs": of(EN, lambda at, letter: letter if at % 3 == 0 else chr(1 + ord(letter) % 6)),
    "no names": of(ZH, lambda at, letter: letter if at % 4 == 0 else "\x00"),
    "numbers of glyphs": moved(EN),
    "numbers of glyphs, German": moved([line.encode("ascii", "ignore").decode() for line in DE] * 2),
}
LIKELY = {
    "letters exchanged": exchanged(EN),
    "letters exchanged, other ones": exchanged(EN, 8),
    "letters exchanged, German": exchanged(DE * 2),
    "names of glyphs": " ".join(f"g{ord(letter)}" for letter in "".join(EN)),
    "names of glyphs, with strokes": "".join(f"/gid{ord(letter):05}" for letter in "".join(ZH)),
    "other characters": wrong_han(ZH),
    "other characters, of traditional ones": wrong_han(TW, 9),
}
RIGHT = {
    "English": "\n".join(EN),
    "capitals": "\n".join(EN).upper(),
    "German": "\n".join(DE),
    "Polish": "Wszystkie płatności należy uregulować w ciągu trzydziestu dni od otrzymania faktury. " * 2,
    "Chinese": "\n".join(ZH),
    "traditional Chinese": "\n".join(TW),
    "Japanese": "買主は請求書の受領後三十日以内に代金を支払うものとする。遅延した場合は年利を加算して支払う。" * 2,
    "Korean": "매수인은 청구서를 받은 후 삼십일 이내에 대금을 지급하여야 한다. " * 3,
    "Russian": "Покупатель обязан оплатить счёт в течение тридцати дней после его получения. " * 2,
    "Greek": "Ο αγοραστής οφείλει να πληρώσει το τιμολόγιο εντός τριάντα ημερών. " * 2,
    "parts": "\n".join(PARTS),
    "figures": "\n".join(f"{number}.07.2026  {number * 1234.5:,.2f}  {number * 17:05}" for number in range(40)),
    "a bullet of private use": "\n".join(f"\uf0b7 {line}" for line in ZH),
    "mathematics": "Sei (X, T) ein topologischer Raum. X \\ A ∈ T, ∀ x, y ∈ X: d(x, y) ≥ 0. " * 4,
}


def test_wrong_letters_are_noticed_and_right_ones_are_not() -> None:
    sure = {name for name, words in SURE.items() if pdf_garbled.is_garbled(words)}
    likely = {name for name, words in LIKELY.items() if pdf_garbled.is_doubtful(words)}
    wrong = {name for name, words in RIGHT.items() if pdf_garbled.is_garbled(words) or pdf_garbled.is_doubtful(words)}
    print(f"\nsurely garbled {len(sure)} of {len(SURE)}, doubtful {len(likely)} of {len(LIKELY)}, wrongly {sorted(wrong)}")
    assert len(SURE) + len(LIKELY) >= 12
    assert sure == set(SURE)
    assert likely == set(LIKELY)
    assert not wrong
    assert not pdf_garbled.is_garbled("")
    assert not any(map(pdf_garbled.is_garbled, LIKELY.values()))


def drawn(path: Path, table: dict[int, int]) -> Path:
    """Lines in Helvetica whose letters are named by ``table``, and as they are for the rest."""
    pairs = "\n".join(f"<{code:02x}> <{table.get(code, code):04x}>" for code in range(32, 127))
    to_unicode = (
        "/CIDInit /ProcSet findresource begin begincmap /CMapName /Own def\n1 begincodespacerange <00> <ff> endcodespacerange "
        f"95 beginbfchar\n{pairs}\nendbfchar endcmap end"
    )
    font = "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 20 0 R>>"
    content = "\n".join(text(line, 700 - 40 * at, 40, 13) for at, line in enumerate(EN))
    return write_page(path, content, more={5: font, 20: to_unicode})


def exchanged_codes() -> dict[int, int]:
    pick = list("bcdfghjklmnpqrstvwxz")
    random.Random(11).shuffle(pick)
    return {ord(letter): ord(other) for letter, other in zip("etaoinsrhldcu", pick, strict=False)}


def test_doubtful_text_is_kept_and_told_without_recognition(tmp_path: Path) -> None:
    document = registry.read(drawn(tmp_path / "exchanged.pdf", exchanged_codes()), quiet, ocr="off")
    assert document.segments
    assert (document.partial, document.detail) == (
        "partly_read",
        "1 of 1 pages with letters that are probably not those people see",
    )
    private = {code: 0xE000 + code for code in range(33, 127)}
    with pytest.raises(UnreadableDocument, match="no_text"):
        registry.read(drawn(tmp_path / "private.pdf", private), quiet, ocr="off")


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["exchanged", "private", "right"])
def test_text_recognition_reads_what_is_drawn(tmp_path: Path, kind: str) -> None:
    tables = {"exchanged": exchanged_codes(), "private": {code: 0xE000 + code for code in range(33, 127)}, "right": {}}
    document: Document = registry.read(drawn(tmp_path / f"{kind}.pdf", tables[kind]), quiet, ocr="auto")
    words = " ".join(segment.text for segment in document.segments)
    assert "thirty days" in words
    assert document.detail == ("" if kind == "right" else "OCR on 1 of 1 pages")

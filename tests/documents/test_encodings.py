# SPDX-License-Identifier: Apache-2.0
"""Bytes to text: right where it can be, and never silently wrong."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from desktop_app.documents.process import registry
from desktop_app.documents.text.encodings import decode, looks_binary
from documents.making import quiet

LONGER = {
    "gb18030": (
        "合同编号",
        "姓名,电话\n李四,13800138000",
        "甲方应在三十日内付款。",
        "hello 世界 abc",
        "《劳动合同法》",
        "你好",
    ),
    "cp950": ("合約編號", "甲方應於三十日內付款。", "繁體中文測試文件"),
    "cp932": ("これは日本語のテストです。", "会議の議事録"),
    "euc_jp": ("これは日本語のテストです。会議",),
    "cp949": ("안녕하세요. 이것은 한국어 문서입니다.",),
    "utf_16_le": ("合同编号一览", "plain ascii", "甲方应在三十日内付款。", "压力传感芯体 禾木精密"),
    "utf_16_be": ("合同编号甲方应在三十日内付款。", "abc def"),
    "utf_16": ("带标记的文本",),
    "utf_8_sig": ("带标记的文本",),
    "cp1251": ("Это русский текст.", "Привет"),
    "koi8_r": ("Это русский текст.",),
    "cp866": ("Это русский текст.",),
    "cp1253": ("Η σύμβαση υπογράφηκε την Τετάρτη και ισχύει για δύο χρόνια.",),
    "cp1256": ("تم توقيع العقد يوم الأربعاء وهو ساري المفعول لمدة عامين.",),
    "cp1252": ("Café Müller – “quoted”", "naïve façade", "Größe", "£5 and €6"),
    "iso2022_jp": ("これは日本語です",),
    "iso8859_5": ("Гарантийный срок составляет восемнадцать месяцев.", "наименование;кол-во;цена\nкабель;20;350\n"),
}


@pytest.mark.parametrize(("codec", "text"), [(codec, text) for codec, texts in LONGER.items() for text in texts])
def test_known_texts(codec: str, text: str) -> None:
    decoded = decode(text.encode(codec))
    assert (decoded.text, decoded.sure) == (text, True)


# Told by nothing but words: the text may be right, but nobody can be sure of it.
UNSURE = {
    "cp1250": ("Zażółć gęślą jaźń. Umowa została podpisana w środę.", "Szerződés aláírása és fizetési határidő."),
    "iso8859_2": ("Dzień dobry, w załączeniu przesyłam protokół ze spotkania.", "nazwa;ilość;cena\nwąż;20;3,50"),
    "cp932": ("田中太郎", "見積書.pdf"),
    "cp949": ("견적서.pdf",),
    "cp1255": ("החוזה נחתם ביום רביעי והוא תקף לשנתיים.",),
    "cp1254": ("Sözleşme çarşamba günü imzalandı ve iki yıl geçerlidir.",),
    "cp1257": ("Sutartis pasirašyta trečiadienį ir galioja dvejus metus.",),
    "cp874": ("สัญญาลงนามเมื่อวันพุธและมีผลบังคับใช้สองปี",),
    "mac_roman": ("Größe über Straße", "Große Straßen, große Mühe"),
    "cp850": ("Größe über Straße und Übung", "Die Verlängerung wäre möglich, die Verspätung nicht."),
}


@pytest.mark.parametrize(("codec", "text"), [(codec, text) for codec, texts in UNSURE.items() for text in texts])
def test_what_may_be_wrong_is_partial_with_the_guess(tmp_path: Path, codec: str, text: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode(codec))
    document = registry.read(path, quiet)
    assert document.partial == "encoding_unsure"
    assert document.detail
    if codec not in ("cp1257", "mac_roman", "cp850"):
        assert document.segments[0].text == text


@pytest.mark.parametrize("ascii_first", [5_000, 95 * 1024, 200_000])
@pytest.mark.parametrize("codec", ["gb18030", "cp932", "cp1251", "utf_8"])
def test_much_ascii_may_come_first(codec: str, ascii_first: int) -> None:
    ending = {"cp932": "会議は水曜日の午後二時に変更になりました。", "cp1251": "Совещание перенесено на среду."}.get(
        codec, "甲方的职责说明"
    )
    text = "item,1,ok\n" * (ascii_first // 10) + ending
    decoded = decode(text.encode(codec))
    assert (decoded.text == text, decoded.sure) == (True, True)


@pytest.mark.parametrize(
    ("codec", "signs", "ending"),
    [
        ("gb18030", "误差±5", "供应商为宁波海曙贸易有限公司，付款期限四十五天。"),
        ("gb18030", "±5 ℃", "单价三千元，押一付三。"),
        ("gb18030", "α = 0.05", "乙方：王芳，联系电话见附件。"),
        ("cp950", "±5", "供應商為臺北貿易有限公司，付款期限四十五天。"),
        ("cp932", "±5", "会議は水曜日の午後二時に変更になりました。"),
        ("cp1251", "±5", "Совещание перенесено на среду."),
        ("cp1252", "±5", "Die Prüfgebühr beträgt 85 Euro für Mitglieder."),
    ],
)
@pytest.mark.parametrize("between", [2_000, 100_000, 1_000_000])
def test_much_ascii_may_stand_between(codec: str, signs: str, ending: str, between: int) -> None:
    """One sign at the top, and the first word that tells the encoding far below what is looked at in one piece."""
    text = f"tolerance;{signs}\n" + "item,1,ok\n" * (between // 10) + ending
    decoded = decode(text.encode(codec))
    assert (decoded.text == text, decoded.sure) == (True, True), decoded.encoding


def test_line_ends_are_one_character() -> None:
    assert decode(b"a\r\nb\rc\n").text == "a\nb\nc\n"


def test_short_real_chinese_in_gb18030(shared: Path) -> None:
    """Ten characters from anywhere in real text: right in 99 of 100, and hardly ever sure and wrong."""
    lines = (shared / "data/retrieval/zh.passages.jsonl").read_text("utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    choose = random.Random(7)
    right = wrong_but_sure = 0
    for _ in range(1_000):
        passage = choose.choice([text for text in texts if len(text) > 20])
        start = choose.randrange(len(passage) - 10)
        piece = passage[start : start + 10].replace("\r", " ").replace("\n", " ")
        decoded = decode(piece.encode("gb18030"))
        right += decoded.text == piece
        wrong_but_sure += decoded.text != piece and decoded.sure
    assert right >= 985
    assert wrong_but_sure <= 5


def test_a_cut_off_end_is_forgiven_and_damage_is_told() -> None:
    whole = "甲方应在三十日内付款。乙方应在七日内发货。" * 3
    assert decode(whole.encode()[:-1]).text == whole[:-1]
    cut = decode(whole.encode("gb18030")[:-1])
    assert (cut.text, cut.encoding) == (whole[:-1], "GB18030")
    broken = bytearray(whole.encode("gb18030"))
    broken[10] = 0xFF
    damaged = decode(bytes(broken))
    assert not damaged.sure
    assert "乙方应在七日内发货" in damaged.text


def test_what_cannot_be_known_is_not_claimed() -> None:
    assert not decode(bytes(random.Random(3).randrange(128, 256) for _ in range(400))).sure


@pytest.mark.parametrize("codec", ["gb18030", "cp950", "utf_16", "utf_16_le"])
def test_the_encoding_stands_in_the_ledger(tmp_path: Path, codec: str) -> None:
    path = tmp_path / "繁體 文件.txt"
    path.write_bytes("繁體中文測試文件，甲方應於三十日內付款。".encode(codec))
    document = registry.read(path, quiet)
    assert document.segments[0].text == "繁體中文測試文件，甲方應於三十日內付款。"
    assert document.detail
    assert document.partial == ""


def test_a_page_is_believed_about_its_own_encoding(tmp_path: Path) -> None:
    path = tmp_path / "页.html"
    path.write_bytes("<meta charset=gb2312><p>龘靐齉爩</p>".encode("gb18030"))
    document = registry.read(path, quiet)
    assert document.segments[0].text == "龘靐齉爩"
    assert document.detail == "GB18030"


def test_binary_is_no_text() -> None:
    assert looks_binary(bytes(range(256)) * 8)
    assert not looks_binary("甲方".encode("gb18030") * 100)
    assert not looks_binary("plain text\n".encode("utf-16-le") * 10)

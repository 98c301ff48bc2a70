# SPDX-License-Identifier: Apache-2.0
"""Word 97 files as people see them: numbers, headers, comments, struck and hidden text, fields, files inside."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from desktop_app.documents.process import registry
from desktop_app.documents.word.doc_text import DocText
from documents.making import pdf_file, quiet
from documents.old_office import word97
from documents.word.old_word import DELETED, HIDDEN, ON_BLACK, STRUCK, TINY, WHITE, OldWord, level, para, row
from documents.word.packages import Gold, measured
from documents.word.test_docx_drawn import packed

DECIMAL, ROMAN, UPPER, LOWER, BULLET, CHINESE, LEGAL = 0, 2, 3, 4, 23, 39, 38
CLAUSES = (level("%1."), level("%1.%2"), level("(%3)", LOWER), level("%4)", ROMAN))
BULLETS = (level("•", BULLET),)
ARTICLES = (level("第%1条", CHINESE), level("（%2）", CHINESE, follow=2), level("%3."))

Case = tuple[list[Gold], OldWord]


def texts(*found: str) -> list[Gold]:
    return [Gold(one) for one in found]


def check(kind: str, cases: dict[str, Case], root: Path) -> None:
    measured(kind, {f"{name}.doc": (gold, word.write) for name, (gold, word) in cases.items()}, root)


NUMBERS: dict[str, Case] = {
    "clauses": (
        texts("1. Payment", "1.1 Invoices.", "1.2 Interest.", "bank", "1.3 Set-off.", "(a) first", "(b) second", "2. Term", "2.1 Notice."),
        OldWord(
            [
                para("Payment", numbered=(1, 0)),
                para("Invoices.", numbered=(1, 1)),
                para("Interest.", numbered=(1, 1)),
                para("bank", numbered=(2, 0)),
                para("Set-off.", numbered=(1, 1)),
                para("first", numbered=(1, 2)),
                para("second", numbered=(1, 2)),
                para("Term", numbered=(1, 0)),
                para("Notice.", numbered=(1, 1)),
            ],
            [CLAUSES, BULLETS],
            [(0, None), (1, None)],
        ),
    ),
    "条款": (
        texts("第一条 租赁物", "第二条 租金", "（一）逾期", "（二）两期", "第三条 保险", "（一）火灾", "1. 全损"),
        OldWord(
            [
                para("租赁物", numbered=(1, 0)),
                para("租金", numbered=(1, 0)),
                para("逾期", numbered=(1, 1)),
                para("两期", numbered=(1, 1)),
                para("保险", numbered=(1, 0)),
                para("火灾", numbered=(1, 1)),
                para("全损", numbered=(1, 2)),
            ],
            [ARTICLES],
            [(0, None)],
        ),
    ),
    "headings": (
        [
            Gold("1. General", ("1. General",)),
            Gold("2. Warranty", ("2. Warranty",)),
            Gold("2.1 Duration", ("2. Warranty", "2.1 Duration")),
            Gold("36 months.", ("2. Warranty", "2.1 Duration")),
        ],
        OldWord(
            [
                para("General", style=1, numbered=(1, 0)),
                para("Warranty", style=1, numbered=(1, 0)),
                para("Duration", style=2, numbered=(1, 1)),
                para("36 months."),
            ],
            [CLAUSES],
            [(0, None)],
        ),
    ),
    "标题": (
        [Gold("第一条 质保", ("第一条 质保",)), Gold("三年。", ("第一条 质保",))],
        OldWord([para("质保", style=1, numbered=(1, 0)), para("三年。")], [ARTICLES], [(0, None)]),
    ),
    "restart": (
        texts("1. one", "2. two", "5. anew", "6. on"),
        OldWord(
            [para("one", numbered=(1, 0)), para("two", numbered=(1, 0)), para("anew", numbered=(2, 0)), para("on", numbered=(2, 0))],
            [CLAUSES],
            [(0, None), (0, 5)],
        ),
    ),
    "count on": (
        texts("1. one", "2. two"),
        OldWord([para("one", numbered=(1, 0)), para("two", numbered=(2, 0))], [CLAUSES], [(0, None), (0, None)]),
    ),
    "序号列": (
        texts("序号: 1; 品名: 砚台", "序号: 2; 品名: 毛笔"),
        OldWord(
            [*row("序号", "品名"), *row(para("", numbered=(1, 0)), "砚台"), *row(para("", numbered=(1, 0)), "毛笔")],
            [(level("%1"),)],
            [(0, None)],
        ),
    ),
    "大写": (
        texts("壹、总价", "贰、税费"),
        OldWord([para("总价", numbered=(1, 0)), para("税费", numbered=(1, 0))], [(level("%1、", LEGAL, follow=2),)], [(0, None)]),
    ),
    "legal": (
        texts("第一章 甲", "1.1 乙"),
        OldWord(
            [para("甲", numbered=(1, 0)), para("乙", numbered=(1, 1))],
            [(level("第%1章", CHINESE), level("%1.%2", flags=4))],
            [(0, None)],
        ),
    ),
    "letters": (
        texts("A) one", "B) two"),
        OldWord([para("one", numbered=(1, 0)), para("two", numbered=(1, 0))], [(level("%1)", UPPER),)], [(0, None)]),
    ),
    "deleted mark": (
        texts("1. one two", "2. three"),
        OldWord(
            [para("one ", numbered=(1, 0), mark=DELETED), para("two", numbered=(1, 0)), para("three", numbered=(1, 0))],
            [CLAUSES],
            [(0, None)],
        ),
    ),
    "no such list": (texts("one"), OldWord([para("one", numbered=(7, 3))], [CLAUSES], [(0, None)])),
}  # fmt: skip
ASIDES: dict[str, Case] = {
    "header and footer": (
        [Gold("Text."), Gold("KV-88231-B", aside="header"), Gold("Lindenhof 4", aside="footer")],
        OldWord([para("Text.")], headers=("", "KV-88231-B", "", "Lindenhof 4", "", "")),
    ),
    "页眉页脚": (
        [Gold("正文。"), Gold("合同编号：HT-2026-0317", aside="header"), Gold("砚湾仪器", aside="footer")],
        OldWord([para("正文。")], headers=("", "合同编号：HT-2026-0317", "", "砚湾仪器", "", "")),
    ),
    "first page, not even ones": (
        [Gold("Text."), Gold("odd", aside="header"), Gold("first", aside="header")],
        OldWord([para("Text.")], headers=("even", "odd", "", "", "first", "")),
    ),
    "even pages": (
        [Gold("Text."), Gold("even", aside="header"), Gold("odd", aside="header")],
        OldWord([para("Text.")], headers=("even", "odd", "", "", "", ""), even=True),
    ),
    "same text in two sections": (
        [Gold("Text."), Gold("ACME", aside="footer")],
        OldWord([para("Text.")], headers=("", "", "", "ACME", "", "", "", "", "", "ACME", "", "")),
    ),
    "page number": (
        [Gold("Text.")],
        OldWord([para("Text.")], headers=("", "", "", "- \x13 PAGE \x143\x15 -", "", "")),
    ),
    "comment": (
        [Gold("Law", ("Law",)), Gold("Zurich.", ("Law",)), Gold("Why?", ("Law",), "comment", "Dr. Meyer")],
        OldWord([para("Law", style=1), para("Zurich.")], comments=[(1, "Dr. Meyer", "Why?")]),
    ),
    "批注": (
        [Gold("违约金百分之五。"), Gold("请法务确认", aside="comment", author="王小明")],
        OldWord([para("违约金百分之五。")], comments=[(0, "王小明", "请法务确认")]),
    ),
    "two people": (
        [Gold("Fee."), Gold("low", aside="comment", author="A"), Gold("fine", aside="comment", author="B")],
        OldWord([para("Fee.")], comments=[(0, "A", "low"), (0, "B", "fine")]),
    ),
    "footnote": (
        [Gold("Claims", ("Claims",)), Gold("10 days.", ("Claims",)), Gold("Not for fruit.", ("Claims",), "footnote")],
        OldWord([para("Claims", style=1), para("10 days.")], notes=[(1, "Not for fruit.")]),
    ),
    "脚注": ([Gold("三十日。"), Gold("节假日顺延。", aside="footnote")], OldWord([para("三十日。")], notes=[(0, "节假日顺延。")])),
    "text box": ([Gold("Text."), Gold("boxed", aside="box")], OldWord([para("Text.")], boxes=["boxed"])),
}  # fmt: skip
SEEN: dict[str, Case] = {
    "struck": (
        [Gold("The cap is 12,000 francs."), Gold("10,000", aside="struck")],
        OldWord([para("The cap is ", ("10,000", STRUCK), " 12,000 francs.")]),
    ),
    "删除线": ([Gold("质保期三年。"), Gold("两年", aside="struck")], OldWord([para("质保期", ("两年", STRUCK), "三年。")])),
    "deleted words": ([Gold("The period is 60 days.")], OldWord([para("The period is ", ("30", DELETED), "60 days.")])),
    "修订": ([Gold("价格八折")], OldWord([para("价格", ("九折", DELETED), "八折")])),
    "deleted mark": ([Gold("The retainer is 4,200."), Gold("Next.")], OldWord([para("The retainer is ", mark=DELETED), para("4,200."), para("Next.")])),
    "hidden": ([Gold("seen"), Gold("secret", hidden="text")], OldWord([para("seen", ("secret", HIDDEN))])),
    "隐藏": ([Gold("可见"), Gold("隐藏", hidden="text")], OldWord([para("可见"), para(("隐藏", HIDDEN))])),
    "white": ([Gold("seen"), Gold("unseen", hidden="invisible")], OldWord([para("seen", ("unseen", WHITE))])),
    "白字": ([Gold("可见"), Gold("不可见", hidden="invisible")], OldWord([para("可见", ("不可见", WHITE))])),
    "white in a box is seen": ([Gold("Text."), Gold("seen", aside="box")], OldWord([para("Text.")], boxes=[para(("seen", WHITE))])),
    "white in a shaded style is seen": (
        [Gold("seen"), Gold("unseen", hidden="invisible")],
        OldWord([para(("seen", WHITE), style=1), para(("unseen", WHITE))], styles=[b"", struct.pack("<HH", 0x442D, 2)]),
    ),
    "white on black": ([Gold("seen")], OldWord([para(("seen", WHITE + ON_BLACK))])),
    "tiny": ([Gold("seen"), Gold("unseen", hidden="tiny")], OldWord([para("seen", ("unseen", TINY))])),
    "in a table": (
        [Gold("A: c; B: d"), Gold("x", hidden="text")],
        OldWord([*row("A", "B"), *row(para("c", ("x", HIDDEN)), para(("d", WHITE)))]),
    ),
    "fields": (
        [Gold("See clause 4 of the annex."), Gold("1 Scope\t2"), Gold("Text.")],
        OldWord([para("See \x13 REF x \x14clause 4\x15 of the annex."), para("\x13 TOC \x141 Scope\t2"), para("Text.\x15")]),
    ),
    "field in a field": ([Gold("Dear Ms Huber,")], OldWord([para('Dear \x13 IF \x13 MERGEFIELD x \x14f\x15 = "f" \x14Ms Huber\x15,')])),
}  # fmt: skip


def test_numbers(tmp_path: Path) -> None:
    check("automatic numbers, .doc", NUMBERS, tmp_path)


def test_headers_notes_and_comments(tmp_path: Path) -> None:
    check("headers, notes, comments, .doc", ASIDES, tmp_path)


def test_revisions_hidden_text_and_fields(tmp_path: Path) -> None:
    check("revisions, struck, hidden, fields, .doc", SEEN, tmp_path)


def form(kind: int, state: int, *entries: str) -> bytes:
    """What the stream of data holds of a form field."""

    def text(value: str) -> bytes:
        return struct.pack("<H", len(value)) + value.encode("utf-16-le") + b"\x00\x00"

    inside = struct.pack("<IHHH", 0xFFFFFFFF, kind | state << 2, 0, 20) + text("Check1") + struct.pack("<H", 0) + 5 * text("")
    if entries:
        inside += struct.pack("<HHH", 0xFFFF, len(entries), 0)
        inside += b"".join(struct.pack("<H", len(one)) + one.encode("utf-16-le") for one in entries)
    return struct.pack("<IH", 0x44 + len(inside), 0x44).ljust(0x44, b"\x00") + inside


def test_check_boxes_and_lists_of_forms(tmp_path: Path) -> None:
    data, places = b"", []
    for one in (form(1, 1), form(1, 0), form(1, 25), form(2, 1, "月付", "季付")):
        places.append(len(data))
        data += one
    boxes = [("\x01", struct.pack("<HI", 0x6A03, place)) for place in places]
    body = [
        para("\x13 FORMCHECKBOX ", boxes[0], "\x15 married \x13 FORMCHECKBOX ", boxes[1], "\x15 single \x13 FORMCHECKBOX ", boxes[2], "\x15 other"),
        para("付款：\x13 FORMDROPDOWN ", boxes[3], "\x15"),
    ]  # fmt: skip
    document = registry.read(OldWord(body, data=data).write(tmp_path / "form.doc"), quiet)
    assert [segment.text for segment in document.segments] == ["☒ married ☐ single ☐ other", "付款：季付"]


def test_files_inside(tmp_path: Path) -> None:
    pdf = pdf_file(tmp_path / "附件.pdf")
    expected = [segment.text for segment in registry.read(pdf, quiet).segments]
    inner = tmp_path / "inner.doc"
    word97(inner, [("Rent 900", 0, "")])
    import olefile

    with olefile.OleFileIO(str(inner)) as ole:
        streams = {name: ole.openstream(name).read() for name in ("WordDocument", "1Table")}
    objects = {
        "ObjectPool/_1001/\x01Ole10Native": packed("附件.pdf", pdf.read_bytes()),
        **{f"ObjectPool/_1002/{name}": data for name, data in streams.items()},
        "ObjectPool/_1003/Equation Native": b"x",
    }
    document = registry.read(OldWord([para("See:")], objects=objects).write(tmp_path / "outer.doc"), quiet)
    found = [(segment.locator.part, segment.text) for segment in document.segments]
    assert found == [
        (None, "See:"),
        *[("attachment 附件.pdf", text) for text in expected],
        ("attachment object2.doc", "Rent 900"),
    ]
    assert not document.partial


def test_a_part_that_breaks_costs_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gold, word = ASIDES["comment"]

    def broken(*_: object) -> None:
        raise struct.error

    monkeypatch.setattr(DocText, "_page_headers", broken)
    document = registry.read(word.write(tmp_path / "damaged.doc"), quiet)
    assert [segment.text for segment in document.segments] == [one.text for one in gold]
    assert (document.partial, document.detail) == ("partly_read", "headers could not be read whole")

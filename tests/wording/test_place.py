# SPDX-License-Identifier: Apache-2.0
"""Places and paths as people read them, in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from desktop_app.contract.document import ASIDES, HIDDEN, Locator
from desktop_app.foundation import translation
from desktop_app.wording.hidden_texts import hidden_note
from desktop_app.wording.place import file_name, folder_of, place, short_name, short_path


@pytest.fixture(autouse=True)
def language() -> Iterator[None]:
    before = translation.current()
    yield
    translation.use(before)


CASES = [
    (Locator(page=12, chars=(3, 9), headings=("第三章",)), "p. 12", "第 12 页"),
    (Locator(sheet="差旅", cells="B2:D2"), "Sheet 差旅 B2:D2", "工作表“差旅” B2:D2"),
    (Locator(sheet="差旅"), "Sheet 差旅", "工作表“差旅”"),
    (Locator(slide=4), "slide 4", "第 4 张幻灯片"),
    (Locator(headings=("手册", "第三章", "请假")), "§ 第三章 › 请假", "§ 第三章 › 请假"),
    (Locator(headings=("第三章\n 请假 ",)), "§ 第三章 请假", "§ 第三章 请假"),
    (Locator(lines=(10, 14)), "lines 10–14", "第 10–14 行"),
    (Locator(lines=(7, 7)), "line 7", "第 7 行"),
    (Locator(part="附件.txt", lines=(1, 2)), "附件.txt · lines 1–2", "附件.txt · 第 1–2 行"),
    (Locator(part="正文"), "正文", "正文"),
    (Locator(part="message 3 › attachment 报价.xlsx"), "message 3 › attachment 报价.xlsx", "第 3 封邮件 › 附件 报价.xlsx"),
    (
        Locator(part="attachment FW: Clause draft.eml › attachment clause.docx"),
        "attachment FW: Clause draft.eml › clause.docx",
        "附件 FW: Clause draft.eml › clause.docx",
    ),
    (Locator(part="a.zip › b.zip › c.zip › d.txt"), "a.zip › … › c.zip › d.txt", "a.zip › … › c.zip › d.txt"),
    (Locator(), "", ""),
    (Locator(page=4, label="iv"), "p. iv (page 4 of the file)", "第 iv 页（文件第 4 页）"),
    (Locator(page=3, aside="footnote"), "p. 3 · footnote", "第 3 页 · 脚注"),
    (Locator(aside="header"), "header", "页眉"),
    (Locator(aside="footer"), "footer", "页脚"),
    (Locator(aside="endnote", chars=(0, 9)), "endnote", "尾注"),
    (Locator(headings=("付款",), aside="comment", author="李 伟"), "§ 付款 · comment by 李 伟", "§ 付款 · 李 伟的批注"),
    (Locator(sheet="差旅", cells="B2", aside="comment"), "Sheet 差旅 B2 · comment", "工作表“差旅” B2 · 批注"),
    (Locator(headings=("付款",), aside="struck"), "§ 付款 · struck through", "§ 付款 · 已划去"),
    (Locator(slide=2, aside="box"), "slide 2 · text box", "第 2 张幻灯片 · 文本框"),
    (Locator(slide=2, aside="chart"), "slide 2 · chart", "第 2 张幻灯片 · 图表"),
    (Locator(page=1, aside="field"), "p. 1 · form field", "第 1 页 · 表单域"),
    (
        Locator(sheet="草稿", cells="B2", hidden="sheet"),
        "Sheet 草稿 B2 · on a hidden sheet",
        "工作表“草稿” B2 · 位于隐藏的工作表",
    ),
    (Locator(slide=3, hidden="slide"), "slide 3 · on a hidden slide", "第 3 张幻灯片 · 位于隐藏的幻灯片"),
    (
        Locator(sheet="租赁", cells="A4:B4", hidden="row"),
        "Sheet 租赁 A4:B4 · in a hidden row",
        "工作表“租赁” A4:B4 · 位于隐藏的行",
    ),
    (
        Locator(sheet="租赁", cells="C2", hidden="column"),
        "Sheet 租赁 C2 · in a hidden column",
        "工作表“租赁” C2 · 位于隐藏的列",
    ),
    (Locator(headings=("价格",), hidden="text"), "§ 价格 · hidden text", "§ 价格 · 隐藏文字"),
    (
        Locator(page=1, hidden="invisible"),
        "p. 1 · hidden: in the colour of its ground, or none",
        "第 1 页 · 隐藏：文字与底色相同或没有颜色",
    ),
    (Locator(page=1, hidden="tiny"), "p. 1 · hidden: too small to read", "第 1 页 · 隐藏：文字小得无法辨认"),
    (Locator(page=1, hidden="off_page"), "p. 1 · hidden: outside the page", "第 1 页 · 隐藏：文字在页面之外"),
    (Locator(page=1, hidden="layer"), "p. 1 · hidden: layer switched off", "第 1 页 · 隐藏：所在图层已关闭"),
    (
        Locator(slide=3, aside="comment", author="Lee", hidden="slide"),
        "slide 3 · comment by Lee · on a hidden slide",
        "第 3 张幻灯片 · Lee的批注 · 位于隐藏的幻灯片",
    ),
    (Locator(hidden="what a later version knows"), "hidden text", "隐藏文字"),
]


@pytest.mark.parametrize(("locator", "english", "chinese"), CASES)
def test_a_place_is_said_in_both_languages(locator: Locator, english: str, chinese: str) -> None:
    translation.use("en")
    assert place(locator) == english
    translation.use("zh_CN")
    assert place(locator) == chinese


def test_every_aside_and_every_reason_has_words() -> None:
    translation.use("en")
    assert all(place(Locator(aside=aside)) for aside in ASIDES)
    said = [place(Locator(hidden=hidden)) for hidden in HIDDEN]
    assert len(set(said)) == len(HIDDEN)
    assert all("hidden" in words for words in said)
    assert len({hidden_note(hidden) for hidden in HIDDEN}) == len(HIDDEN)


def test_names_from_a_file_are_cut_and_made_fit_to_be_shown() -> None:
    said = place(Locator(page=1, label="iv\u202e" * 40, aside="comment", author="王\n" * 90))
    assert "\u202e" not in said
    assert "\n" not in said
    assert len(said) < 90


def test_a_very_long_heading_is_cut_in_its_middle() -> None:
    said = place(Locator(headings=("关于" * 60,)))
    assert "…" in said
    assert len(said) < 40


@pytest.mark.parametrize(
    ("path", "name", "folder"),
    [
        ("/home/王芳/员工 手册.pdf", "员工 手册.pdf", "/home/王芳"),
        ("D:\\人事\\制度\\请假.docx", "请假.docx", "D:\\人事\\制度"),
        ("/home/王芳/合同/", "合同", "/home/王芳"),
        ("/顶层.txt", "顶层.txt", "/"),
        ("孤.txt", "孤.txt", ""),
        ("/", "/", ""),
    ],
)
def test_names_of_either_system(path: str, name: str, folder: str) -> None:
    assert file_name(path) == name
    assert folder_of(path) == folder


def test_a_short_path_keeps_the_root_and_the_file() -> None:
    path = "/home/王芳/文档/2024/人事/手册/员工手册.pdf"
    assert short_path(path, 100) == path
    assert short_path(path, 24) == "/home/…/人事/手册/员工手册.pdf"
    assert short_path(path, 19) == "/home/…/手册/员工手册.pdf"
    windows = "D:\\集团\\华东\\上海\\人事\\制度汇编\\员工手册.pdf"
    assert short_path(windows, 22) == "D:\\集团\\…\\制度汇编\\员工手册.pdf"


@pytest.mark.parametrize("length", range(8, 60, 7))
def test_a_short_path_never_grows_past_its_limit(length: int) -> None:
    assert len(short_path("/a/" + "很长的名字" * 30 + ".pdf", length)) <= length
    assert len(short_name("很长的名字" * 30 + ".pdf", length)) <= length

# SPDX-License-Identifier: Apache-2.0
"""Places and paths as people read them, in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from desktop_app.contract.document import Locator
from desktop_app.foundation import translation
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
    (Locator(), "", ""),
]


@pytest.mark.parametrize(("locator", "english", "chinese"), CASES)
def test_a_place_is_said_in_both_languages(locator: Locator, english: str, chinese: str) -> None:
    translation.use("en")
    assert place(locator) == english
    translation.use("zh_CN")
    assert place(locator) == chinese


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

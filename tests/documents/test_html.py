# SPDX-License-Identifier: Apache-2.0
"""Web pages as they are written: end tags left out, pages that are cut off."""

from __future__ import annotations

from desktop_app.documents.markup.html import read_page
from documents.making import quiet


def rows(source: str) -> list[str]:
    page = read_page(f"<meta charset=utf-8>{source}".encode(), quiet)
    return [segment.text for segment in page.segments]


def test_rows_without_end_tags() -> None:
    assert rows("<table><tr><td>甲<td>乙<tr><td>丙<td>丁</table>后") == ["甲; 乙", "丙; 丁", "后"]
    assert rows("<table><tr><th>姓名<th>电话<tr><td>李四<td>8021</table>") == ["姓名: 李四; 电话: 8021"]


def test_rows_keep_their_own_lines() -> None:
    page = read_page("<meta charset=utf-8><table>\n<tr><td>甲\n<tr><td>乙\n</table>".encode(), quiet)
    assert [segment.locator.lines for segment in page.segments] == [(2, 3), (3, 4)]


def test_a_table_that_is_cut_off() -> None:
    assert rows("<p>开头<table><tr><td>单元格") == ["开头", "单元格"]
    assert rows("<table><tr><td>外<table><tr><td>内") == ["内", "外"]
    assert rows("<table><tr><th>姓名<th>电话") == ["姓名; 电话"]

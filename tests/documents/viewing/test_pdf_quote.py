# SPDX-License-Identifier: Apache-2.0
"""The quote matcher on strings: what PDFium writes down against what the index kept."""

from __future__ import annotations

import pytest

from desktop_app.documents.viewing import pdf_quote


@pytest.mark.parametrize(
    ("page", "quote", "selected"),
    [
        ("Annual leave must be re-\r\nquested in advance.", "Annual leave must be requested in advance.", None),
        ("休假需提前三个\r\n工作日填写表单。", "休假需提前三个工作日填写表单。", None),
        ("An e\ufb03cient o\ufb03ce.", "An efficient office.", None),
        ("金额：１２３元", "金额：123元", None),
        ("soft\u00adware and data\u0002\r\nbase", "software and database", None),
        ("Caf\u00e9 rules", "Cafe\u0301 rules", None),
        ("前文。报销限额为 500 元。后文。", "报销限额为500元。", "报销限额为 500 元。"),
    ],
)
def test_a_quote_is_found_however_the_page_breaks_it(page: str, quote: str, selected: str | None) -> None:
    found = pdf_quote.find(page, quote)
    assert found is not None
    assert page[slice(*found)] == (page if selected is None else selected)
    assert pdf_quote.same(page[slice(*found)], quote)


def test_of_several_places_the_nearest_is_taken() -> None:
    page = "见附件。正文在此。见附件。完。见附件。"
    assert pdf_quote.find(page, "见附件。") == (0, 4)
    assert pdf_quote.find(page, "见附件。", near=10) == (9, 13)
    assert pdf_quote.find(page, "见附件。", near=99) == (15, 19)


def test_what_is_not_there_is_not_found() -> None:
    assert pdf_quote.find("请假流程", "报销流程") is None
    assert pdf_quote.find("请假流程", " - \u00ad ") is None
    assert not pdf_quote.same("", "")
    assert not pdf_quote.same("请假", "请假流程")


def test_a_quote_over_two_pages() -> None:
    first = "上文。员工申请休假需提前三个工作日填写\r\n- 11 -"
    second = "员工手册\r\n申请表单，由部门经理审批。下文。"
    found = pdf_quote.find_across(first, second, "员工申请休假需提前三个工作日填写申请表单，由部门经理审批。")
    assert found is not None
    assert first[slice(*found[0])] == "员工申请休假需提前三个工作日填写"
    assert second[slice(*found[1])] == "申请表单，由部门经理审批。"
    assert pdf_quote.find_across(first, second, "实习生另见附件二，由导师批准。") is None

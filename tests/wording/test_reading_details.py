# SPDX-License-Identifier: Apache-2.0
"""Remarks of readers are said in the language in force; what is not known stays as it is."""

from __future__ import annotations

import pytest

from desktop_app.foundation import translation
from desktop_app.wording.reading_details import reading_detail

ENGLISH = [
    ("not_calculated 1 Budget!B4", "1 formula was never calculated: Budget!B4"),
    ("not_calculated 7 S!B1, S!B2 …", "7 formulas were never calculated: S!B1, S!B2 …"),
    ("sheets_unread 1 3", "1 of 3 sheets could not be read"),
    ("sheets_unread 1 3; not_calculated 2 S!B1, S!B2", "1 of 3 sheets could not be read; 2 formulas were never calculated: S!B1, S!B2"),
    ("cells_read 2000000 Orders!180000", "only the first 2,000,000 cells were read, up to Orders!180000"),
    ("GB18030", "GB18030"),
    ("attachment a.pdf (damaged)", "attachment a.pdf (damaged)"),
    ("", ""),
]  # fmt: skip


@pytest.mark.parametrize(("detail", "said"), ENGLISH)
def test_remarks_in_english(detail: str, said: str) -> None:
    assert reading_detail(detail) == said


def test_remarks_in_chinese() -> None:
    translation.use("zh_CN")
    assert reading_detail("not_calculated 2 预算!B4, 预算!B5") == "2 个公式没有计算结果：预算!B4, 预算!B5"
    assert reading_detail("sheets_unread 1 3") == "3 个工作表中有 1 个无法读取"
    assert reading_detail("cells_read 2000 订单!18") == "只读取了前 2,000 个单元格，到 订单!18 为止"

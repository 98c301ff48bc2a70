# SPDX-License-Identifier: Apache-2.0
"""Tables that mislead, asked by ``inkstone ask --json`` in both languages: the right figure, or the sentence that says why there is none."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from cli.command import inkstone

pytestmark = pytest.mark.slow

OLD, NEW = 1_700_000_000, 1_750_000_000  # seconds

WORKBOOKS: dict[str, list[tuple[object, ...]]] = {
    "运费明细.xlsx": [("承运商", "线路", "运费（元）"), ("顺安", "京沪", 100), ("顺安", "京广", 250), ("顺安小计", None, 350), ("捷达", "沪杭", 80),
                  ("捷达小计", None, 80), ("总计", None, 430)],
    "Freight costs.xlsx": [("Carrier", "Route", "Freight (EUR)"), ("Hauser", "Bern-Basel", 100), ("Hauser", "Bern-Chur", 250),
                           ("Subtotal Hauser", None, 350), ("Lind", "Thun-Olten", 80), ("Subtotal Lind", None, 80), ("Grand total", None, 430)],
    "Spare parts.xlsx": [("Part no.", "Stockroom", "Pieces in stock"), ("007", "A", 3), ("1E5", "B", 4), ("0012", "A", 5)],
    "Spare parts v2.xlsx": [("Part no.", "Stockroom", "Pieces in stock"), ("007", "A", 3), ("1E5", "B", 40), ("0012", "A", 5)],
    "备件库存.xlsx": [("备件号", "库房", "库存件数"), ("007", "甲", 3), ("1E5", "乙", 4), ("0012", "甲", 5)],
    "备件库存（新）.xlsx": [("备件号", "库房", "库存件数"), ("007", "甲", 3), ("1E5", "乙", 40), ("0012", "甲", 5)],
    "Energy bills.xlsx": [("Building", "Energy cost"), ("Hall", 120), ("Yard", "=B2*1.1"), ("Roof", 40)],
    "能源账单.xlsx": [("楼宇", "电费"), ("大厅", 120), ("院子", "=B2*1.1"), ("屋顶", 40)],
}  # fmt: skip
LISTS = {
    "Travel invoices.csv": "Invoice,Agency,Invoice amount\nA-1,Kuoni,$120.00\nA-2,Kuoni,€80.00\nA-3,Hotelplan,$30.00\nA-4,Hotelplan,€5.50\n",
    "差旅发票.csv": "发票编号,旅行社,发票金额\nA-1,春秋,¥120.00\nA-2,春秋,US$80.00\nA-3,众信,¥30.00\nA-4,众信,US$5.50\n",
    "Bulk deliveries.csv": "Delivery,Goods,Delivered weight\nD-1,Sand,1.5 t\nD-2,Salt,250 kg\nD-3,Sand,2 t\nD-4,Salt,50 kg\n",
    "散货入库.csv": "入库单号,货物,入库重量\nD-1,沙子,1.5吨\nD-2,食盐,250kg\nD-3,沙子,2吨\nD-4,食盐,50kg\n",
    "访客登记.csv": "访客,身份证号,手机,停车费\n王一,110101199003070011,13800000001,10\n李二,11010119900307002X,13800000002,15\n"
    "赵三,110101199003070038,13800000003,5\n",
    "Visitors.csv": "Visitor,ID card,Phone,Parking fee\nAnn,110101199003070011,13800000001,10\nBen,110101199003070020,13800000002,15\n"
    "Cid,110101199003070038,13800000003,5\n",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("表格") / "文件"
    folder.mkdir()
    for name, rows in WORKBOOKS.items():
        book = Workbook()
        for row in rows:
            book.active.append(row)
        book.save(folder / name)
        if "Spare" in name or "备件" in name:
            changed = NEW if "v2" in name or "新" in name else OLD
            os.utime(folder / name, (changed, changed))
    for name, text in LISTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    done = inkstone("index", folder, "--library", folder.parent / "库", "--embedding", "none", "--json")
    assert done.code == 0, done.err
    return folder.parent / "库"


def ask(library: Path, question: str) -> dict[str, Any]:
    return inkstone("ask", question, "--library", library, "--json").one


@pytest.mark.parametrize(
    ("question", "value", "said"),
    [
        # subtotals inside
        ("运费一共多少元？", 430, "3行"),
        ("What is the total freight of Hauser?", 350, "2 rows"),
        ("How many routes are in the freight costs?", 3, "3 rows"),
        # kilograms and tonnes
        ("What is the total delivered weight?", 3.8, "3.8 t"),
        ("入库重量合计多少？", 3.8, "3.8吨"),
        ("食盐的入库重量一共多少？", 0.3, "0.3吨"),
        # another version of the same file
        ("What is the total of pieces in stock?", 48, "An older version, Spare parts.xlsx, gives 12"),
        ("库存件数合计是多少？", 48, "较早的版本《备件库存.xlsx》给出的是12"),
        # numbers of things
        ("How many pieces in stock has part 007?", 3, "Part no. is 007"),
        ("备件号1E5的库存件数是多少？", 40, "为1E5"),
        ("王一的身份证号是多少？", "110101199003070011", "身份证号"),
        # a formula without a value
        ("What is the total energy cost?", 160, "1 without a figure, left out"),
        ("电费一共多少？", 160, "1行没有数值，未计入"),
        ("院子的电费是多少？", None, "公式没有计算结果"),
        ("What is the energy cost of Yard?", None, "the formula in the table has no stored value"),
    ],
)
def test_the_right_figure_or_its_sentence(library: Path, question: str, value: object, said: str) -> None:
    answer = ask(library, question)
    assert answer["mode"] == "computed", answer["answer"]
    assert answer["value"] == value, answer["answer"]
    assert said in answer["answer"].replace("\\", "")


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("What is the total invoice amount of the travel invoices?", [["$", 150.0], ["€", 85.5]]),
        ("差旅发票的发票金额合计是多少？", [["¥", 150.0], ["US$", 85.5]]),
        ("春秋的发票金额一共多少？", [["¥", 120.0], ["US$", 80.0]]),
    ],
)
def test_a_sum_for_each_currency(library: Path, question: str, figures: list[object]) -> None:
    answer = ask(library, question)
    assert (answer["mode"], answer["value"], answer["groups"]) == ("computed", None, figures), answer["answer"]


@pytest.mark.parametrize(
    "question",
    ["手机号合计是多少？", "备件号合计是多少？", "What is the sum of the phone numbers of the visitors?", "What is the sum of the part no.?",
     "身份证号的总和是多少？", "发票金额最大是多少？"],
)  # fmt: skip
def test_no_figure_is_made_of_numbers_of_things_or_of_several_currencies(library: Path, question: str) -> None:
    answer = ask(library, question)
    assert answer["mode"] != "computed", answer["answer"]

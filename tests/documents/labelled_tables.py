# SPDX-License-Identifier: Apache-2.0
"""Tables with what a person says of them: columns, kinds, units, totals.

``MADE`` are rows of cells as a reader hands them on. A column is written "name|kind|unit"; ``marks`` are by row number. Tables in real files:
``tests/tables/labelled_tables.jsonl``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from desktop_app.documents.tables.exact import Figure
from desktop_app.documents.text.table_head import ABOVE, LEFT


@dataclass(frozen=True)
class Labelled:
    columns: Sequence[str]
    marks: Mapping[int, str] = field(default_factory=dict)
    doubts: Sequence[str] = ()
    rows: str | Sequence[Sequence[str]] = ""
    things: int = 0  # how many rows are no totals, where that is labelled
    hidden: Sequence[int] = ()

    def cells(self) -> list[list[str]]:
        """The rows, which may be written as lines with bars."""
        if not isinstance(self.rows, str):
            return [list(row) for row in self.rows]
        return [[cell.strip() for cell in line.split("|")] for line in self.rows.strip().splitlines()]


def percent(text: str, value: float) -> Figure:
    return Figure.of(text, value)


MADE: dict[str, Labelled] = {
    "two rows of names, merged": Labelled(
        [
            "地区|text|",
            "第一季度 › 预算|number|",
            "第一季度 › 实际|number|",
            "第二季度 › 预算|number|",
            "第二季度 › 实际|number|",
        ],
        {5: "total"},
        rows=[
            ["地区", "第一季度", LEFT, "第二季度", LEFT],
            [ABOVE, "预算", "实际", "预算", "实际"],
            ["华东", "100", "90", "110", "120"],
            ["华北", "200", "210", "190", "180"],
            ["合计", "300", "300", "300", "300"],
        ],
    ),
    "subtotals inside": Labelled(
        ["区域|text|", "客户|text|", "金额（元）|money|元"],
        {4: "subtotal", 7: "subtotal", 8: "total"},
        rows="""
区域|客户|金额（元）
华东|甲公司|100
华东|乙公司|250
华东小计||350
华北|丙公司|80
华北|丁公司|20
华北小计||100
总计||450
""",
    ),
    "subtotals by arithmetic alone": Labelled(
        ["Region|text|", "Customer|text|", "Amount|number|"],
        {4: "subtotal", 7: "subtotal", 8: "total"},
        rows="""
Region|Customer|Amount
East|A|100
East|B|250
||350
North|C|80
North|D|20
||100
||450
""",
    ),
    "a customer named Total": Labelled(
        ["Customer|text|", "Country|text|", "Revenue|number|"],
        {5: "total"},
        rows="""
Customer|Country|Revenue
Total Energies|France|1200
Sumitomo|Japan|800
Meanwell|Taiwan|400
Total||2400
""",
    ),
    "a customer named Total, alone in a column of names": Labelled(
        ["Customer|text|", "Revenue|number|"],
        {},
        rows="""
Customer|Revenue
Borealis|300
Ostmark|500
Total Energies|1200
Sum Systems|90
Average Joe Ltd|10
""",
    ),
    "a purpose that begins with 合计": Labelled(
        ["用途|text|", "金额（万元）|money|万元"],
        {5: "total"},
        rows="""
用途|金额（万元）
合计划拨|12
设备|30.5
培训|4.5
合计|47
""",
    ),
    "two currencies": Labelled(
        ["Invoice|code|", "Amount|money|", "Amount › Unit|text|"],
        {},
        ["mixed_units"],
        rows="""
Invoice|Amount
A-1|$120.00
A-2|€80.00
A-3|$30.00
A-4|€5.50
""",
    ),
    "a currency of its own column": Labelled(
        ["Invoice|code|", "Currency|text|", "Amount|money|"],
        {},
        ["mixed_units"],
        rows="""
Invoice|Currency|Amount
A-1|USD|120
A-2|EUR|80
A-3|USD|30
""",
    ),
    "one currency in its own column": Labelled(
        ["单号|code|", "币种|text|", "金额|money|CNY"],
        {},
        rows="""
单号|币种|金额
A-1|CNY|120
A-2|CNY|80
A-3|CNY|30
""",
    ),
    "units that convert": Labelled(
        ["Part|text|", "Weight|number|kg"],
        {},
        rows="""
Part|Weight
Bolt|2 kg
Nut|500 g
Plate|12 kg
""",
    ),
    "units that do not": Labelled(
        ["Part|text|", "Stock|number|", "Stock › Unit|text|"],
        {},
        ["mixed_units"],
        rows="""
Part|Stock
Bolt|200 pcs
Oil|5 l
Nut|300 pcs
Grease|2 kg
""",
    ),
    "numbers as text and codes": Labelled(
        ["工号|code|", "姓名|text|", "手机|code|", "工资|number|"],
        {},
        rows="""
工号|姓名|手机|工资
0012|王一|13800000001|8,500.00
0013|李二|13800000002|9,200.00
0100|赵三|13800000003|7,800.00
""",
    ),
    "numbers of orders": Labelled(
        ["Order no.|code|", "Customer|text|", "Net|money|£"],
        {4: "total"},
        rows="""
Order no.|Customer|Net
10023|Ostmark|£1,200.00
10024|Borealis|£300.50
Total||£1,500.50
""",
    ),
    "words among figures": Labelled(
        ["项目|text|", "费用|number|"],
        {},
        rows="""
项目|费用
测量|120
安装|待定
运输|80
验收|见附件
培训|60
保养|45
检定|30
清洗|25
""",
    ),
    "dashes and n/a": Labelled(
        ["Site|text|", "Cost|number|"],
        {},
        rows="""
Site|Cost
Bern|120
Basel|-
Chur|n/a
Thun|80
""",
    ),
    "formulas without a value": Labelled(
        ["Post|text|", "Cost (EUR)|money|EUR"],
        {5: "total"},
        ["not_calculated"],
        rows="""
Post|Cost (EUR)
Rent|1200
Power|300
Phone|=B2*0.1
Total|=SUM(B2:B4)
""",
    ),
    "negative sums in brackets": Labelled(
        ["Account|text|", "2025|money|$", "2026|money|$"],
        {5: "total"},
        rows="""
Account|2025|2026
Sales|$5,000|$6,200
Returns|($200)|($350)
Costs|$(1,300)|$(1,400)
Sum|$3,500|$4,450
""",
    ),
    "decimals behind a comma": Labelled(
        ["Kostenstelle|text|", "Betrag (EUR)|money|EUR"],
        {4: "total"},
        rows="""
Kostenstelle|Betrag (EUR)
Vertrieb|1.234,56
Einkauf|12.000,00
Summe|13.234,56
""",
    ),
    "day before month": Labelled(
        ["Ticket|code|", "Opened|date|", "Hours|number|"],
        {},
        rows="""
Ticket|Opened|Hours
T-1|04/01/2026|2
T-2|16/01/2026|3
T-3|01/02/2026|1
""",
    ),
    "month before day": Labelled(
        ["Ticket|code|", "Opened|date|"],
        {},
        rows="""
Ticket|Opened
T-1|1/4/2026
T-2|1/16/2026
T-3|2/1/2026
""",
    ),
    "either order of day and month": Labelled(
        ["Ticket|code|", "Opened|text|"],
        {},
        ["date_order"],
        rows="""
Ticket|Opened
T-1|1/4/2026
T-2|3/5/2026
T-3|2/1/2026
""",
    ),
    "dates in words": Labelled(
        ["Name|text|", "Joined|date|", "Left|date|"],
        {},
        rows="""
Name|Joined|Left
Ann|4 Jan 2024|March 3, 2026
Ben|12 Dec 2023|Apr 14, 2026
""",
    ),
    "Chinese dates and months": Labelled(
        ["合同|text|", "签订|date|", "月份|date|"],
        {},
        rows="""
合同|签订|月份
甲|2026年1月4日|2026年1月
乙|2026年12月31日|2026年12月
""",
    ),
    "spans of time": Labelled(
        ["Task|text|", "Duration|duration|h", "Wait|duration|hours"],
        {},
        rows="""
Task|Duration|Wait
Audit|37:30|2 hours
Repair|12:00|30 minutes
Check|0:45|1.5 hours
""",
    ),
    "times of the day": Labelled(
        ["Room|text|", "Start|text|"],
        {},
        rows="""
Room|Start
A|09:30
B|14:00
C|08:15
""",
    ),
    "large Chinese amounts": Labelled(
        ["公司|text|", "营收|money|元", "人数|number|"],
        {5: "average"},
        rows="""
公司|营收|人数
甲|1.2万元|100
乙|3.6万元|200
丙|2.4万元|300
平均值|2.4万元|200
""",
    ),
    "full width": Labelled(
        ["品名|text|", "单价|money|¥", "数量|number|"],
        {},
        rows="""
品名|单价|数量
墨|￥１２．５０|１，０００
纸|￥３．００|２００
""",
    ),
    "percentages and shares": Labelled(
        ["Team|text|", "Done|percent|%", "占比（%）|percent|%"],
        {},
        rows=[
            ["Team", "Done", "占比（%）"],
            ["Red", percent("83.4%", 0.83392), "40"],
            ["Blue", percent("91.0%", 0.90997), "60"],
        ],
    ),
    "no names": Labelled(
        ["|text|", "|number|", "|number|"],
        {},
        ["no_header"],
        rows="""
Bern|12|30
Basel|14|31
Chur|9|28
Thun|8|22
""",
    ),
    "a total above": Labelled(
        ["Department|text|", "Cost|number|"],
        {2: "total"},
        rows="""
Department|Cost
All|60
Sales|10
Service|20
Works|30
""",
    ),
    "a group and all, with hidden rows": Labelled(
        ["Name|text|", "Kind|text|", "Sum|number|"],
        {5: "total"},
        hidden=[3],
        rows="""
Name|Kind|Sum
a|x|10
b|x|20
c|y|30
Total||40
""",
    ),
    "a unit above the table": Labelled(
        ["项目|text|", "2025年|money|万元", "2026年|money|万元", "人数|number|"],
        {7: "total"},
        rows=[
            ["收入明细", "", "", ""],
            ["", "", "", "单位：万元"],
            ["项目", "2025年", "2026年", "人数"],
            ["销售", "120", "130", "5"],
            ["服务", "80", "95", "7"],
            ["租赁", "40", "45", "2"],
            ["总计", "240", "270", "14"],
        ],
    ),
    "a remark below": Labelled(
        ["品名|text|", "规格|text|", "数量|number|"],
        {4: "total"},
        rows="""
品名|规格|数量
甲|大|4
乙|小|6
合计||10
备注：库存以盘点日为准。||
""",
        things=2,
    ),
    "a merged amount counts once": Labelled(
        ["Project|text|", "Phase|text|", "Budget|number|"],
        {},
        rows=[
            ["Project", "Phase", "Budget"],
            ["Alpha", "Plan", "100"],
            [ABOVE, "Build", ABOVE],
            ["Beta", "Plan", "40"],
        ],
    ),
    "grand total of subtotals only": Labelled(
        ["Employee|text|", "Item|text|", "Cost|money|CHF"],
        {4: "subtotal", 6: "subtotal", 7: "total"},
        rows="""
Employee|Item|Cost
Ann|Train|CHF 20
Ann|Hotel|CHF 100
Subtotal Ann||CHF 120
Ben|Taxi|CHF 35
Subtotal Ben||CHF 35
Grand total||CHF 155
""",
    ),
    "the highest and the lowest": Labelled(
        ["Name|text|", "Team|text|", "Points|number|"],
        {6: "average", 7: "average", 8: "average"},
        rows="""
Name|Team|Points
Ann|Red|10
Max Meier|Red|40
Ben|Blue|40
Min Zhou|Blue|10
Average||25
Max||40
Min||10
""",
    ),
    "a number before a word for subtotals": Labelled(
        ["发票号|code|", "开票日期|date|", "金额|number|"],
        {4: "subtotal", 6: "subtotal", 7: "total"},
        rows="""
发票号|开票日期|金额
24001|2026-01-05|10
24002|2026-01-20|30
1月小计||40
24003|2026-02-03|5
2月小计||5
合计||45
""",
    ),
    "averages and totals": Labelled(
        ["Line|number|", "Output|number|", "Scrap|percent|%"],
        {5: "total", 6: "average"},
        rows="""
Line|Output|Scrap
1|100|2%
2|140|4%
3|120|3%
Total|360|
Average|120|3%
""",
    ),
    "a sum with a name, not calculated": Labelled(
        ["Post|text|", "Cost|number|"],
        {4: "total"},
        ["not_calculated"],
        rows="""
Post|Cost
Rent|1200
Power|300
Total costs|=SUM($B$2:$B$3)
""",
    ),
    "a thing that is summed along its row": Labelled(
        ["Post|text|", "June|number|", "July|number|", "Sum|number|"],
        {},
        ["not_calculated"],
        rows="""
Post|June|July|Sum
Rent|1200|1300|=SUM(B2:C2)
Power, total|300|310|=SUM(B3:C3)
Phone|40|45|=SUM(B4:C4)
""",
    ),
    "kilograms and tonnes": Labelled(
        ["Goods|text|", "Weight|number|kg"],
        {},
        rows="""
Goods|Weight
Sand|1.5 t
Salt|250 kg
Lime|40 kg
""",
    ),
    "counted in large units": Labelled(
        [
            "省份|text|",
            "面积（平方公里）|number|平方公里",
            "人口（万人）|number|万人",
            "Area (km2 )|number|km2",
            "People (millions)|number|millions",
        ],
        {},
        rows="""
省份|面积（平方公里）|人口（万人）|Area (km2 )|People (millions)
甲|83879|890|83879|8.9
乙|30689|1150|30689|11.5
""",
    ),
}

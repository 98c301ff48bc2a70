# SPDX-License-Identifier: Apache-2.0
"""The made office tables in Chinese: people, invoices, marks, tests, money.

Each has something that such tables have in offices; its first line says what. Drawn by chance, the same in every run; all names are
invented.
"""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from tests.tables.table_files import Formula, OfficeTable, footer

STAFF = (
    ("方既白", "仓储部"),
    ("秦牧之", "仓储部"),
    ("白芷遥", "客服部"),
    ("江望舒", "客服部"),
    ("尤佳禾", "工程部"),
    ("邵一川", "工程部"),
    ("丁渡", "工程部"),
    ("莫北辰", "财务部"),
    ("柯若木", "财务部"),
    ("祝青梧", "法务部"),
    ("毕微", "仓储部"),
    ("罗蕴", "客服部"),
    ("纪棠", "法务部"),
    ("岳霖", "工程部"),
)
COMPANIES = (
    "霁川包装有限公司",
    "砺石机电有限公司",
    "南篱食品有限公司",
    "云栈物流有限公司",
    "松涧化工有限公司",
    "晴柚文化有限公司",
)


def attendance() -> OfficeTable:
    """A title, a remark, the header in row 4, a total and an average row."""
    draw = random.Random(2401)
    grid: list[list[Any]] = [["2026年3月考勤与加班汇总"], ["编制：人事行政部　　打印日期：2026年4月2日"], []]
    grid.append(
        [
            "工号",
            "姓名",
            "部门",
            "应出勤（天）",
            "实出勤（天）",
            "迟到（次）",
            "请假（天）",
            "平时加班（小时）",
            "周末加班（小时）",
            "加班费（元）",
        ]
    )
    for number, (name, department) in enumerate(STAFF):
        leave = draw.choice((0, 0, 0, 1, 1, 2, 3))
        late, evening, weekend = draw.choice((0, 0, 0, 1, 2, 3)), draw.randrange(0, 49) / 2, draw.choice((0, 0, 4, 8, 12, 16))
        pay = round(evening * 45 + weekend * 60, 2)
        grid.append([f"G{1207 + number * 13}", name, department, 22, 22 - leave, late, leave, evening, weekend, pay])
    rows = range(5, 5 + len(STAFF))
    grid.append(footer("合计", 10, "DEFGHIJ", rows, grid))
    grid.append(footer("平均", 10, "DEFGHIJ", rows, grid, "AVERAGE"))
    return OfficeTable("人事月报2026年3月.xlsx", "考勤", grid, rows, ("A1:J1", "A2:J2"), formats={"J": "#,##0.00"})


def training() -> OfficeTable:
    """A plain register; some marks are the word for exempted."""
    draw = random.Random(2402)
    courses = (
        ("消防安全演练", "安全", 2, 0),
        ("叉车操作复训", "安全", 8, 260),
        ("合同审查要点", "业务", 4, 180),
        ("客户投诉处理", "业务", 6, 150),
        ("增值税新政解读", "财税", 3, 320),
        ("数据备份与恢复", "信息技术", 5, 0),
    )
    grid: list[list[Any]] = [
        ["序号", "培训日期", "课程名称", "课程类别", "参训人", "部门", "学时", "考核成绩", "是否合格", "费用（元）"]
    ]
    day = dt.date(2025, 9, 8)
    for number in range(1, 41):
        day += dt.timedelta(days=draw.randrange(2, 9))
        course, kind, hours, fee = draw.choice(courses)
        name, department = draw.choice(STAFF)
        mark: Any = "免考" if draw.random() < 0.12 else draw.randrange(48, 100)
        passed = "是" if mark == "免考" or mark >= 60 else "否"
        grid.append([number, day, course, kind, name, department, hours, mark, passed, fee])
    return OfficeTable("人事月报2026年3月.xlsx", "培训记录", grid, range(2, 42), formats={"B": "yyyy-mm-dd"})


def invoices() -> OfficeTable:
    """Grouped by month with a subtotal row after each and a total at the end; some dates of payment are not known yet."""
    draw = random.Random(2403)
    grid: list[list[Any]] = [["2026年上半年进项发票登记簿"]]
    grid.append(["发票号", "开票日期", "销方名称", "品名", "不含税金额", "税率", "税额", "价税合计", "是否付款", "付款日期"])
    rows: list[int] = []
    parts: list[list[int]] = []
    for month in range(1, 7):
        days = sorted(draw.sample(range(1, 29), draw.randrange(4, 8)))
        part = []
        for day in days:
            net, rate = draw.randrange(800, 60_000) + draw.choice((0, 0.5, 0.25)), draw.choice((0.13, 0.13, 0.06, 0.09, 0.03))
            tax = round(net * rate, 2)
            issued, paid = dt.date(2026, month, day), draw.random() < 0.7
            when: Any = issued + dt.timedelta(days=draw.randrange(10, 50)) if paid else draw.choice(("待定", None))
            goods = draw.choice(("纸箱", "轴承", "运输服务", "食堂食材", "清洗剂", "宣传册印刷"))
            number = f"26{month:02}{draw.randrange(10_000, 99_999)}"
            grid.append(
                [
                    number,
                    issued,
                    draw.choice(COMPANIES),
                    goods,
                    net,
                    rate,
                    tax,
                    round(net + tax, 2),
                    "是" if paid else "否",
                    when,
                ]
            )
            part.append(len(grid))
        grid.append(footer(f"{month}月小计", 10, "EGH", part, grid))
        rows += part
        parts.append(part)
    total = footer("合计", 10, "EGH", rows, grid)
    for letter, column in (("E", 4), ("G", 6), ("H", 7)):
        total[column] = Formula("=" + "+".join(f"{letter}{part[-1] + 1}" for part in parts), total[column].value)
    grid.append(total)
    formats = {"B": "yyyy-mm-dd", "J": "yyyy-mm-dd", "F": "0%", "E": "#,##0.00", "G": "#,##0.00", "H": "#,##0.00"}
    return OfficeTable("发票登记簿.xlsx", "进项", grid, rows, ("A1:J1",), formats=formats)


def marks() -> OfficeTable:
    """Marks with the word for absent among them, a sum by formula, rows of averages and best marks at the end."""
    draw = random.Random(2407)
    names = "安若溪 卜云起 岑子衿 杜若飞 樊星野 葛临川 何晚晴 霍青禾 简一诺 康乐言 林知夏 梅疏影 倪安歌 欧阳朔 彭远帆 屈平章 任嘉木 施南乔 唐小满 万里晴".split()
    grid: list[list[Any]] = [
        ["七年级（3）班2025—2026学年第一学期期末成绩"],
        ["学号", "姓名", "性别", "小组", "语文", "数学", "英语", "科学", "总分"],
    ]
    for number, name in enumerate(names):
        row = len(grid) + 1
        got: list[Any] = [draw.randrange(52, 100) for _ in range(4)]
        if number in (4, 11, 17):
            got[number % 4] = "缺考"
        total = sum(one for one in got if one != "缺考")
        sex, group = draw.choice("男女"), f"第{draw.choice('一二三四')}组"
        grid.append([f"7030{number + 1:02}", name, sex, group, *got, Formula(f"=SUM(E{row}:H{row})", total)])
    rows = range(3, 3 + len(names))
    grid.append(footer("平均分", 9, "EFGHI", rows, grid, "AVERAGE", at=1))
    best: list[Any] = [None, "最高分", None, None]
    for letter in "EFGHI":
        values = [grid[row - 1][ord(letter) - 65] for row in rows]
        top = max(one.value if isinstance(one, Formula) else one for one in values if one != "缺考")
        best.append(Formula(f"=MAX({letter}{rows[0]}:{letter}{rows[-1]})", top))
    grid.append(best)
    return OfficeTable("期末成绩.xlsx", "七年级3班", grid, rows, ("A1:I1",), formats={})


def inspection() -> OfficeTable:
    """Rates that are formulas, and a total row whose rate is that of all."""
    draw = random.Random(2410)
    grid: list[list[Any]] = [
        ["来料检验结果登记表"],
        ["检验日期", "批号", "物料", "供应商", "送检数", "不合格数", "合格率", "判定", "检验员"],
    ]
    day = dt.date(2026, 2, 3)
    for number in range(40):
        row = len(grid) + 1
        day += dt.timedelta(days=draw.randrange(0, 5))
        sent = draw.randrange(8, 90) * 10
        bad = draw.choice((0, 0, 1, 2, 3, 5, 8, sent // 12))
        rate = Formula(f"=(E{row}-F{row})/E{row}", round((sent - bad) / sent, 6))
        verdict = "合格" if rate.value >= 0.98 else draw.choice(("退货", "让步接收"))
        goods = draw.choice(("密封圈", "端子排", "铝型材", "瓦楞纸板", "导热胶"))
        grid.append(
            [
                day,
                f"LJ{260_301 + number * 7}",
                goods,
                draw.choice(COMPANIES),
                sent,
                bad,
                rate,
                verdict,
                draw.choice(STAFF[:5])[0],
            ]
        )
    rows = range(3, 43)
    total = footer("合计", 9, "EF", rows, grid)
    total[6] = Formula("=(E43-F43)/E43", round(1 - total[5].value / total[4].value, 6))
    grid.append(total)
    return OfficeTable("来料检验.xlsx", "2026年", grid, rows, ("A1:I1",), formats={"A": 'm"月"d"日"', "G": "0.0%"})


def statement() -> OfficeTable:
    """Amounts with thousands separators, each either a debit or a credit, and the balance after it."""
    draw = random.Random(2412)
    grid: list[list[Any]] = [["交易日期", "流水号", "摘要", "对方户名", "借方", "贷方", "余额", "渠道"]]
    balance, day = 186_400.0, dt.date(2025, 10, 9)
    spent = {
        "工资": (22_000, 46_000),
        "房租": (26_000, 26_001),
        "货款": (3_000, 60_000),
        "水电费": (900, 7_000),
        "手续费": (5, 120),
    }
    earned = {"货款": (12_000, 98_000), "退款": (300, 6_000), "利息": (20, 400)}
    for number in range(60):
        day += dt.timedelta(days=draw.randrange(0, 7))
        income = draw.random() < 0.48
        reason = draw.choice(list(earned if income else spent))
        amount = draw.randrange(*(earned if income else spent)[reason]) + (
            0 if reason == "房租" else draw.choice((0, 0.35, 0.8))
        )
        if not income and amount > balance:
            income, reason = True, "货款"
        balance = round(balance + (amount if income else -amount), 2)
        shown = f"{amount:,.2f}"
        debit, credit = ("", shown) if income else (shown, "")
        way = draw.choice(("网银", "柜面", "手机银行"))
        grid.append([day, f"LS{50_210 + number}", reason, draw.choice(COMPANIES), debit, credit, f"{balance:,.2f}", way])
    return OfficeTable("银行流水.csv", None, grid, range(2, 62))


def readings() -> OfficeTable:
    """Two thousand readings of eight meters on 250 days."""
    draw = random.Random(2415)
    grid: list[list[Any]] = [["日期", "车间", "表号", "用电（千瓦时）", "用水（吨）", "用气（立方米）", "抄表人"]]
    meters = [(f"M-{number:02}", ("冲压车间", "喷涂车间", "装配车间", "锅炉房")[number % 4]) for number in range(1, 9)]
    start = dt.date(2025, 10, 1)
    for past in range(250):
        who = draw.choice(("钱知秋", "孟长河", "齐思源"))
        for meter, place in meters:
            power, water, gas = draw.randrange(900, 6_400) / 10, draw.randrange(5, 300) / 10, draw.randrange(0, 900) / 10
            grid.append([start + dt.timedelta(days=past), place, meter, power, water, gas, who])
    return OfficeTable("能耗读数.csv", None, grid, range(2, 2_002), encoding="gb18030")


def branches(*, older: bool = False) -> OfficeTable:
    """Figures in units of ten thousand yuan below a header of two rows; the older version has other figures."""
    draw = random.Random(2416)
    grid: list[list[Any]] = [["2025年各分公司经营情况表" + ("（初稿）" if older else "")], [None] * 9 + ["单位：万元"]]
    grid.append(["分公司", "负责人", "上半年", None, None, "下半年", None, None, "全年利润", "员工人数（人）"])
    grid.append([None, None, "收入", "成本", "利润", "收入", "成本", "利润", None, None])
    for number, town in enumerate(("临江", "望海", "青石", "北麓", "云州", "锦溪", "白鹭洲", "长亭", "桐岭", "沙湾", "海棠")):
        row = len(grid) + 1
        found = [draw.randrange(2_100, 19_000) / 10 for _ in range(2)]
        costs = [round(one * draw.uniform(0.62, 1.06), 1) for one in found]
        if older:
            found = [round(one + 31.5, 1) for one in found]
        first, second = (
            Formula(f"={a}{row}-{b}{row}", round(x - y, 1)) for a, b, x, y in zip("CF", "DG", found, costs, strict=True)
        )
        year = Formula(f"=E{row}+H{row}", round(first.value + second.value, 1))
        name = STAFF[number][0]
        grid.append(
            [f"{town}分公司", name, found[0], costs[0], first, found[1], costs[1], second, year, draw.randrange(18, 160)]
        )
    rows = range(5, 16)
    grid.append(footer("合计", 10, "CDEFGHIJ", rows, grid))
    merged = ("A1:J1", "A3:A4", "B3:B4", "C3:E3", "F3:H3", "I3:I4", "J3:J4")
    file = "分公司经营情况2025（初稿）.xlsx" if older else "分公司经营情况2025（终稿）.xlsx"
    return OfficeTable(file, "2025年", grid, rows, merged, formats=dict.fromkeys("CDEFGHI", "#,##0.0"))

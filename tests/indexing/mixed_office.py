# SPDX-License-Identifier: Apache-2.0
"""An office of text, Word and Excel files in Chinese and English, made from a seed; and three questions to ask of it."""

from __future__ import annotations

import random
from pathlib import Path

import docx
import openpyxl

QUESTIONS = (
    "瓷砖验收不合格的，由谁承担运输费用？",
    "Who pays for the transport when ceramic tiles arrive damaged?",
    "HT-0042-1",
)

_ENGLISH = (
    "{who} delivers {n} crates of {what} to the {where} within {d} working days after the written order.",
    "When {what} arrive damaged at the {where}, {who} replaces the goods and pays for the return transport.",
    "Invoices of {who} for {what} fall due {d} days after acceptance at the {where}, without any deduction.",
    "The {where} keeps samples of {what} from {who} for {n} months and checks them before every audit.",
    "Complaints about {what} reach {who} in writing, together with photographs taken at the {where}.",
)
_CHINESE = (
    "{who}应当在{d}个工作日内把{n}箱{what}送到{where}，并且办理验收手续。",
    "{what}在{where}验收不合格的，由{who}负责更换并且承担运输费用。",
    "{who}供应的{what}，货款在{where}验收合格以后{d}日内支付。",
    "{where}把{who}的{what}样品保存{n}个月，每次审计以前检查一遍。",
    "对{what}有异议的，连同{where}拍摄的照片以书面形式通知{who}。",
)
_WHO = (
    ("Harbour Trading", "Nordwind Logistics", "Maple and Sons", "Blue River Supply"),
    ("东海贸易", "北风物流", "枫叶商行", "蓝河公司"),
)
_WHAT = (
    ("ceramic tiles", "copper cables", "office chairs", "ink cartridges", "steel pipes", "glass bottles"),
    ("瓷砖", "铜缆", "办公椅", "墨盒", "钢管", "玻璃瓶"),
)
_WHERE = (
    ("northern warehouse", "assembly hall", "customs office", "river terminal"),
    ("北区仓库", "装配车间", "海关办事处", "河港码头"),
)


def paragraph(chance: random.Random, *, chinese: bool, sentences: int = 3) -> str:
    """Sentences of business letters; no two paragraphs of a folder are likely to be the same."""
    made = []
    for pattern in chance.sample(_CHINESE if chinese else _ENGLISH, sentences):
        names = {name: chance.choice(of[chinese]) for name, of in {"who": _WHO, "what": _WHAT, "where": _WHERE}.items()}
        made.append(pattern.format(**names, n=chance.randrange(2, 400), d=chance.randrange(3, 60)))
    return "".join(made) if chinese else " ".join(made)


def fill(folder: Path, files: int, seed: int) -> Path:
    """Every eighth file is a copy of an earlier one, with the same name in another folder."""
    chance = random.Random(seed)
    made = list[Path]()
    for number in range(files):
        place = folder / ("采购 部门", "二〇二四年/合同", "Travel")[number % 3]
        place.mkdir(parents=True, exist_ok=True)
        if number % 8 == 7:
            origin = made[chance.randrange(len(made))]
            copied = folder / "副本" / str(number) / origin.name
            copied.parent.mkdir(parents=True)
            copied.write_bytes(origin.read_bytes())
            continue
        chinese = number % 2 == 0
        parts = [f"HT-{number:04}-{part}: {paragraph(chance, chinese=chinese)}" for part in range(1 + chance.randrange(5))]
        made.append(
            write(place / f"{'文件' if chinese else 'Letter'} {number:03}", parts, (".txt", ".docx", ".xlsx")[number % 5 % 3])
        )
    return folder


def write(path: Path, parts: list[str], kind: str) -> Path:
    path = path.with_suffix(kind)
    if kind == ".docx":
        document = docx.Document()
        for part in parts:
            document.add_paragraph(part)
        document.save(str(path))
    elif kind == ".xlsx":
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.append(["编号", "内容"])
        for number, part in enumerate(parts, start=1):
            sheet.append([number, part])
        book.save(path)
    else:
        path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    return path

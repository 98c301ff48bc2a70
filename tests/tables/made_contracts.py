# SPDX-License-Identifier: Apache-2.0
"""Forty contracts, Chinese and English, whose end, parties and amount are known.

As .docx, .txt and .md, the same in every run; each has other dates and sums that are none of these: of signing, of payments, of deposits, of
penalties. What is known of them stands in ``made_contracts.jsonl``, each fact with its sentence. All names are invented.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import docx

from tests.tables import contract_wordings as wording
from tests.tables.chinese_tables import COMPANIES
from tests.tables.english_tables import FIRMS

OURS = {"zh": "栖云测控有限公司", "en": "Aldercote Instruments Ltd"}
OTHERS = {
    "zh": (*COMPANIES, "半亩方塘设计有限公司", "远汀软件有限公司", "青梧物业有限公司", "禾木餐饮有限公司"),
    "en": (*FIRMS, "Lantern Hosting", "Marsh & Daughters", "Oxbow Translations", "Pinnock Security Ltd"),
}
KINDS_ZH = "采购 设备租赁 保洁服务 货物运输 软件许可 咨询服务 场地租赁 广告发布 员工培训 商标许可 画册印刷 工作餐供应 备件采购 装修工程 仓储 绿化养护 系统开发 原料采购 厂房修缮 网络接入"
KINDS_EN = "supply maintenance cleaning lease consulting transport printing catering storage design training testing purchase software-licence waste-collection advertising translation landscaping hosting calibration"
CONFIDENTIAL = {
    "zh": "双方对履约中知悉的技术资料负有保密义务。",
    "en": "Each party keeps the other's information confidential.",
}
CONTACT = {"zh": "甲方联系人为纪棠，变更联系人应书面通知。", "en": "The contact for all questions of delivery is Mira Tolland."}
CLAUSES = {
    "zh": (
        "乙方应按甲方书面要求履行，不得转包。",
        "合同签订后十日内支付履约保证金8,000元，验收合格后无息退还。",
        "逾期付款的，每逾期一日按未付金额的万分之五支付违约金，最高不超过20,000元。",
        "质量保证期为验收合格之日起12个月。",
        "因不可抗力不能履行的，应在三日内通知对方。",
        "争议由合同履行地人民法院管辖。",
    ),
    "en": (
        "Work may only be passed on to others with written consent.",
        "A deposit of 1,500 is held until acceptance and paid back without interest.",
        "For each day of delay 0.2 percent is deducted, 5,000 at most.",
        "The warranty is twelve months from acceptance.",
        "Liability is limited to 250,000 a year.",
        "The courts at the seat of the defendant decide disputes.",
    ),
}


@dataclass(frozen=True)
class Contract:
    """A contract as it is written, with what is known of it."""

    file: str
    language: str
    half: str
    title: str
    parties: tuple[str, str]
    end: dt.date
    computed: bool  # the text gives the first day and the length, not the last day
    amount: int
    currency: str
    parties_text: str
    end_text: str
    amount_text: str
    signed_text: str
    subject: str
    clauses: tuple[str, ...]

    def gold(self) -> dict[str, object]:
        """One line of ``made_contracts.jsonl``."""
        parties = [line for line in self.parties_text.split("\n") if any(party in line for party in self.parties)]
        return {
            "file": self.file,
            "language": self.language,
            "half": self.half,
            "parties": sorted(self.parties),
            "end": self.end.isoformat(),
            "end_computed": self.computed,
            "amount": self.amount,
            "currency": self.currency,
            "sentences": {"parties": parties, "end": self.end_text, "amount": self.amount_text},
        }


def _contract(number: int, language: str, draw: random.Random) -> Contract:
    chinese = language == "zh"
    half = "tune" if number < 10 else "keep"
    odd = half == "keep"
    parties, terms, amounts = (
        (wording.PARTIES_ZH, wording.TERM_ZH, wording.AMOUNT_ZH)
        if chinese
        else (wording.PARTIES_EN, wording.TERM_EN, wording.AMOUNT_EN)
    )
    # Each half uses its five wordings of each fact twice, in other combinations.
    chosen = [2 * ((number * step + shift) % 5) + odd for step, shift in ((1, 0), (1, number // 5 % 2), (2, 1))]
    kind = (KINDS_ZH if chinese else KINDS_EN).split()[number]
    other = OTHERS[language][(number * 7 + number // 10 * 3) % 10]
    years = draw.choice((1, 2, 3))
    start = dt.date(draw.choice((2024, 2025, 2025)), draw.randrange(1, 13), draw.choice((1, 1, 15)))
    end = start.replace(year=start.year + years) - dt.timedelta(days=1)
    computed = chosen[1] in (wording.COMPUTED_ZH if chinese else wording.COMPUTED_EN)
    million = not chinese and chosen[2] == 6
    amount = draw.randrange(11, 29) * 100_000 if million else draw.randrange(30, 1_600) * 600
    currency = "CNY" if chinese else ("EUR", "GBP", "EUR", "USD")[number % 4]
    if chinese and number == 6:
        currency = "USD"  # the sum that is written with the code of its currency
    shown = (wording.DATES_ZH if chinese else wording.DATES_EN)[number % 5]
    sign, name = wording.CURRENCIES[currency]
    length = ("一两三" if chinese else ("one", "two", "three"))[years - 1]
    months = 12 * years
    fill = {"a": OURS[language], "b": other, "s": shown(start), "e": shown(end), "years": length, "months": months, "n": amount}
    fill |= {"third": round(amount / 3, 2), "tax": round(amount - amount / 1.13, 2), "month": amount // months}
    fill |= {"million": amount / 1_000_000, "wan": f"{amount / 10_000:g}", "capital": wording.capital(amount)}
    fill |= {"code": "RMB" if currency == "CNY" else currency, "sign": sign, "name": name}
    fill["words"] = "" if million else wording.words(amount)
    if "{month" in amounts[chosen[2]]:
        fill["n"] = amount = amount // months * months
    texts = [part[index].format(**fill) for part, index in zip((parties, terms, amounts), chosen, strict=True)]
    if length == "one":
        texts[1] = texts[1].replace("one years", "one year")
    signed = start - dt.timedelta(days=draw.randrange(5, 40))
    clauses = list(CLAUSES[language])
    draw.shuffle(clauses)
    clauses = clauses[:3]
    if number % 3 == 0:
        clauses.append(CONFIDENTIAL[language])
    if number % 6 == 2:
        clauses.append(CONTACT[language])
    stem = f"{kind}合同（{other[:4]}）" if chinese else f"{kind}-{other.split()[0].lower()}"
    return Contract(
        file=f"{stem}.{('docx', 'txt', 'md')[number % 3]}",
        language=language,
        half=half,
        title=f"{kind}合同" if chinese else f"{kind.replace('-', ' ').capitalize()} agreement",
        parties=(OURS[language], other),
        end=end,
        computed=computed,
        amount=amount,
        currency=currency,
        parties_text=texts[0],
        end_text=texts[1],
        amount_text=texts[2],
        signed_text=f"签订日期：{shown(signed)}" if chinese else f"Signed on {shown(signed)} in Fenmouth.",
        subject=f"乙方向甲方提供的{kind}内容以附件一为准。" if chinese else "What is to be done is listed in annex 1.",
        clauses=tuple(clauses),
    )


def contracts() -> list[Contract]:
    """The forty contracts: twenty Chinese ones, then twenty English ones."""
    draw = random.Random(2440)
    return [_contract(number, language, draw) for language in ("zh", "en") for number in range(20)]


def _sections(contract: Contract) -> Iterator[tuple[str, str]]:
    """Heading and text of each section; the facts stand at different places."""
    names = ("期限", "价款", "其他") if contract.language == "zh" else ("Term", "Price", "Further terms")
    facts = [(names[0], contract.end_text), (names[1], contract.amount_text)]
    if len(contract.file) % 2:
        facts.reverse()
    yield ("标的" if contract.language == "zh" else "Subject", contract.subject)
    yield from facts
    for number, clause in enumerate(contract.clauses, start=1):
        yield (f"{names[2]}{'' if contract.language == 'zh' else ' '}{number}", clause)


def _word(path: Path, contract: Contract) -> None:
    document = docx.Document()
    document.add_heading(contract.title, level=0)
    for line in contract.parties_text.split("\n"):
        document.add_paragraph(line)
    sections = list(_sections(contract))
    if len(contract.file) % 3 == 0:  # the facts in a table
        table = document.add_table(rows=0, cols=2)
        table.style = "Table Grid"
        for heading, text in sections[:3]:
            row = table.add_row()
            row.cells[0].text, row.cells[1].text = heading, text
        sections = sections[3:]
    for number, (heading, text) in enumerate(sections, start=1):
        document.add_heading(f"{number}. {heading}", level=2)
        document.add_paragraph(text)
    document.add_paragraph(contract.signed_text)
    document.save(path)


def _text(contract: Contract) -> str:
    markdown = contract.file.endswith(".md")
    lines = [f"# {contract.title}" if markdown else contract.title, "", *contract.parties_text.split("\n"), ""]
    for number, (heading, text) in enumerate(_sections(contract), start=1):
        lines += [f"## {number}. {heading}", "", text, ""] if markdown else [f"{number}. {heading}", text, ""]
    return "\n".join([*lines, contract.signed_text, ""])


def make(folder: Path) -> list[Path]:
    """All contracts as files."""
    made = []
    for contract in contracts():
        path = folder / contract.file
        if path.suffix == ".docx":
            _word(path, contract)
        else:
            path.write_text(_text(contract), encoding="utf-8")
        made.append(path)
    return made

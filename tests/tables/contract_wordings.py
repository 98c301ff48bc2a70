# SPDX-License-Identifier: Apache-2.0
"""How contracts word parties, end and amount, in Chinese and English.

Ten wordings of each; the even ones are used by the contracts for tuning, the odd ones by those to be kept. ``{a}`` and ``{b}`` are the parties,
``{s}`` and ``{e}`` the first and the last day, ``{n}`` the amount.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

MONTHS = "January February March April May June July August September October November December".split()
DIGITS = "零壹贰叁肆伍陆柒捌玖"
PARTIES_ZH = (
    "甲方：{a}\n乙方：{b}",
    "本合同由{a}（以下简称“甲方”）与{b}（以下简称“乙方”）在临江签订。",
    "出租方（甲方）：{b}\n承租方（乙方）：{a}",
    "委托人：{a}\n受托人：{b}",
    "甲方（采购方）：{a}　地址：临江市桥北路18号\n乙方（供应方）：{b}　地址：望海市石塘街5号",
    "买方：{a}（下称“买方”）\n卖方：{b}（下称“卖方”）",
    "{a}（甲方）和{b}（乙方）经友好协商，达成如下协议：",
    "发包人（全称）：{a}\n承包人（全称）：{b}",
    "许可方：{b}\n被许可方：{a}",
    "甲　　方：{a}\n乙　　方：{b}",
)
TERM_ZH = (
    "本合同有效期自{s}起至{e}止。",
    "合同有效期至{e}，期满后双方另行协商续签。",
    "合同期限自{s}起{years}年。",
    "服务期限：{s}至{e}。",
    "合同到期日：{e}",
    "本合同自{s}起生效，有效期{months}个月。",
    "本协议于{s}生效，于{e}终止。",
    "履行期限自{s}起，至{e}届满。",
    "本合同期限{years}年，即从{s}到{e}。",
    "合同履行截止日期为{e}。",
)
AMOUNT_ZH = (
    "合同总价为人民币（大写）{capital}（¥{n:,.2f}）。",
    "合同总金额：人民币{n:,}元（含税）。",
    "本合同价款共计{wan}万元，含13%增值税。",
    "服务费总额为{n}元（大写：{capital}）。",
    "合同价款为人民币{capital}。",
    "甲方应付总价￥{n:,.2f}，其中预付款￥{third:,.2f}。",
    "总费用：{code} {n:,}。",
    "每月支付{month:,}元，合同期内总计{n:,}元。",
    "本合同价税合计{n:,.2f}元，其中增值税{tax:,.2f}元。",
    "合同金额（含税）：{wan}万元整",
)
PARTIES_EN = (
    'This agreement is made between {a} ("the Customer") and {b} ("the Supplier").',
    "Customer: {a}\nContractor: {b}",
    'This agreement is entered into by and between {a}, registered in Fenmouth, and {b}, hereinafter called "the Provider".',
    "(1) {a} (the Client); and\n(2) {b} (the Consultant)",
    "PARTIES: {a} and {b}",
    "The Buyer, {a}, orders from the Seller, {b}, what is set out below.",
    "Landlord: {b}\nTenant: {a}",
    '{b} (the "Licensor") grants {a} (the "Licensee") the rights set out below.',
    "Between\n{a}\nand\n{b}",
    "First party: {a}\nSecond party: {b}",
)
TERM_EN = (
    "This agreement starts on {s} and shall expire on {e}.",
    "The term runs from {s} to {e}, both days included.",
    "It is concluded for a period of {months} months beginning on {s}.",
    "Expiry date: {e}",
    "The contract is valid until {e}.",
    "The agreement remains in force for {years} years from {s}.",
    "It takes effect on {s} and terminates on {e} unless renewed in writing.",
    "This contract ends at midnight on {e}.",
    "Contract period: {s} – {e}",
    "The services end on {e}, and with them this agreement.",
)
AMOUNT_EN = (
    "The total contract price is {code} {n:,.2f}.",
    "The Customer pays a fixed fee of {words} {name} ({sign}{n:,}).",
    "Total price: {sign}{n:,} excluding VAT.",
    "The fee is {sign}{month:,} a month, {sign}{n:,} for the whole term.",
    "For all of this {code} {n:,} is payable, in three equal instalments of {code} {third:,.2f}.",
    "The contract sum amounts to {n:,} {name}.",
    "The contract value is {sign}{million:g} million.",
    "In return the sum of {sign}{n:,.2f} ({words} {name}) is due.",
    "Value of the contract: {n:,.2f} {code}",
    "The overall remuneration is {code} {n:,} plus VAT where it applies.",
)
COMPUTED_ZH, COMPUTED_EN = (2, 5), (2, 5)  # the wordings of a term that give its length in place of its last day
CURRENCIES = {"CNY": ("¥", "yuan"), "EUR": ("€", "euros"), "GBP": ("£", "pounds"), "USD": ("US$", "US dollars")}


def _hanzi(day: dt.date) -> str:
    def number(value: int) -> str:
        tens, ones = divmod(value, 10)
        return ("" if tens == 0 else "十" if tens == 1 else "二三"[tens - 2] + "十") + (
            "" if ones == 0 else "一二三四五六七八九"[ones - 1]
        )

    year = "".join("〇一二三四五六七八九"[int(digit)] for digit in str(day.year))
    return f"{year}年{number(day.month)}月{number(day.day)}日"


def _ordinal(day: int) -> str:
    return f"{day}{'th' if 10 < day < 20 else {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th')}"


DATES_ZH: tuple[Callable[[dt.date], str], ...] = (
    lambda day: f"{day.year}年{day.month}月{day.day}日",
    _hanzi,
    lambda day: day.isoformat(),
    lambda day: f"{day.year} 年 {day.month} 月 {day.day} 日",
    lambda day: f"{day.year}.{day.month:02}.{day.day:02}",
)
DATES_EN: tuple[Callable[[dt.date], str], ...] = (
    lambda day: f"{day.day} {MONTHS[day.month - 1]} {day.year}",
    lambda day: f"{MONTHS[day.month - 1]} {day.day}, {day.year}",
    lambda day: f"the {_ordinal(day.day)} of {MONTHS[day.month - 1]} {day.year}",
    lambda day: f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}",
    lambda day: day.isoformat(),
)


def capital(amount: int) -> str:
    """An amount in the characters of Chinese cheques; below a hundred million, in whole yuan."""

    def below_wan(value: int) -> str:
        made, gap = "", False
        for unit, name in ((1000, "仟"), (100, "佰"), (10, "拾"), (1, "")):
            digit = value // unit % 10
            if digit:
                made += ("零" if gap and made else "") + DIGITS[digit] + name
            gap = not digit
        return made

    wan, rest = divmod(amount, 10_000)
    joint = "零" if wan and 0 < rest < 1000 else ""
    return (below_wan(wan) + "万" if wan else "") + joint + below_wan(rest) + "元整"


SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()


def words(amount: int) -> str:
    """A whole amount below a million in English words."""
    if amount < 20:
        return SMALL[amount]
    if amount < 100:
        return TENS[amount // 10 - 2] + (f"-{SMALL[amount % 10]}" if amount % 10 else "")
    if amount < 1000:
        return f"{SMALL[amount // 100]} hundred" + (f" and {words(amount % 100)}" if amount % 100 else "")
    rest = amount % 1000
    return f"{words(amount // 1000)} thousand" + (f"{' and' if rest < 100 else ''} {words(rest)}" if rest else "")

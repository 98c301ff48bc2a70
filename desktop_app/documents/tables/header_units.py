# SPDX-License-Identifier: Apache-2.0
"""Units that headings of columns name, and what currencies are written as.

"金额（元）", "Amount (GBP)", "维修时长（小时）", "送检价格（元） › 标准", "重量 kg", "Umsatz in T€". What stands above a table says it for all: "单位：万元".
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from desktop_app.analysis import units
from desktop_app.analysis.folding import fold
from desktop_app.contract.typed_table import DURATION, MONEY, NUMBER, PERCENT

# What each is written as, folded. A yen is the same sign as a yuan, and told by its name only.
_CURRENCIES = {
    "yuan": "¥ 元 圆 块 元人民币 人民币 人民币元 rmb cny cnh yuan",
    "dollar": "$ us$ 美元 美金 usd dollar dollars",
    "euro": "€ 欧元 eur euro euros",
    "pound": "£ 英镑 gbp pound pounds",
    "hongkong dollar": "hk$ 港元 港币 hkd",
    "yen": "jp¥ 円 日元 日圆 jpy yen",
    "franc": "瑞士法郎 法郎 chf sfr fr.",
    "won": "₩ 韩元 krw",
    "rupee": "₹ 卢比 inr",
    "taiwan dollar": "nt$ 新台币 台币 twd",
    "australian dollar": "a$ 澳元 aud",
    "canadian dollar": "c$ 加元 cad",
    "singapore dollar": "s$ 新加坡元 新元 sgd",
    "krona": "sek kr",
    "zloty": "pln zł",
    "rouble": "₽ 卢布 rub",
}
CURRENCY = {written: name for name, all_of in _CURRENCIES.items() for written in all_of.split()}
"""The name of a currency by what it is written as, folded."""
_FACTORS = {
    **dict.fromkeys(("百",), 1e2),
    **dict.fromkeys(("千", "k", "t", "thousand", "tsd"), 1e3),
    "万": 1e4,
    **dict.fromkeys(("百万", "m", "mio", "million"), 1e6),
    "千万": 1e7,
    "亿": 1e8,
    **dict.fromkeys(("十亿", "mrd", "billion"), 1e9),
}
_SCALES = "百万|千万|十亿|万|亿|千|百|mio\\.?|mrd\\.?|million|billion|thousand|tsd\\.?|[tkm]"
_SCALED = re.compile(rf"(?P<before>{_SCALES})? ?(?P<currency>.*?) ?(?P<after>{_SCALES})?")
# Things that are counted: units that convert into nothing.
_COUNTED = frozenset(
    "个 台 件 份 人 次 只 套 张 箱 盒 瓶 支 条 辆 户 家 笔 批 把 片 本 页 包 袋 桶 卷 项 单 人次 人天 pcs pc pieces units boxes hrs h d persons people 立方米 m3 升/100公里 l/100km 分 票 间 桌 位 名 株 座 栋 处 班 车次 台次 人时".split()
)
_COUNTED_IN = re.compile(r"(千|万|百万|千万|亿)(.*)")
_LARGE = frozenset(("万", "亿", "百万", "千万", "thousands", "millions", "billions"))  # behind a heading, and in a cell no unit
_BRACKETED = re.compile(r"[(\[【]([^()\[\]【】]{1,20})[)\]】]")
_PARTS = re.compile(r"[,，;；、/|]|\bin\b|:|：")
_LAST = re.compile(r"(?:^|[\s/_-])(?:in )?([^\s/_-]{1,8})$")
_SIGN = re.compile(r"[$€£¥%]")
_ABOVE = re.compile(
    r"(?:金额|货币|计量)?单位(?:为|是)?\s*[:：]?\s*([^\s，。,;；)]{1,12})"
    r"|\b(?:amounts?|figures?|values?|prices?|all|currency|stated|shown)(?: (?:is|are))?(?: in\b\s*|\s*:\s*)([^\s，。,;；)]{1,12})",
    re.IGNORECASE,
)
_NOT_MONEY = re.compile(
    "数量|人数|件数|台数|份数|次数|套数|户数|序号|编号|年份|年度|月份|天数|比例|比率|占比|率$|单号|no\\.?$|number|count|qty|quantity|year|rank|share|rate|"
    "units?$|pieces|headcount|staff"
)


_AMOUNT = re.compile(
    "金额|价|费|款|收入|支出|成本|预算|营收|amount|price|cost|revenue|net|gross|total|value|sum|pay|fee|charge|betrag|preis|spend|budget"
)


class Unit(NamedTuple):
    """``written`` as in the file; ``kind`` of the column's cells; ``base`` names what it measures ("yuan", "second", ""); how much of that it is."""

    written: str
    kind: str
    base: str = ""
    factor: float = 1.0


@lru_cache(maxsize=2_000)
def known(written: str) -> Unit | None:
    """The unit that is written so, None where it is none."""
    folded = fold(written).strip()
    if not folded or len(folded) > 20:
        return None
    scaled = _SCALED.fullmatch(folded)
    if folded in CURRENCY:
        return Unit(written.strip(), MONEY, CURRENCY[folded])
    if scaled and (scaled["before"] or scaled["after"]) and scaled["currency"] in CURRENCY:
        scale = (scaled["before"] or scaled["after"]).rstrip(".")
        return Unit(written.strip(), MONEY, CURRENCY[scaled["currency"]], _FACTORS[scale])
    if folded in _COUNTED and folded not in ("h", "d", "hrs"):
        return Unit(written.strip(), NUMBER)
    folded = {"h": "hour", "hrs": "hour", "d": "day", "时": "小时", "t": "tonne"}.get(folded, folded)
    for name in (folded, folded.removesuffix("s"), folded.removeprefix("个")):
        try:
            base, factor = units.of(name)
        except KeyError:
            continue
        kind = DURATION if base in units.TIME or base == "night" else PERCENT if base == units.RATIO else NUMBER
        return Unit(written.strip(), kind, base, float(factor))
    return None


def of_heading(name: str) -> Unit | None:
    """The unit that a heading names, of a path the innermost."""
    for part in reversed(name.split(" › ")):
        for bracketed in reversed(_BRACKETED.findall(_half_width(part))):
            for piece in (bracketed, *_PARTS.split(bracketed)):
                if (found := known(piece) or _counted_in(piece)) is not None:
                    return found
        if (whole := known(part)) is not None and whole.kind == MONEY:
            return whole
        last = _LAST.search(part)
        behind = known(last[1]) if last is not None and last.start() > 0 else None
        if behind is not None and (behind.kind in (MONEY, PERCENT) or behind.written.islower()):
            return behind
        if (sign := _SIGN.search(_half_width(part))) is not None and len(part) > 1:
            return known(sign[0])
    return None


def _counted_in(written: str) -> Unit | None:
    """What a heading counts its things in: "人口（万人）", "Population (millions)"."""
    written = written.strip()
    if fold(written) in _LARGE:
        return Unit(written, NUMBER)
    scaled = _COUNTED_IN.fullmatch(written)
    inner = known(scaled[2]) if scaled else None
    if scaled is None or inner is None or inner.kind != NUMBER:
        return None
    return Unit(written, NUMBER, inner.base or scaled[2], _FACTORS[scaled[1]] * inner.factor)


def above(title: str) -> Unit | None:
    """The unit that is said for a whole table."""
    match = _ABOVE.search(_half_width(title))
    return known((match[1] or match[2]).rstrip(".")) if match else None


def is_amount(name: str) -> bool:
    """Whether a heading speaks of money."""
    return _AMOUNT.search(fold(name)) is not None


def may_be_money(name: str) -> bool:
    """Whether a column of plain numbers under this name is in the currency that is said for the whole table."""
    return bool(name) and _NOT_MONEY.search(fold(name)) is None


def _half_width(text: str) -> str:
    return text.translate(_HALF)


_HALF = str.maketrans("（）［］％￥＄／", "()[]%¥$/")

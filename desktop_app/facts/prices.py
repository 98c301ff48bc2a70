# SPDX-License-Identifier: Apache-2.0
"""What a contract or an invoice comes to, by rules over sentences.

The sentence that speaks of a total or a price and not of a deposit, a penalty or a limit gives the amount; of its figures the largest that is no rate
("a month") and no part ("of which"). Where the best sentences differ, or only a rate is said, it is unsure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from desktop_app.facts.money import Money, amounts
from desktop_app.facts.reading import PlacedSentence
from desktop_app.library.stated_fact import AMOUNT, RATE, StatedFact

_I = re.IGNORECASE
_TOTAL = re.compile(
    r"总价|总金额|总额|总计|合计|共计|总费用|费用总|总租金|总价款|价税合计|总造价|总报酬|合同价|合同金额|暂定价|\b(?:total|overall|altogether|in all|aggregate|contract (?:price|value|sum|amount)|value of (?:the|this) (?:contract|agreement)|fixed (?:fee|price|sum)|lump sum|whole (?:term|period)|for all of this|grand total|amount due|balance due|invoice (?:amount|total))\b",
    _I,
)
_PRICE = re.compile(
    r"价款|金额|费(?![率尽心])|价格|报酬|租金|货款|工程款|服务费|对价|酬金|使用费|单价|造价|款项|年费|票面|应付|\b(?:price|fee|fees|sum|remuneration|consideration|value|payable|rent|charge|cost|costs|amounts? to|due|compensation|budget|pays?|contribut\w+|royalty)\b",
    _I,
)
_OTHER = re.compile(
    r"保证金|违约金|押金|定金|赔偿|罚款|滞纳金|不超过|最高|上限|限额|逾期|投保|保险|注册资本|逐日|奖金|不低于|deposit|penalt|liabil|\blimit|at most|not exceed|maximum|each day|per day|delay|damages|insur|service credit|liquidated|capped|\bcap\b|interest|share capital|refund|bonus|at least",
    _I,
)
_PRICE_HEADING = re.compile(
    r"价款|金额|费用|价格|报酬|租金|对价|酬金|造价|款项|price|fee|payment|remuneration|consideration|value|rent|charges|cost",
    _I,
)
_RATE_BEHIND = re.compile(
    r" ?(?:元|yuan)? ?(?:整|正)? ?(?:/|每|一)(?:月|年|季|天|日|台|件|吨|小时|人|次|平|㎡|平方米|个|套|千)|,? ?(?:net |gross |plus vat |excluding vat )?(?:a|an|per|each|every|/) ?(?:calendar )?(?:month|year|quarter|week|day|hour|unit|piece|person|item|user|seat|visit|annum|head|kg|ton|tonne|sq|m2|word|page|kilometre|km)\b|,? (?:monthly|annually|yearly|quarterly|weekly|hourly)\b",
    _I,
)
_RATE_BEFORE = re.compile(
    r"(?:每(?:个?月|年|季度?|台|件|日|天|人|次|平方米|小时|套|吨)(?:支付|收取|租金|费用|为)?|月租金?|(?<![一二两三四五六七八九十\d])年租金?|季租|月费|年费|单价)[^,，。;\d]{0,8}$|\b(?:monthly|annual|yearly|quarterly|hourly|daily|weekly|unit)(?: \w+){0,3} ?(?:of|is|:|amounts? to|at)? ?$",
    _I,
)
_PART_BEFORE = re.compile(
    r"(?:其中|税额|增值税|税款|预付款?|首付|首期|尾款|定金|余款|第[一二三四1-4][期笔]|分期)[^,，。;]{0,10}$|\b(?:of which|instal\w*|in advance|advance|of|vat|tax|down payment|plus|thereof|each|deposit|rates?) (?:payment |amounting to |vat |tax |\w+ instal\w* of )*(?:of |is |: ?)?$",
    _I,
)
_SUM_OF = re.compile(
    r"\b(?:sum|price|fee|value|total|amount|remuneration|consideration|rent|budget|charge|cost|aggregate)s?(?: \w+)? of ?$", _I
)
_LEAST = 2


def price(sentences: Sequence[PlacedSentence]) -> StatedFact | None:
    """The amount with its sentence; None where none is stated."""
    found = list[tuple[int, Money, PlacedSentence, bool, bool]]()
    for sentence in sentences:
        weight = _weight(sentence)
        if weight < _LEAST:
            continue
        chosen = _chosen(sentence.text)
        if chosen is not None:
            money, rate, alone = chosen
            found.append((weight + bool(money.currency) - 3 * rate, money, sentence, rate, alone))
    if not found:
        return None
    found.sort(key=lambda one: -one[0])
    weight, money, sentence, rate, alone = found[0]
    rival = any(
        other.value != money.value and its_weight >= weight and not its_rate for its_weight, other, _, its_rate, _ in found[1:]
    )
    sure = bool(money.currency) and alone and not rate and not rival
    return sentence.fact(AMOUNT, _written(money.value), unit=money.currency, sure=sure, notes=(RATE,) if rate else ())


def _weight(sentence: PlacedSentence) -> int:
    text = sentence.text
    weight = 3 * bool(_TOTAL.search(text)) + 2 * bool(_PRICE.search(text)) + bool(_PRICE_HEADING.search(sentence.heading))
    return weight - 3 * bool(_OTHER.search(text))


def _chosen(text: str) -> tuple[Money, bool, bool] | None:
    """The largest amount that is neither rate nor part, else the largest rate; whether it is a rate, and whether it is the only one or called
    a total. Bare numbers only where nothing has a currency."""
    all_found = amounts(text)
    found = [one for one in all_found if one.currency] or [one for one in all_found if one.value >= 100]
    whole, rates = list[Money](), list[Money]()
    for one in found:
        before = text[max(0, one.start - 40) : one.start]
        if _RATE_BEHIND.match(text, one.end) or _RATE_BEFORE.search(before):
            rates.append(one)
        elif _SUM_OF.search(before) or not _PART_BEFORE.search(before):
            whole.append(one)
    if whole:
        most = max(whole, key=lambda one: one.value)
        # Instalments and rates go into a total without a rest; two fees side by side seldom do.
        alone = bool(_TOTAL.search(text)) or all((most.value / one.value).denominator == 1 for one in (*whole, *rates))
        return most, False, alone
    return (max(rates, key=lambda one: one.value), True, False) if rates else None


def _written(value: Fraction) -> str:
    return str(int(value)) if value.denominator == 1 else f"{float(value):.2f}"

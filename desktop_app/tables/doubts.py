# SPDX-License-Identifier: Apache-2.0
"""Says where a question was not understood in a way that changes a figure.

A word that is passed over costs little when it is "please" and everything when it is "not", "above 25%" or "last month": the figure over all rows
then looks certain and is wrong. Of 235 questions asked by hand over eight tables, some 45 had a wrong figure
as certain, most of them for this reason.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from desktop_app.contract import form as forms
from desktop_app.contract.form import Form
from desktop_app.tables import asking
from desktop_app.tables.asking import Sign

_DENIES = re.compile(
    r"没有?|未(?!来)|不(?!同|少于?多少|含税|锈|动产)|(?<![除之])非(?!常)|以外|之外|除外|除了|\b(?:not|never|without|except|excluding|neither|nor|none)\b|n['’]t\b"
)
_RELATIVE = re.compile(
    r"[上本下这]个?(?:月|周|星期|季度|年度)|[今去明]年|前年|昨[天日]|今[天日]|最近[一二两三四五六七八九十\d]+|近[一二两三四五六七八九十\d]+(?:天|周|个?月|年)"
    r"|\b(?:last|this|next|past) (?:\w+ )?(?:days?|weeks?|months?|quarters?|years?)\b|\b(?:today|yesterday)\b"
)
_THAN = re.compile(
    r"超过|超出|[高低大小多少]于|不[足到满](?=\d)|\b(?:above|below|(?:more|less|greater|fewer|higher|lower|older|younger|later|earlier) than|exceed(?:s|ed|ing)?|at (?:least|most))\b"
)
_LACKS = re.compile(r"没有|从未|没|\b(?:no|without|never)\b")
_TOTAL_ABOVE = re.compile(
    r"(?:总|合计|累计)[^,，。的]{0,6}?(?:超过|超出|[高低大小多少]于|不足|不到|达到)|\btotal(?: \w+)? (?:is |was |of )?(?:above|below|over|under|more than|less than|exceed)"
)
_LEFT_OUT = re.compile(r"不计|不算|\bleft out\b")
_ORDINAL = re.compile(
    rf"第(?:[二三四五六七八九十]|[2-9])(?=[{asking.EXTREMES}])|倒数第|\b(?:second|third|fourth|fifth|2nd|3rd|4th|5th)[ -](?:most|least|{asking.MOST}|{asking.LEAST})"
)
_THAN_THE_AVERAGE = re.compile(
    r"(?:超过|高于|低于|大于|小于|多于|少于|不足|不到|高出)了?(?:[^,，。?？的]{0,6})?(?:平均|均值)|\b(?:above|below|over|under|than|exceeds?|exceeding) (?:the )?(?:\w+ )?(?:average|mean)\b"
)
_MEDIAN = re.compile(r"中位数|众数|方差|标准差|\bmedian\b|\bstandard deviation\b|\bvariance\b")


def passes_over(text: str, known: bytearray, numbers: Sequence[tuple[int, int]], measure: str) -> bool:
    """Whether a figure (at ``numbers``), a negation, a comparison or a time of the folded question has no meaning in the form."""
    read = {text[start:end] for start, end in numbers if any(known[start:end])}
    if any(
        re.search(r"\d", text[start:end]) and not any(known[start:end]) and text[start:end] not in read
        for start, end in numbers
    ):
        return True
    patterns = [_RELATIVE]
    if measure != forms.DIFFERENCE:
        patterns.append(_THAN)
    if measure != forms.AVERAGE or not _LEFT_OUT.search(text):  # an average leaves out what has no figure
        patterns.append(_DENIES)
    if any(not any(known[match.start() : match.end()]) for pattern in patterns for match in pattern.finditer(text)):
        return True
    return any(pattern.search(text) for pattern in (_MEDIAN, _ORDINAL, _THAN_THE_AVERAGE))


def asks_for_more(text: str, signs: Sequence[Sign], form: Form, periods: int, *, repeated: bool) -> bool:
    """Whether the question asks for something else, or for two things, where the form computes one. ``repeated``: what it lists or counts stands
    in several rows, so that "customers of more than 10 in total" and "customers without orders" are asked of several rows together."""
    if repeated and form.measure in (forms.LIST, forms.COUNT):
        lacks = any(one.test == forms.DIFFERS for one in form.conditions) and _LACKS.search(text)
        if lacks or _TOTAL_ABOVE.search(text):
            return True
    asked = {sign.what for sign in signs}
    if forms.DIFFERENCE in asked and form.measure != forms.DIFFERENCE and not (form.measure == forms.VALUE and periods == 2):
        return True
    if forms.AVERAGE in asked and form.measure not in (forms.AVERAGE, forms.DIFFERENCE, forms.SHARE) and not form.part:
        return form.measure not in (forms.VALUE, forms.MAX, forms.MIN, forms.LIST)
    if not form.group and len(re.findall(r"\bhow many\b", text)) > 1:
        return True
    if form.measure == forms.SHARE and len(form.conditions) > 1:
        return True  # a share of which rows?
    if form.measure == forms.LIST and [one.column for one in form.conditions] == [form.column]:
        return True  # names that the question itself gives
    return bool(re.match(r"(?:is|are|was|were|did|does|do) ", text)) and not form.pick and form.measure == forms.SUM

# SPDX-License-Identifier: Apache-2.0
"""Numbers of clauses, as they are asked for and as they head a text.

"What does clause 3.2 say?" has one word that matters, and cut into 3 and 2 it is in every contract; 第三条 is mostly a reference where it
does not begin a line. So the number that heads a line is an index term of its own, with "@" in front, which no word begins with:

    3.2 Late payment …     Section 3.2     § 3.2     clause 3.2     第3.2条     @3.2
    第三条 租金 …           第3条                                                @3条

Works on folded text (``folding.fold``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from desktop_app.analysis import numerals
from desktop_app.analysis.numerals import TO_HUNDREDS
from desktop_app.analysis.script import HAN

_MAY_HOLD_ONE = re.compile(r"^[ \t]*(?:\d|第|§|[a-z]{3,10}\.? ?\d)", re.MULTILINE)
_FIGURES = r"\d{1,3}(?:\.\d{1,3}){0,6}(?!\d|[.,]\d)"
_NAMED = r"(?:(?:sub)?(?:clause|section)s?|articles?|art|sec|para(?:graph)?s?|chapters?|artikel|abschnitt|ziffer|ziff|punkt|kapitel)\.?|§{1,2}"
_UNITS = "编篇章节条"  # from the largest to the smallest
_MEASURED = "万亿千百倍元米吨公克年月日个小时天折"  # 3.5万元 is an amount
_HAN = (
    rf"第 ?(?P<han>[{TO_HUNDREDS}两]{{1,9}}|\d{{1,4}}(?:\.\d{{1,3}})*) ?(?P<unit>[{_UNITS}])(?P<more>之[{TO_HUNDREDS}]{{1,3}})?"
)
_HEAD = re.compile(
    rf"^[ \t]*(?:(?:{_NAMED}) ?(?P<named>{_FIGURES})"
    rf"|(?P<deep>\d{{1,3}}(?:\.\d{{1,3}}){{1,6}})[.):、]?(?:[ \t]+(?=[^\W\d]|[\"'“(])|(?=[{HAN}]))(?![{_MEASURED}])"
    r"|(?P<first>\d{1,3})[.)、][ \t]*(?=[^\W\d]|[\"'“(])"
    r"|(?P<bare>\d{1,2})[ \t]+(?=[^\W\d][^\n]{1,60}$)(?![^\n]*[.!?;:,。；]$)"
    rf"|{_HAN})",
    re.MULTILINE,
)
_ASKED = re.compile(
    rf"(?<![a-z])(?:{_NAMED})(?: (?:no|nr|number)\.?)? ?(?P<named>{_FIGURES})(?: ?(?P<sub>\([a-z\d]{{1,4}}\)))?"
    r"|(?<![\d.,])(?P<deep>\d{1,3}(?:\.\d{1,3}){1,6}) ?(?:(?P<part>\([a-z\d]{1,4}\))|[条节款])"
    rf"|{_HAN}(?:第? ?\(?(?P<item>[{TO_HUNDREDS}\d]{{1,3}})\)? ?[款项])?"
)
_ALONE = re.compile(r"\d{1,3}(?:\.\d{1,3}){1,6}")


class AskedClause(NamedTuple):
    """A clause that is asked for: its number, and what a part of it begins with ("(b)", "(二)"), "" for none."""

    number: str
    part: str = ""


def asked(folded: str) -> list[AskedClause]:
    """The clauses that a question asks for."""
    if _ALONE.fullmatch(folded.strip()):
        return [AskedClause(f"@{folded.strip()}")]
    found = []
    for match in _ASKED.finditer(folded):
        part = match["sub"] or match["part"] or (f"({match['item']})" if match["item"] else "")
        found.append(AskedClause(_number(match), part))
    return list(dict.fromkeys(found))


def heads(folded: str) -> list[str]:
    """The numbers of the clauses that begin in a text, each at the beginning of a line and told once."""
    found = map(_number, _HEAD.finditer(folded)) if _MAY_HOLD_ONE.search(folded) else ()
    return list(dict.fromkeys(found))


def within(texts: Sequence[str], trail: Sequence[str], wanted: Sequence[AskedClause]) -> list[int]:
    """Of sentences that follow each other below a heading trail, all folded: 1 for those of a wanted clause, 2 for those of the part of it
    that is wanted, 0 for all others. A clause goes on until the next one that is not below it."""
    found = []
    numbers = {clause.number for clause in wanted}
    current = next((head for title in reversed(trail) for head in heads(title)[:1] if head in numbers), "")
    part = ""
    for text in texts:
        head = next(iter(heads(text)), "")
        if head in numbers:
            current, part = head, ""
        elif head and current and not _is_below(head, current):
            current = ""
        part = text[: text.find(")") + 1] if text.startswith("(") and ")" in text[:6] else part
        found.append((2 if part and AskedClause(current, part) in wanted else 1) if current else 0)
    return found


def _number(match: re.Match[str]) -> str:
    groups = match.groupdict()
    figures = next((groups[name] for name in ("named", "deep", "first", "bare") if groups.get(name)), "")
    if figures:
        return f"@{figures}"
    han, unit = match["han"], match["unit"]
    if "." in han:
        return f"@{han}"
    count = int(han) if han.isdecimal() else numerals.value(han)
    return f"@{count}{unit}{match['more'] or ''}"


def _is_below(number: str, above: str) -> bool:
    """Whether a clause belongs to another one: 3.2.1 to 3.2, 5条 to 2章, 1 to 3条."""
    unit, other = (next((_UNITS.index(sign) for sign in one if sign in _UNITS), -1) for one in (number, above))
    if other >= 0:
        return unit < 0 or unit > other
    return unit < 0 and number.startswith(f"{above}.")

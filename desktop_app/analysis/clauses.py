# SPDX-License-Identifier: Apache-2.0
"""Numbers of clauses, as they are asked for and as they head a text.

"What does clause 3.2 say?" has one word that matters, and cut into 3 and 2 it is in every contract; 第三条 is mostly a reference where it
does not begin a line. So the number that heads a line is an index term of its own, with "@" in front, which no word begins with:

    3.2 Late payment …     Section 3.2     § 3.2     clause 3.2     第3.2条     @3.2
    第三条 租金 …           第3条                                                @3条

A question has such a number only beside a word that says so: "para 2 personas" is Spanish, 2.5 may be a price. Works on folded text
(``folding.fold``), with the text itself where capitals tell a heading from the rest of a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from desktop_app.analysis import numerals
from desktop_app.analysis.folding import fold
from desktop_app.analysis.numerals import TO_HUNDREDS
from desktop_app.analysis.script import HAN, is_cjk

_MAY_HOLD_ONE = re.compile(r"^[ \t]*(?:\d|第|§|[a-z]{3,10}\.? ?\d)", re.MULTILINE)
_FIGURES = r"\d{1,3}(?:\.\d{1,3}){0,6}(?:[a-z](?![a-z\d]))?(?![a-z\d]|[.,]\d)"  # 3, 3.2, 5a; not 3bis
_NAMED = (
    r"(?:(?:sub)?(?:clause|section)s?|articles?|paragraphs?|paras|chapters?|artikel|abschnitte?|ziffern?|kapitel)\.?|§{1,2}"
)
# Words in other languages, too: asked for only with a dot, or where a question begins with them and ends there or says of what.
_SHORT = r"(?:art|sec|para|ziff|punkt)"
_AFTER_SHORT = rf" ?{_FIGURES}(?: ?\([a-z\d]{{1,4}}\))?(?:\W*$| (?:of|in|der|des|vom|aus) )"
_UNITS = "编篇章节条"  # from the largest to the smallest
_MEASURED = "万亿千百倍元米吨公克年月日个小时天折"  # 3.5万元 is an amount
_HAN = rf"(?P<han>[{TO_HUNDREDS}两]{{1,9}}|\d{{1,4}}(?:\.\d{{1,3}})*) ?(?P<unit>[{_UNITS}])(?P<more>之[{TO_HUNDREDS}]{{1,3}})?"
_HEAD = re.compile(
    rf"^[ \t]*(?:(?:{_NAMED}|{_SHORT}\.?) ?(?P<named>{_FIGURES})"
    rf"|(?P<deep>\d{{1,3}}(?:\.\d{{1,3}}){{1,6}})[.):、]?(?:[ \t]+(?=[^\W\d]|[\"'“(])|(?=[{HAN}]))(?![{_MEASURED}])"
    r"|(?P<first>\d{1,3})[.)、][ \t]*(?=[^\W\d]|[\"'“(])"
    r"|(?P<bare>\d{1,2})[ \t]+(?=[^\W\d][^\n]{1,60}$)(?![^\n]*[.!?;:,。；]$)"
    rf"|第 ?{_HAN})",
    re.MULTILINE,
)
_PART = r"\([a-z\d]{1,4}\)"
_AND = (
    rf"(?:,? (?:and|und|or|oder|to|bis) | ?[、和及与或至到–] ?|-"
    rf"|, ?(?=[{TO_HUNDREDS}]|\d{{1,3}}(?:\.\d|,| (?:and|und|or|oder) |\W*$)))"  # not "section 8, 40 tenants"
)
_COUNT = rf"(?:[{TO_HUNDREDS}两]{{1,9}}|\d{{1,4}})"
_ASKED = re.compile(
    rf"(?<![a-z])(?:{_NAMED}|{_SHORT}\.|^{_SHORT}(?={_AFTER_SHORT}))(?: (?:no|nr|number)\.?)? ?"
    rf"(?P<named>{_FIGURES})(?: ?(?P<sub>{_PART}))?(?P<others>(?:{_AND}{_FIGURES}(?: ?{_PART})?)*)"
    rf"|(?<![\d.,])(?P<deep>\d{{1,3}}(?:\.\d{{1,3}}){{1,6}}) ?(?:(?P<part>{_PART})|[条节款])"
    rf"|第 ?(?P<before>(?:{_COUNT}{_AND}第? ?)*){_HAN}(?:第? ?\(?(?P<item>[{TO_HUNDREDS}\d]{{1,3}})\)? ?[款项])?"
)
_OTHER = re.compile(rf"(?P<join>{_AND})(?P<number>{_FIGURES})(?: ?(?P<part>{_PART}))?")
_EARLIER = re.compile(rf"(?P<number>{_COUNT})(?P<join>{_AND})")
_UP_TO = re.compile(r"[ ,]*(?:to|bis|[至到–-])[ ,]*")
_LAST_FIGURES = re.compile(r"(?P<above>@(?:\d+\.)*)(?P<last>\d+)(?P<unit>\D?)")
_LONGEST_RANGE, _MOST = 10, 20  # clauses; each that is asked for is one more look into the index
_ENDED = re.compile(r"[。！？；：.!?;:…][\"'”’」』）)\]]*$")
_PART_ENDS = 6  # characters: "(iii)"
_ALONE = re.compile(r"\d{1,3}(?:\.\d{1,3}){1,6}")


class AskedClause(NamedTuple):
    """A clause that is asked for: its number, and what a part of it begins with ("(b)", "(二)"), "" for none."""

    number: str
    part: str = ""


def asked(folded: str) -> list[AskedClause]:
    """The first 20 clauses that a question asks for, also those between the first and the last of a few ("3.1 to 3.4")."""
    if is_number(folded):
        return [AskedClause(f"@{folded.strip()}")]
    found = list[AskedClause]()
    end = 0
    for match in _ASKED.finditer(folded):
        join = folded[end : match.start()]
        for earlier in _EARLIER.finditer(match["before"] or ""):
            _add(found, join, AskedClause(_of_unit(earlier["number"], match["unit"])))
            join = earlier["join"]
        part = match["sub"] or match["part"] or (f"({match['item']})" if match["item"] else "")
        _add(found, join, AskedClause(_number(match), part))
        for other in _OTHER.finditer(match["others"] or ""):
            _add(found, other["join"], AskedClause(f"@{other['number']}", other["part"] or ""))
        end = match.end()
    return list(dict.fromkeys(found))[:_MOST]


def is_number(folded: str) -> bool:
    """Whether a question is nothing but a number, which a clause may have or an amount."""
    return _ALONE.fullmatch(folded.strip()) is not None


def without(folded: str) -> str:
    """A question without the clauses it asks for."""
    return "" if is_number(folded) else _ASKED.sub(" ", folded)


def heads(text: str, folded: str, *, listed: bool = True) -> list[str]:
    """The numbers of the clauses that begin in a text, each at the beginning of a line and told once; ``folded``: the same text folded.
    Without those that are ``listed`` ("3. Press", "3 Payment"), as the items of any list are."""
    if not _MAY_HOLD_ONE.search(folded):
        return []
    found = list[str]()
    lines = text.split("\n")
    line = seen = 0
    for match in _HEAD.finditer(folded):
        line, seen = line + folded.count("\n", seen, match.start()), match.start()
        if match["bare"] and not _is_title(lines[line], lines[line - 1] if line else ""):
            continue
        if listed or not (match["first"] or match["bare"]):
            found.append(_number(match))
    return list(dict.fromkeys(found))


def within(
    texts: Sequence[str], trail: Sequence[str], wanted: Sequence[AskedClause], *, listed: bool = True
) -> list[tuple[int, int]]:
    """Of sentences that follow each other below a heading trail: which of the wanted clauses each belongs to, from 1, and 2 where it is of
    the part of it that is wanted, else 1; (0, 0) for all others. A clause goes on until the next one that is not below it. ``listed`` as
    for ``heads``."""
    places = {number: place for place, number in reversed(list(enumerate((clause.number for clause in wanted), start=1)))}
    found = []
    current = next((number for title in reversed(trail) for number in _first(title, listed=listed) if number in places), "")
    part = ""
    for text in texts:
        head, wanted_head = next(iter(_first(text)), ""), next(iter(_first(text, listed=listed)), "")
        if head == wanted_head and head in places:
            current, part = head, ""
        elif head and current and not _is_below(head, current):
            current = ""
        begun = fold(text[:_PART_ENDS])
        part = begun[: begun.find(")") + 1] if begun.startswith("(") and ")" in begun else part
        exact = AskedClause(current, part)
        found.append(
            (wanted.index(exact) + 1, 2) if part and exact in wanted else (places.get(current, 0), 1 if current else 0)
        )
    return found


def _add(found: list[AskedClause], join: str, clause: AskedClause) -> None:
    """Adds a clause, and those before it from the last one on where it is joined by "to"."""
    if found and _UP_TO.fullmatch(join):
        first, last = _LAST_FIGURES.fullmatch(found[-1].number), _LAST_FIGURES.fullmatch(clause.number)
        if first and last and (first["above"], first["unit"]) == (last["above"], last["unit"]):
            between = range(int(first["last"]) + 1, int(last["last"]))
            found += [AskedClause(f"{last['above']}{one}{last['unit']}") for one in between[:_LONGEST_RANGE]]
    found.append(clause)


def _is_title(line: str, before: str) -> bool:
    """Whether a line that begins with a mere number is a heading: "3 Payment", where "3 days after" or "31 December" goes on what the line
    ``before`` has begun."""
    first = line.lstrip(" \t\u30000123456789０１２３４５６７８９")[:1]
    return (first.isupper() or is_cjk(first)) and (not before.strip() or _ENDED.search(before.rstrip()) is not None)


def _first(text: str, *, listed: bool = True) -> list[str]:
    return heads(text, fold(text), listed=listed)[:1]


def _number(match: re.Match[str]) -> str:
    groups = match.groupdict()
    figures = next((groups[name] for name in ("named", "deep", "first", "bare") if groups.get(name)), "")
    return f"@{figures}" if figures else f"{_of_unit(match['han'], match['unit'])}{match['more'] or ''}"


def _of_unit(number: str, unit: str) -> str:
    if "." in number:
        return f"@{number}"
    return f"@{int(number) if number.isdecimal() else numerals.value(number)}{unit}"


def _is_below(number: str, above: str) -> bool:
    """Whether a clause belongs to another one: 3.2.1 to 3.2, 5条 to 2章, 1 to 3条."""
    unit, other = (next((_UNITS.index(sign) for sign in one if sign in _UNITS), -1) for one in (number, above))
    if other >= 0:
        return unit < 0 or unit > other
    return unit < 0 and number.startswith(f"{above}.")

# SPDX-License-Identifier: Apache-2.0
"""What a question asks to be done with figures: count, sum, compare.

By patterns, in Chinese and English, on folded text. "How many" may count rows or read a column of counts, and "the highest" may ask for a thing or
for a figure: that is decided where the columns are known (``filling``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from desktop_app.analysis.script import HAN
from desktop_app.contract.form import (
    AT_LEAST,
    AT_MOST,
    AVERAGE,
    COUNT,
    DIFFERENCE,
    DIFFERS,
    EQUAL,
    LESS,
    LIST,
    MAX,
    MIN,
    SHARE,
    SUM,
)
from desktop_app.contract.form import MORE as IS_ABOVE

GROUP, MORE, LESSER, WHICH, WHO, HOW_MUCH = "group", "more", "lesser", "which", "who", "how_much"
"""Signs beside the measures: one figure for each; the comparatives; what the answer is."""

_CLASS = "个|份|张|笔|家|人|条|项|台|次|种|名|位|件|户|单|本|辆|套|批|起|处|间|类|所|款|只|支|盒|箱|包|门|例|宗|页|行"
EXTREMES = "高大多贵长晚重远低小少短早轻近"
"""Adjectives behind "the second"."""
_HIGH = "高|大|多|贵|长|晚|重|远|好|快"
_LOW = "低|小|少|便宜|短|早|轻|近|差|慢"
MOST = "highest|largest|biggest|greatest|(?<!at )most|longest|latest|maximum|dearest|newest|top|best|heaviest|max"
LEAST = "smallest|lowest|(?<!at )least|fewest|shortest|earliest|minimum|cheapest|oldest|worst|min|lightest"
_SIGNS: tuple[tuple[str, str], ...] = (
    (DIFFERENCE, (r"相差(?:了?多少)?|差了?多少|差额|多出?多少|少了?多少|(?<=[高低大小多少贵长短重轻早晚远近])(?:出|了)?多少|变化了?多少|增(?:加|长)了?多少|减少了?多少|下降了?多少|提高了?多少"
     r"|\bby how (?:many|much)\b|\bdifference\b|\bhow many (?:percentage |percent )?points\b|\bhow (?:much|many)(?: \w+)? (?:more|less|fewer|higher|lower|dearer|cheaper|larger|smaller|longer|shorter)\b")),
    (SHARE, r"占比|占(?=.{0,16}(?:百分之几|百分之多少|比例|百分比|份额|几成|多少))|\b(?:what|which) (?:share|percentage|proportion|percent|fraction) (?:of|do|does|did)\b"),
    (AVERAGE, r"平均值?|均值|人均|\baverage\b|\bmean\b|\bon average\b"),
    (SUM, (r"合计|总计|一共|总共|共计|总和|加起来|累计|汇总|(?<!不)共(?=.{0,12}(?:多少|几))|总(?=费用|金额|价|支出|收入|成本|工时|时长|数量|额|数|量|销售|花费|报销|开支|预算)"
     r"|\badd(?:s|ed)? up(?: to)?\b|\bsum\b|\btotal(?:s|led|ling)?\b|\baltogether\b|\bin all\b|\bcombined\b|\bcame? to\b|\btogether\b")),
    (MAX, rf"最(?:{_HIGH})(?!不| ?\d)|前(?:[一二两三四五六七八九十]+|\d{{1,3}})(?=名|位|个|项|家|大|笔|条|张|份)|排名?第一|\btop \w+\b|\b(?:{MOST})(?: expensive)?\b"),
    (MIN, rf"最(?:{_LOW})(?! ?\d)|\b(?:{LEAST})\b"),
    (MORE, rf"更(?:{_HIGH})|较(?:{_HIGH})|(?<!第)(?:{_HIGH})(?:一些|一点)?(?=[?？。 ]*$)|\b(?:more|further|farther|heavier|higher|larger|bigger|longer|greater|dearer|later|better)\b"),
    (LESSER, rf"更(?:{_LOW})|较(?:{_LOW})|(?<!多)(?:{_LOW})(?:一些|一点)?(?=[?？。 ]*$)|\b(?:less|fewer|lower|smaller|shorter|cheaper|lighter|earlier|worse)\b"),
    (COUNT, rf"(?:有|共)?(?:(?<!哪)几|多少)(?:{_CLASS}|趟|批|票|回)|(?:有|共|共有)(?:多少|几)(?=[?？。 ]*$)|\bhow (?:often|many times)\b|数量(?:是|为)?多少|\bhow many\b|\bnumber of\b|\bcount of\b"),
    (HOW_MUCH, r"多少|\bhow (?:much|heavy|long|far|big|tall|high|expensive|large)\b|\bwhat (?:did|does|was|were|is|are)(?= .{0,60}\b(?:cost|costs|paid|pay|spent|spend)\b)"),
    (GROUP, r"各自?(?:个|种|类|家|位)?|每(?:一?(?:个|种|类|家|位|名|张|条))?|分别|按(?=[^,，。?？]{1,10}(?:统计|汇总|分组|分类|划分|分列|列出|计算|分别|呢|[?？。 ]*$))|\b(?:per|by(?! how\b)|each|every|for each)\b"),
    (LIST, r"哪几|哪些|列出|列举|罗列|有哪些|\blist\b|\bname all\b|\bshow (?:me )?all\b|\bwhat are the\b"),
    (WHO, r"有?谁|哪位|何人|\bwho(?:se)?\b"),
    (WHICH, rf"哪一?(?:{_CLASS})?|\bwhich\b|\bwhat\b"),
)  # fmt: skip
_PATTERNS = tuple((sign, re.compile(pattern)) for sign, pattern in _SIGNS)

_NOT = re.compile(
    r"(?:不含|还没有?|尚未|从未|没|不包括|不计|不算|除去|除了|除|排除|剔除|扣除|非|未|不是|不为|不|没有|无)(?:状态|类别|类型)?(?:是|为)?[“\"'(]?$"
    r"|\b(?:not|except(?: for)?|excluding|without|other than|non|no|but not|leaving(?: out)?|apart from)[ -](?:a |an |the |any |those |been |yet )?[\"'(]?$"
    r"|\b(?:[a-z]+n['’]t|never) (?:a |an |the |any |been |yet )*[\"'(]?$"
    r"|\b(?:not|without|except(?: for)?|excluding|non|other than|leaving out|apart from)[ -](?:[a-z-]+ ){1,3}\($"
)

MORE_THAN = re.compile(
    r"(?P<more>超过了?|超出了?|高于|大于|多于|高过|(?<!不)高出|晚于|在.{0,2}以上|\b(?:above|over|more than|greater than|higher than|exceed(?:s|ed|ing)?|later than|longer than|larger than|dearer than)\b)"
    r"|(?P<least>不(?:低于|少于|小于|早于)|至少|最少|\b(?:at least|no less than|not less than|no fewer than|from)\b)"
    r"|(?P<less>(?:没有?|未能?|没能)(?:完成|达到|达成)(?=计划|目标|预算|定额|任务|指标)|\b(?:did not|didn't|do not|does not|failed to) (?:reach|meet)\b|\b(?:missed|fell short of)\b|低于|少于|小于|不足|不到|不满|早于|\b(?:below|under|less than|fewer than|lower than|smaller than|earlier than|cheaper than)\b)"
    r"|(?P<most>不(?:超过|高于|大于|多于|晚于)|至多|最多|\b(?:at most|no more than|not more than|up to)\b)"
    r"|(?P<differs>不(?:一致|相符|符|等于|同|相等)|(?:不是|不为)(?= ?\d)|有(?:差异|出入)|\b(?:differ(?:s|ed)?(?: from)?|unequal|not equal(?: to)?|does not match|do not match|mismatch(?:es)?)\b)"
    r"|(?P<equal>等于|\b(?:equals?|equal to)\b|(?<=[^<>!])=)"
)
BEHIND = re.compile(
    rf" ?(?:[a-z%]{{0,8}}|[{HAN}]{{0,3}}?) ?(?:(?P<least>及以上|或以上|以上|起)|(?P<most>及以下|以下|以内|或以下|之内)"
    r"|(?P<least2>or (?:more|above|over))|(?P<most2>or (?:less|fewer|below)))"
)
_NOT_BEHIND = re.compile(
    r"[”\"')]?(?:的)?(?:除外|以外|之外|不算|不计|不含|不包括|不在内)|[^,.;]{0,14}\b(?:excluded|left out|aside)\b"
)


@dataclass(frozen=True, slots=True)
class Sign:
    """A word that says what is to be done, at ``start``..``end`` of the folded question."""

    what: str
    start: int
    end: int


def signs(folded: str, taken: bytearray) -> list[Sign]:
    """The signs of a folded question, in order; not where ``taken`` says that a column or a value is named."""
    found, own = list[Sign](), bytearray(taken)
    for what, pattern in _PATTERNS:
        for match in pattern.finditer(folded):
            if match.start() == match.end() or any(own[match.start() : match.end()]):
                continue
            own[match.start() : match.end()] = b"\1" * len(match[0])
            found.append(Sign(what, *match.span()))
    return sorted(found, key=lambda sign: sign.start)


def denied(folded: str, at: int, end: int = 0) -> int:
    """Where the negation of what stands at ``at`` begins, -1 for none; with its ``end`` also one behind it: "作废的除外"."""
    match = _NOT.search(folded, max(0, at - 36), at)
    if match:
        return match.start()
    return at if end and _NOT_BEHIND.match(folded, end) else -1


_OPPOSITE = {IS_ABOVE: AT_MOST, AT_LEAST: LESS, LESS: AT_LEAST, AT_MOST: IS_ABOVE, DIFFERS: EQUAL, EQUAL: DIFFERS}
_DENIED_TEST = re.compile(r"(?:没有?|未曾?|并?不曾?)(?:被|能)?$|(?:\bnot|n['’]t|\bnever) (?:be |been )?$")


def comparison(folded: str, match: re.Match[str]) -> tuple[str, int]:
    """The test that a match of ``MORE_THAN`` means and where it begins: "没有超过" and "do not exceed" mean at most."""
    tests = {"more": IS_ABOVE, "least": AT_LEAST, "less": LESS, "most": AT_MOST, "differs": DIFFERS, "equal": EQUAL}
    test = next(test for name, test in tests.items() if match[name])
    denied = _DENIED_TEST.search(folded, max(0, match.start() - 10), match.start())
    return (_OPPOSITE[test], denied.start()) if denied else (test, match.start())


def asks_for(folded: str, *measures: str) -> bool:
    """Whether a folded question has a word for one of the measures."""
    return any(what in measures and pattern.search(folded) for what, pattern in _PATTERNS)


def is_difference(folded: str) -> bool:
    """Whether a folded question asks by how much two figures differ."""
    return asks_for(folded, DIFFERENCE)

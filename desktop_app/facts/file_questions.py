# SPDX-License-Identifier: Apache-2.0
"""Questions of facts over all files, read as forms.

"Which contracts expire in 2026?": a kind of document, facts of it, conditions.

A question is taken only when all of it has a meaning here: a kind of document, a word that asks for several of them, facts, conditions, and perhaps the
name of a party. One word that is left over, and it is a question of what documents say, for the search.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from desktop_app.analysis import numerals
from desktop_app.analysis.folding import fold
from desktop_app.analysis.written_numbers import WORDS
from desktop_app.contract import form as forms
from desktop_app.contract.form import Condition
from desktop_app.facts import kinds
from desktop_app.facts.days import later
from desktop_app.facts.money import amounts
from desktop_app.library import stated_fact as facts

_LONGEST = 160  # characters
_GONE = "\x00"
_ANY_ZH = "文件|文档|资料"
_KINDS = tuple(
    (kind, re.compile(rf"(?:{zh})|\b(?:{en})\b(?: (?:documents?|files?)\b)?")) for kind, (zh, en) in kinds.WORDS.items()
)
_SEVERAL_EN = re.compile(
    r"\b(?:contracts|agreements|leases|invoices|receipts|reports|notices|announcements|policies|guidelines|quotations|quotes|orders|files|documents|minutes|each|every|all|how many|number of)\b"
)
_SEVERAL_ZH = re.compile(
    r"哪些|哪几|多少[份个张]|几[份个张]|有多少|列出|所有|全部|每[份个一]|各[份个]?|一览|清单|数量|总数"
    rf"|的(?:{'|'.join(zh for zh, _ in kinds.WORDS.values())})[。?]?$"
)
_COUNT = re.compile(
    r"(?:一共|总共|共)?(?:有)?(?:多少|几)[份个张](?!月|星期|小时)|有多少|的?(?:数量|总数|份数)(?:是多少)?|\bhow many\b|\b(?:the )?(?:number|count) of\b"
)
_LIST = re.compile(
    r"(?:都)?有?哪些|是?哪几[份个张]|(?:请|帮我)*列出|列一下|列个清单|所有|全部|每[一]?[份个张]|一览|清单|分别|各自?[份个]?|\b(?:which|what|list|show|name|give|find)\b(?: me)?|\b(?:of )?(?:all|every|each)\b"
)
_SUM = re.compile(
    r"(?:总金额|金额(?:的)?(?:总和|合计|总计|一共|总共|加起来|相加)|合计金额|总额|总值|总价值)|(?:合计|总计|一共|总共)(?=.{0,6}(?:多少钱|多少))|\b(?:the )?(?:total|sum|combined|overall)(?: of)?(?: the)? (?:amounts?|values?|sum|price|worth)\b(?: of)?|\bsum of\b|\badd up to\b|\bin total\b"
)
_BY_CURRENCY = re.compile(
    r"(?:请)?(?:按|分)(?:照)?(?:不同)?(?:币种|货币)(?:分别|分组|统计|列出|汇总)?|\b(?:by|per|for each|in each) currency\b"
)
_HOW_MUCH = re.compile(r"(?:是|为|有)?多少(?:钱|元)?|\bhow much\b")
_NONE_OF = re.compile(
    r"(?:没有?|未|无|不)(?:写明|注明|约定|载明|写|明确|规定|标明|有)?(?=(?:到期|结束|终止|截止|期限|有效期|金额|总价|价款|开始|生效|签订|签署|甲方|乙方|当事人))"
    r"|\b(?:(?:have|has|with|state|states|name|names|give|gives|mention|mentions)? ?no|without|do not (?:have|state|name|give)|don't (?:have|state|name|give)|lack|lacks|lacking|miss|missing)(?: any| an?| a stated| the)?(?= (?:end|expiry|expiration|start|begin|signing|amount|price|parties|party|value|term|date))"
)
_OVER = re.compile(
    r"(?:已经?|都)?(?:到期|过期|失效|终止)了(?:的)?|已(?:经)?(?:到期|过期|失效|终止|结束)|\b(?:have|has|are|is)? ?(?:already )?(?:expired|ended|run out|lapsed|no longer (?:valid|in force))\b"
)
_VALID = re.compile(
    r"(?:仍然?|还|目前|现在|当前)?(?:在有效期内|仍有效|还有效|有效的|未到期|没到期|未过期|没过期|尚未到期)|\b(?:are |is )?(?:still |currently )?(?:valid|in force|running|active)\b(?: now| today)?"
)
_ABOUT: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        facts.END,
        re.compile(
            r"(?:的)?(?:到期|届满|终止|截止|结束|失效|期满)(?:日期?|时间|日)?|有效期(?:至|到)?|\b(?:end|ending|expiry|expiration|termination) dates?\b|\b(?:will |shall |do |does |are |is )?(?:(?:about |due |going )?to )?(?:expir(?:e|es|ing|y)|end|ends|ending|run out|runs out|terminate|terminates|lapse|lapses|come to an end)\b(?: on| in)?"
        ),
    ),
    (
        facts.SIGNED,
        re.compile(
            r"(?:的)?(?:签订|签署|签约)(?:日期?|时间|日)?|签(?=的|了)|\b(?:date of )?sign(?:ing|ature)(?: dates?)?\b|\b(?:were |was |are |been )?(?:signed|concluded)\b(?: on| in)?|\bsigning dates?\b"
        ),
    ),
    (
        facts.BEGIN,
        re.compile(
            r"(?:的)?(?:开始|生效|起始|起租)(?:日期?|时间|日)?|\b(?:start|starting|begin|beginning|commencement|effective)(?:s|ning)?(?: dates?)?\b(?: on| in)?|\b(?:took|take|takes) effect\b|\bcommenced?s?\b"
        ),
    ),
    (
        facts.PARTY,
        re.compile(
            r"(?:的)?(?:双方|甲乙双方|各方|甲方(?:和|与|、|及)乙方|甲方|乙方|当事人|签约方|对方(?:单位|公司)?)(?:名称)?(?:是谁)?|\b(?:contracting )?(?:parties|party|counterpart(?:y|ies)|partners)\b|\bwho (?:are )?(?:the )?parties(?: are)?\b|\bwith whom\b"
        ),
    ),
    (
        facts.AMOUNT,
        re.compile(
            r"(?:的)?(?:总?金额|总价款?|价款|总额|价值)|(?:且|并)?\b(?:are |is |being )?(?:worth|amounts?|values?|prices?|contract sums?|totals?)\b(?: of| to)?"
        ),
    ),
)
_SIGNING_DAY = re.compile(r"(?:签订|签署|签约)(?:日|时间)|\bdate of sign|\bsigning date|\bsignature date|什么时候签|何时签")
_GLOSS = re.compile(r"\([^()]*\b(?:agreements?|contracts?|invoices?|reports?)\b[^()]*\)|\([^()]*(?:合同|协议|发票)[^()]*\)")
_EXTREMES: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    (
        facts.AMOUNT,
        forms.MAX,
        re.compile(
            r"(?:总?金额|总价款?|价款|总额|价值)(?:为|是)?最[高大多]|最(?:贵|大|高)(?:的)?(?:总?金额|总价款?|价款|总额|价值)?|\b(?:the )?(?:highest|largest|biggest|greatest|most expensive)\b(?: (?:contract )?(?:amount|value|price|sum|worth)s?\b)?|\bworth (?:the )?most\b"
        ),
    ),
    (
        facts.AMOUNT,
        forms.MIN,
        re.compile(
            r"(?:总?金额|总价款?|价款|总额|价值)(?:为|是)?最[低小少]|最(?:便宜|小|低)(?:的)?(?:总?金额|总价款?|价款|总额|价值)?|\b(?:the )?(?:lowest|smallest|cheapest|least expensive)\b(?: (?:contract )?(?:amount|value|price|sum|worth)s?\b)?|\bworth (?:the )?least\b"
        ),
    ),
    (
        facts.END,
        forms.MIN,
        re.compile(
            r"最[早先快](?:到期|结束|终止|届满|失效)|(?:到期|结束|终止|届满|失效)(?:日期?|时间|日)?最[早先快]|\b(?:expir(?:es?|ing)|ends?|ending|runs? out|terminates?) (?:the )?(?:first|soonest|earliest|next)\b|\b(?:the )?earliest (?:end|expiry|expiration|termination) date\b"
        ),
    ),
    (
        facts.END,
        forms.MAX,
        re.compile(
            r"最[晚迟后](?:到期|结束|终止|届满|失效)|(?:到期|结束|终止|届满|失效)(?:日期?|时间|日)?最[晚迟]|\b(?:expir(?:es?|ing)|ends?|ending|runs? out|terminates?) (?:the )?(?:last|latest)\b|\b(?:the )?latest (?:end|expiry|expiration|termination) date\b"
        ),
    ),
)
_NEXT = re.compile(r"最[先快]|\b(?:soonest|next)\b")
_NUMBER = rf"(?P<n>\d{{1,3}}|[{numerals.EVERYDAY}半]{{1,3}}|{'|'.join(sorted(WORDS, key=len, reverse=True))}|an?)"
_AHEAD = re.compile(
    rf"(?:在)?(?:未来|今后|接下来|以后|往后)?(?:的)?{_NUMBER}(?P<unit>个?月|天|日|周|个?星期|年)(?:之内|以内|内|之中|里)"
    rf"|\b(?:with)?in (?:the )?(?:next |coming |following )?{_NUMBER.replace('?P<n>', '?P<n2>')} (?P<unit2>days?|weeks?|months?|years?)\b(?: from (?:now|today))?"
    rf"|\b(?:over )?the (?:next|coming) {_NUMBER.replace('?P<n>', '?P<n3>')} (?P<unit3>days?|weeks?|months?|years?)\b"
)
_COMING = re.compile(
    r"(?P<month>下个?月|\bnext month\b)|(?P<quarter>下个?季度|\bnext quarter\b)|(?P<rest>(?:年底|年末|今年年?底)(?:之?前)?|\b(?:by|before|until) the end of (?:the|this) year\b)"
)
_COMING_YEARS = ((re.compile("明年"), 1), (re.compile("后年"), 2), (re.compile(r"\bnext year\b"), 1))
_COMPARED = re.compile(
    r"(?P<most>不(?:超过|高于|大于|多于)|至多|最多|\b(?:at most|no more than|not more than|up to)\b)"
    r"|(?P<least>不(?:低于|少于|小于)|至少|最少|\b(?:at least|no less than|not less than)\b)"
    r"|(?P<more>超过|超出|高于|大于|多于|\b(?:more than|over|above|exceed(?:s|ing)?|greater than|higher than|larger than)\b)"
    r"|(?P<less>低于|少于|小于|不到|不足|不满|\b(?:less than|under|below|lower than|smaller than)\b)"
)
_BEHIND = re.compile(r" ?(?:(?P<least>(?:及|或)?以上)|(?P<most>(?:及|或)?以下|以内)|(?P<least2>or more)|(?P<most2>or less))")
_TESTS = {"more": forms.MORE, "least": forms.AT_LEAST, "less": forms.LESS, "most": forms.AT_MOST}
_WITH_EN = re.compile(
    r"\b(?:with|between us and|signed with|concluded with|from|by|of|involving|naming) (?P<name>[^\x00?,，]{2,60}?)(?= ?(?:\x00|[?.]|$|(?:that|which|and|who)\b))"
)
_WITH_ZH = re.compile(r"(?:与|跟|和|同|由)(?P<name>[^\x00?？，,]{2,40}?)(?:之间|所)?(?=(?:签)?的?[\x00]|$)")
_OWNED_ZH = re.compile(r"(?P<name>[^\x00?？，,的]{3,40}?)的(?=\x00)")
_NO_MEANING = re.compile(
    r"[的了将会要是有在中里内和与及、，。？?,.;:!！：；“”\"'()（）\s\x00份个张呢吗么它们其都且并为于请于所由我们咱公司日期时间签订立]|请问|帮我|一下|目前|现在|情况|告诉|什么|哪|时候|分别|文件|文档|资料|库"
    r"|\b(?:the|a|an|and|or|of|on|in|is|are|do|does|we|our|us|i|me|my|have|has|there|that|which|what|will|be|for|with|to|at|by|from|please|library|folder|these|those|them|their|its|it|any|together|so|far|currently|now|give|dates?|years?|files?|documents?|table|overview|can|you|were|was)\b"
)

Spans = Callable[[str, dt.date], Iterable[tuple[str, str, bool, int, int]]]
"""Reads the stretches of time in a folded text: first and last day ("2026-01-01"), whether no year is said, and the half-open range."""


@dataclass(frozen=True, slots=True)
class FactQuestion:
    """``kind``: one of ``KINDS``, "" for files of any kind; ``columns``: the facts asked for, in order; ``conditions`` name facts as columns ("end",
    "amount", "party"), with ``NOTHING`` for files that do not state one; ``currency``: of the amount that is compared. ``counted``: how many;
    ``summed``: the amounts, by currency. ``name``: what is asked after "with", folded, and in no fact yet. ``pick``: only the files whose amount or day of end
    is the largest or smallest, as (fact, ``MAX`` or ``MIN``)."""

    kind: str
    columns: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    currency: str = ""
    counted: bool = False
    summed: bool = False
    name: str = ""
    pick: tuple[str, str] | None = None


def asked(question: str, today: dt.date, spans: Spans) -> FactQuestion | None:
    """The question as a form, None where it asks for no facts of several files."""
    folded = fold(question).strip()
    several = _SEVERAL_EN.search(folded) or _SEVERAL_ZH.search(folded) or any(one.search(folded) for *_, one in _EXTREMES)
    if len(folded) > _LONGEST or not several:
        return None
    reader = _Reader(folded, today, spans)
    return reader.read()


class _Reader:
    """Takes away what it understands, and looks at what is left."""

    def __init__(self, folded: str, today: dt.date, spans: Spans) -> None:
        self._text, self._today, self._spans = _GLOSS.sub(lambda one: _GONE * len(one[0]), folded), today, spans
        for words, years in _COMING_YEARS:
            self._text = words.sub(
                f"{today.year + years}年" if words.pattern[-1] == "年" else str(today.year + years), self._text
            )
        self._whole = self._text
        self._conditions = list[Condition]()
        self._currency = ""

    def read(self) -> FactQuestion | None:
        pick = self._extreme()
        period = self._period()
        self._amount()
        missing, over, valid, summed, by_currency = (
            self._take(pattern) is not None for pattern in (_NONE_OF, _OVER, _VALID, _SUM, _BY_CURRENCY)
        )
        columns = self._columns()
        if period is None and not _SIGNING_DAY.search(self._whole):
            columns = [one for one in columns if one != facts.SIGNED]  # "the contracts signed with …"
        if pick is not None:
            columns = [pick[0], *(one for one in columns if one != pick[0])]
        kind = self._kind()
        counted = self._take(_COUNT) is not None
        listed = self._take_all(_LIST)
        if summed or any(one.column == facts.AMOUNT for one in self._conditions):
            self._take(_HOW_MUCH)
        name = self._name()
        if kind is None or re.sub(_NO_MEANING, "", self._text) or (by_currency and not summed):
            return None
        if pick is not None and (counted or summed or missing or not kind):
            return None
        if missing:
            if not columns or period or name or over or valid:
                return None
            self._conditions.append(Condition(columns[0], forms.NOTHING))
        if not self._dated(period, columns, over=over, valid=valid):
            return None
        asks = counted or summed or listed or self._conditions or columns
        if not asks or (kind == "" and not (self._conditions or name or columns)):
            return None  # "list all files" is no question of facts
        return FactQuestion(
            kind, tuple(columns), tuple(self._conditions), self._currency, counted=counted, summed=summed, name=name, pick=pick
        )

    def _extreme(self) -> tuple[str, str] | None:
        """The fact whose largest or smallest is asked for; what comes next ends today or later."""
        for about, which, pattern in _EXTREMES:
            if match := self._take(pattern):
                if about == facts.END and _NEXT.search(match[0]):
                    self._conditions.append(Condition(facts.END, forms.AT_LEAST, (self._today.isoformat(),)))
                return about, which
        return None

    def _dated(self, period: tuple[str, str] | None, columns: Sequence[str], *, over: bool, valid: bool) -> bool:
        """Add the conditions on days; False where a time is said and not of what."""
        today = self._today.isoformat()
        if period is not None:
            about = next((one for one in columns if one in (facts.END, facts.BEGIN, facts.SIGNED)), "")
            if not about:
                return False
            self._conditions.append(Condition(about, forms.BETWEEN, period))
        if over:
            self._conditions.append(Condition(facts.END, forms.LESS, (today,)))
        if valid:
            self._conditions.append(Condition(facts.END, forms.AT_LEAST, (today,)))
        return True

    def _take_all(self, pattern: re.Pattern[str]) -> bool:
        taken = False
        while self._take(pattern) is not None:
            taken = True
        return taken

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        match = pattern.search(self._text)
        if match is not None:
            self._blank(*match.span())
        return match

    def _blank(self, start: int, end: int) -> None:
        self._text = self._text[:start] + _GONE * (end - start) + self._text[end:]

    def _period(self) -> tuple[str, str] | None:
        """The one stretch of time that is said; days without a year are those to come, or of this year."""
        if match := self._take(_AHEAD):
            return self._today.isoformat(), _after(self._today, match).isoformat()
        if match := self._take(_COMING):
            return _coming(self._today, match)
        found = list(self._spans(self._text, self._today))
        if len(found) != 1:
            return None
        first, last, open_year, start, end = found[0]
        if open_year:
            year = f"{self._today.year:04}"
            first, last = f"{year}{first[4:]}", f"{year}{last[4:]}"
        self._blank(start, end)
        self._text = re.sub(
            r"(?:\bbefore|\bby|\bafter|\bon|\bin|\bduring|\buntil|在|于) ?(?=\x00)", lambda one: _GONE * len(one[0]), self._text
        )
        return first, last

    def _amount(self) -> None:
        for money in amounts(self._text):
            before = [match for match in _COMPARED.finditer(self._text, 0, money.start) if money.start - match.end() <= 2]
            behind = _BEHIND.match(self._text, money.end)
            test, start, end = "", money.start, money.end
            if before:
                test, start = _TESTS[before[-1].lastgroup or ""], before[-1].start()
            elif behind:
                test, end = _TESTS[(behind.lastgroup or "").rstrip("2")], behind.end()
            if not test:
                continue
            value = int(money.value) if money.value.denominator == 1 else float(money.value)
            self._conditions.append(Condition(facts.AMOUNT, test, (value,)))
            named = re.compile(r" ?(?:人民币|in )?").match(self._text, end)
            self._blank(start, named.end() if named else end)
            self._currency = money.currency
            return

    def _columns(self) -> list[str]:
        found = list[tuple[int, str]]()
        for about, pattern in _ABOUT:
            while (match := self._take(pattern)) is not None:
                found.append((match.start(), about))
        return list(dict.fromkeys(about for _, about in sorted(found)))

    def _kind(self) -> str | None:
        """The kind that is asked for, "" for files; None where neither is named, or two kinds are."""
        found = [kind for kind, pattern in _KINDS if pattern.search(self._text)]
        if len(found) > 1:
            return None
        if found:
            pattern = dict(_KINDS)[found[0]]
            self._take_all(pattern)
            return found[0]
        return "" if re.search(rf"{_ANY_ZH}|\b(?:files?|documents?)\b", self._text) else None

    def _name(self) -> str:
        for pattern in (_WITH_EN, _WITH_ZH, _OWNED_ZH):
            for match in pattern.finditer(self._text):
                name = match["name"].strip("“”\"'《》 ")
                if len(re.sub(_NO_MEANING, "", name)) >= 2:
                    self._blank(*match.span())
                    return re.sub(r"^the ", "", name)
        return ""


def named(question: FactQuestion, parties: Iterable[str]) -> FactQuestion | None:
    """The question with its name as a condition on parties, by the words ``parties`` are written with; None where nobody is called so."""
    if not question.name:
        return question
    wanted = bare(question.name)
    found = tuple(dict.fromkeys(party for party in parties if wanted and wanted in bare(party)))
    if not found:
        return None
    return replace(question, conditions=(*question.conditions, Condition(facts.PARTY, forms.ONE_OF, found)))


def bare(name: str) -> str:
    """A name by its letters and figures alone."""
    return re.sub(r"[\W_]", "", fold(name))


def _after(today: dt.date, match: re.Match[str]) -> dt.date:
    count = match["n"] or match["n2"] or match["n3"] or "1"
    unit = match["unit"] or match["unit2"] or match["unit3"] or ""
    if count == "半":
        return later(today, 6) if "年" in unit else today + dt.timedelta(days=15)
    number = int(count) if count.isdigit() else 1 if count in ("a", "an") else int(WORDS.get(count) or numerals.value(count))
    if "月" in unit or "month" in unit:
        return later(today, number)
    if "年" in unit or "year" in unit:
        return later(today, 12 * number)
    return today + dt.timedelta(days=number * (7 if "周" in unit or "星期" in unit or "week" in unit else 1))


def _coming(today: dt.date, match: re.Match[str]) -> tuple[str, str]:
    if match["rest"]:
        return today.isoformat(), f"{today.year:04}-12-31"
    months = 1 if match["month"] else 3
    first = today.replace(day=1, month=today.month if match["month"] else 3 * ((today.month - 1) // 3) + 1)
    first = later(first, months)
    return first.isoformat(), (later(first, months) - dt.timedelta(days=1)).isoformat()

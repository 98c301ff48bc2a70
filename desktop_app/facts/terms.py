# SPDX-License-Identifier: Apache-2.0
"""When a contract was signed, begins and ends, by rules over sentences.

Each sentence with a day, or a length of time, is weighed: words such as "expires" and 有效期 speak for the end of the contract, words of payment,
delivery and warranty against. The best one gives the end; a second one that says another day makes it unsure.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from desktop_app.facts.days import DAY, LENGTH, WithDays, last_day, months_of
from desktop_app.facts.reading import PlacedSentence
from desktop_app.library.stated_fact import BEGIN, COUNTED, END, OPEN, RENEWS, SIGNED, StatedFact

_D = DAY
_I = re.IGNORECASE
_TO = r"(?:起|开始|生效)? ?(?:,|，)? ?(?:起?至|到|直至|截至|截止到|起到|—+|–|-+|~|～|to|until|till|through|up to|and (?:ends?|expires?|runs? (?:until|to)|terminates?|finish(?:es)?|stops?|lasts? until)(?: on)?|and shall (?:end|expire|terminate|remain in force until)(?: on)?)(?: and including)? ?(?:the )?(?:including )?"
_RANGE = re.compile(rf"{_D}(?: \([^()]{{1,30}}\))? ?{_TO}{_D}", _I)
_ENDS_ZH = re.compile(
    rf"(?:到期日|届满日|终止日|截止日|失效日|期满日|终期|止期|结束日|到期时间|终止时间|结束时间|截止时间|有效期|期限|租期|服务期|合同期|期)[^{_D}。;]{{0,8}}(?:至|到|止于|截至|截止|为|是|:)[^{_D}。;自从由起]{{0,4}}{_D}|{_D}[^{_D}。;,，]{{0,3}}(?:止|为止|到期|届满|期满|终止|失效|结束|截止|前有效|之前有效)|(?:至|到|于|截止){_D}[^{_D}。;,，]{{0,4}}(?:止|到期|届满|期满|终止|失效|结束)|(?:到期|届满|终止|失效|期满)(?:于|日|时间)[^{_D}。;]{{0,4}}{_D}|有效(?:期)?(?:至|到){_D}"
)
_ENDS_EN = re.compile(
    rf"\b(?:expir(?:es?|y|ation|ing)|ends?|ending|terminat(?:es?|ion|ing)|end date|last day|ceases?|lapses?|concludes?|runs? out|comes? to an end)\b[^{_D}.;]{{0,60}}?{_D}"
    rf"|\b(?:valid|in (?:full )?force|effective|effect|runs?|continues?|remains?|lasts?|term|period|binding|good|engaged|available|extends?)\b[^{_D}.;]{{0,60}}?\b(?:until|till|through|to|up to)\b[^{_D}.;]{{0,24}}?{_D}"
    rf"|\b(?:no later than|not beyond|not after)\b ?{_D}|\b(?:until|till|through) (?:and including |the )?{_D}"
    rf"|{_D}(?: \([^()]{{0,30}}\))? (?:is|shall be|will be|being) (?:the|its) (?:last day|end|expiry)",
    _I,
)
_FROM = re.compile(
    rf"(?:自|从|由){_D}|{_D}(?:起|开始|生效)|(?:生效|起始|开始|起租|开工)(?:日期|日|时间)?[^{_D}。;]{{0,4}}{_D}|\b(?:starts?|begins?|commenc(?:es?|ing|ement)|effective|from|beginning|starting|takes? effect|as of|with effect from|in force from)\b[^{_D}.;]{{0,24}}?{_D}",
    _I,
)
_SIGNED = re.compile(
    rf"(?:签订|签署|签约|签字|订立)[^{_D}。;]{{0,8}}{_D}|{_D}[^{_D}。;]{{0,6}}(?:签订|签署|签约|订立)|\b(?:signed|dated|entered into|made|concluded|executed|date of (?:this )?(?:agreement|contract|signature)|signature date|date)\b[^{_D}.;]{{0,20}}?{_D}|^日期 ?: ?{_D}",
    _I,
)
_FROM_SIGNING = re.compile(
    r"(?:签订|签署|签字|盖章|签约|订立|生效)[^。;]{0,6}(?:之?日|后)?起|\b(?:from|after|of) (?:the )?(?:date of )?(?:its |their |this )?(?:signing|signature|execution|conclusion)|\bfrom (?:the )?(?:date (?:hereof|of this (?:agreement|contract))|(?:effective|commencement|start) date)",
    _I,
)
_LASTS = re.compile(
    r"有效|期限|租期|租赁期|服务期|合同期|起租|为期|聘期|年限|\b(?:term|period|in force|valid|lasts?|duration|runs?|continues?|remains?|engag\w*|concluded for|for)\b",
    _I,
)
_OF_CONTRACT = re.compile(
    r"合同|协议|租赁期|租期|服务期|有效期|履行期|许可期|期限|聘期|agreement|contract|\bterm\b|lease|licen[cs]e|\bservices?\b|engagement|tenancy|subscription|arrangement",
    _I,
)
_SAYS_END = re.compile(
    r"到期|届满|终止|截止|失效|期满|有效|止|expir|\bend|terminat|valid|in force|until|till|last day|through", _I
)
_OTHER = re.compile(
    r"付款|支付|交货|交付|交房|到货|质保|保修|质量保证|保证期|验收|投标|开标|发票|开工|竣工|报价|保密义务|押金|履约保证|提前|通知|deliver|payment|\bpaid\b|\bpay\b|invoice|warrant|guarantee|insur|confidential|notice|inspect|accept|instal|milestone|\breport|\border|quot",
    _I,
)
_TERM_HEADING = re.compile(
    r"期限|有效期|租期|合同期|期间|服务期|合作期|\bterm\b|duration|period|validity|commencement|expiry|termination", _I
)
_OTHER_HEADING = re.compile(r"付款|支付|交货|质保|保修|保密|验收|payment|deliver|warrant|confidential|insur", _I)
_RENEWS = re.compile(
    r"(?<!不)(?<!不会)自动(?:续|延|展|顺延)|视为(?:同意)?(?:续|延)|自动(?:续期|续约)|(?:renew|extend|prolong)\w*[^.]{0,20}automatically|automatically[^.]{0,20}(?:renew|extend|prolong)|(?:is|be|are) (?:tacitly )?(?:renewed|extended|prolonged)[^.]{0,60}\bunless\b|\bunless\b[^.]{0,80}(?:is|be|shall be) (?:renewed|extended)|evergreen",
    _I,
)
_NOT_RENEWED = re.compile(r"不(?:得|会|再|予)?自动|\bnot\b[^.]{0,20}(?:renew|extend|automatic)", _I)
_OPEN = re.compile(
    r"无固定期限|长期有效|不定期(?:合同|租赁)|期限不限|无限期|\bindefinite(?:ly)?\b|unlimited (?:term|period|duration)|without (?:a )?(?:fixed|limit\w*) (?:term|end|period)|no fixed (?:term|end)|until (?:it is )?(?:terminated|cancelled|canceled) by",
    _I,
)
_MAY_TELL = re.compile(
    r"起|至|到|止|期|效|订|署|签|expir|\bend|terminat|valid|force|until|till|last day|\bterm\b|lasts?\b|duration|\bruns?\b|continu|remain|start|begin|commenc|\bfrom\b|sign|dated?\b|entered|\bmade\b|conclu|\byears?\b|\bmonths?\b|ceas|laps|effect|indefinite|unlimited|without",
    _I,
)
"""Words without which a sentence says none of this: finding days in all sentences takes most of the time."""
_LABEL = 20  # characters at the beginning of a sentence that may be its heading: "Duration: …"
_LEAST = 3


@dataclass(frozen=True, slots=True)
class _Candidate:
    weight: int
    fact: StatedFact
    begin: StatedFact | None = None


def terms(sentences: Sequence[PlacedSentence]) -> list[StatedFact]:
    """Signing, beginning and end, as far as the sentences state them."""
    telling = [one for one in sentences if _MAY_TELL.search(one.text) or _TERM_HEADING.search(one.heading)]
    dated = [(one, WithDays(one.text)) for one in telling]
    signed = _first(SIGNED, _SIGNED, dated)
    begun = _first(BEGIN, _FROM, dated)
    found = [one for sentence, days in dated if (one := _end(sentence, days, signed, begun)) is not None]
    found.sort(key=lambda one: -one.weight)
    facts = [fact for fact in (signed,) if fact is not None]
    best = found[0] if found else None
    begin = (best.begin if best is not None else None) or begun
    facts += [begin] if begin is not None else []
    if best is not None:
        end = best.fact
        rival = any(
            one.fact.value != end.value and one.fact.value and one.weight >= best.weight and one is not best for one in found
        )
        end = replace(end, sure=end.sure and not rival)
        if any(_RENEWS.search(one.text) and not _NOT_RENEWED.search(one.text) for one in sentences):
            end = replace(end, notes=(*end.notes, RENEWS))
        facts.append(end)
    return facts


def _first(about: str, pattern: re.Pattern[str], dated: Sequence[tuple[PlacedSentence, WithDays]]) -> StatedFact | None:
    for sentence, days in dated:
        if days.days and (match := pattern.search(days.marked)):
            day = days.day_at(days.marked.index(DAY, match.start()))
            return sentence.fact(about, day.date.isoformat(), sure=day.sure)
    return None


def _end(sentence: PlacedSentence, dated: WithDays, signed: StatedFact | None, begun: StatedFact | None) -> _Candidate | None:
    text, weight = dated.marked, _weight(sentence)
    ranged = _RANGE.search(text)
    if ranged:
        first, last = dated.day_at(ranged.start()), dated.day_at(ranged.end() - 1)
        if first.date < last.date:
            begin = sentence.fact(BEGIN, first.date.isoformat(), sure=first.sure)
            return _enough(weight + 2, sentence.fact(END, last.date.isoformat(), sure=last.sure), begin)
    for pattern in (_ENDS_ZH, _ENDS_EN):
        if match := pattern.search(text):
            day = dated.day_at(match.start() + match[0].rindex(DAY))
            return _enough(weight + 2, sentence.fact(END, day.date.isoformat(), sure=day.sure))
    return _counted(sentence, dated, weight, signed, begun) or _endless(sentence, weight)


def _counted(
    sentence: PlacedSentence, dated: WithDays, weight: int, signed: StatedFact | None, begun: StatedFact | None
) -> _Candidate | None:
    """The end of so many years from a day that is said here, or that of signing or beginning."""
    text = dated.marked
    length = LENGTH.search(text)
    if length is None or not _LASTS.search(f"{sentence.heading} {text}"):
        return None
    months = months_of(length)
    if not 0 < months <= 1200:
        return None
    starts = _FROM.search(text)
    if starts:
        day = dated.day_at(text.index(DAY, starts.start()))
        begin: StatedFact | None = sentence.fact(BEGIN, day.date.isoformat(), sure=day.sure)
        return _enough(weight + 2, _ending(sentence, day.date, months, sure=day.sure), begin)
    base = signed if _FROM_SIGNING.search(text) else begun
    if base is None or ("生效" in text and begun is not None):
        base = begun
    if base is None:
        if _FROM_SIGNING.search(text) and weight >= 1:
            return _enough(weight + 1, sentence.fact(END, "", sure=False))
        return None
    return _enough(
        weight + 1,
        _ending(sentence, dt.date.fromisoformat(base.value), months, sure=base.sure),
        base if base.about == BEGIN else None,
    )


def _ending(sentence: PlacedSentence, first: dt.date, months: int, *, sure: bool) -> StatedFact:
    return sentence.fact(END, last_day(first, months).isoformat(), sure=sure, notes=(COUNTED,))


def _endless(sentence: PlacedSentence, weight: int) -> _Candidate | None:
    return _enough(weight + 1, sentence.fact(END, "", notes=(OPEN,))) if _OPEN.search(sentence.text) else None


def _enough(weight: int, fact: StatedFact, begin: StatedFact | None = None) -> _Candidate | None:
    return _Candidate(weight, fact, begin) if weight >= _LEAST else None


def _weight(sentence: PlacedSentence) -> int:
    text = sentence.text
    heading = sentence.heading
    weight = (
        2 * bool(_OF_CONTRACT.search(text))
        + bool(_SAYS_END.search(text))
        + 2 * bool(_TERM_HEADING.search(f"{heading} {text[:_LABEL]}"))
    )
    return weight - 3 * bool(_OTHER.search(text)) - 2 * bool(_OTHER_HEADING.search(heading))

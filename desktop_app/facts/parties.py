# SPDX-License-Identifier: Apache-2.0
"""Who a contract is between, by its labels and its first sentences.

"甲方：…", "本合同由A（以下简称“甲方”）与B…", "between A and B", "Landlord: A", "A (the Customer)" and "The Buyer, A, …" name parties. Names are
kept as written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from desktop_app.analysis.script import HAN
from desktop_app.contract.ledger import StoredChunk
from desktop_app.facts.narrowing import narrow
from desktop_app.facts.reading import PlacedSentence
from desktop_app.library.stated_fact import PARTY, StatedFact

_MOST = 6
_LOOKED_AT = 6  # chunks from the beginning
_CONTACTS = r"(?:联系|代表|负责|经办|代理|签字|见证|签订|收件|收货|经手|开票|付款|验收|项目|法|当事|收款|受益|鉴证)(?:人|方)|双方|各方|对方|一方|另一方|第三方|他方|任何人|本人|何人|制造商|生产商"
_LABEL_ZH = (
    rf"(?!{_CONTACTS})(?:[甲乙丙丁] *方|[{HAN}]{{1,6}}?(?:方|人|商|单位|者|客户|企业|公司名称|业主|房东|租客|房客|顾问))"
)
_LINE_ZH = re.compile(
    rf"(?:^|\n|; |\| ?|\t) *(?:\(?[一二三四1-4][)、.] *)?(?P<label>{_LABEL_ZH})(?: *\([^()\n]{{1,20}}\))? *(?:名称)?: *\n? *(?P<name>[^\n:;,。、|()]{{2,60}})"
)
_CALLED = rf"[(] *(?:以下|下|后)?(?:统|简)?(?:称|称为|称作)?(?:之)?为? *[“\"「'‘]?(?:{_LABEL_ZH})[”\"」'’]?[^()]{{0,8}}[)]"
_INLINE_ZH = re.compile(rf"(?P<name>[{HAN}\w()·&.\-]{{4,40}}?) *(?:{_CALLED})")
_LABELLED_ZH = re.compile(
    rf"(?P<label>[甲乙丙]方|{_LABEL_ZH})(?P<name>[{HAN}\w()·]{{2,30}}?(?:公司|集团|厂|银行|事务所|中心|医院|大学|学院|学校|研究院|研究所|工作室|合作社))"
)
_CUT_ZH = re.compile(r"^.*(?:[由与和及在向跟]|[方人][为是]|经|[,，。、:;]|本合同|本协议|兹有|根据)(?=.{4,})")
_ADDRESS = re.compile(r" {2,}| +(?=[^ ]{2,8}:)| *(?:地址|住所|住址|法定代表人|统一社会|电话|联系人|身份证|注册地|开户|税号).*$")

_LABELS = "customer|supplier|provider|client|consultant|contractor|sub-?contractor|landlord|tenant|lessor|lessee|buyer|seller|purchaser|vendor|licensor|licensee|employer|employee|borrower|lender|agency|agent|principal|carrier|shipper|distributor|manufacturer|company|owner|operator|host|printer|publisher|franchisor|franchisee|service provider|recipient|user|caterer|cleaner|translator|trainer|advertiser|hirer|school|hospital|university|party|guarantor|insurer|insured|investor|assignor|assignee|author|designer|developer|broker|farmer|hotel|warehouse|depositor|keeper|transporter|forwarder|organiser|organizer|sponsor|subscriber|reseller|merchant|partner|bank"
_WORD = r"(?<!\w)[A-Z0-9À-Þ][\w'’.&+/-]{0,30}"
_NAME = rf"(?!(?:The|This|That|Each|Both|Either|Neither|It|And|Whereas|Parties|Agreement|Contract)\b){_WORD}(?: (?:(?:&|of|de|von|der|van|für|und|et|\+) )*{_WORD}){{0,7}}(?: plc\b)?(?:, (?:Inc|LLC|Ltd|LP|PLC)\b\.?)?"
_PAREN = r"\((?:hereinafter|hereafter|collectively|referred to as|called|the|as|[\"“”'‘’ ,])*"
_LINE_EN = re.compile(
    rf"(?:^|\n|; |\| ?) *(?:\(?\d[).] *)?(?:\*\*)?(?:the )?(?:(?:first|second|third|contracting|other|this) )?(?P<label>(?:{_LABELS})(?: [ab12])?)(?: ?\([^()\n]{{1,30}}\))? *(?:\*\*)? *(?:: *\n?|\n(?=[A-Z])) *",
    re.IGNORECASE,
)
_CALLED_EN = re.compile(
    rf"(?P<name>{_NAME}),? *(?:\([^()\n]{{1,40}}\),? *)?(?:, [^()\n.;]{{1,90}},? *)?(?i:{_PAREN}(?:first |second )?(?:{_LABELS})\b)"
)
_THE_LABEL = re.compile(rf"\b[Tt]he (?i:{_LABELS}), (?P<name>{_NAME}),")
_BETWEEN = re.compile(r"(?i:\bbetween|\bparties|\bby and among|\bmade by) *:? *\n?\s*(?:\(?[1ai][).] *)?")
_AND = re.compile(rf"[^.;]{{0,240}}?(?:,|\)|\s|;)\s*(?:and|&) *:?\s+(?:\(?[2bi]+[).] *)?(?P<name>{_NAME})")
_ANY_LABEL = re.compile(
    rf" *(?!{_CONTACTS}|地址|住所|电话|编号)(?:[{HAN}]{{2,8}} *: *(?P<zh>[^\n:;,。|()]{{2,40}}(?:公司|集团|厂|店|行|院|所|中心|学校|大学|医院|工作室|合作社))|[A-Z][a-z]+(?: [a-z]+){{0,2}} ?: *(?P<en>{_NAME}) *)(?:$|[\n(,])",
    re.MULTILINE,
)
_FULL = re.compile(_NAME)
_LEGAL = re.compile(
    r"\b(?:Ltd|Limited|Inc|LLC|LLP|plc|PLC|GmbH|AG|SA|SARL|S\.A|Co|Corp|Corporation|Company|BV|B\.V|AB|KG|SE|Pty|SpA|Oy|AS)\b\.?"
)


def parties(chunks: Sequence[StoredChunk], sentences: Sequence[PlacedSentence]) -> list[StatedFact]:
    """The parties that the beginning of a contract names, each once, in their order."""
    found, seen = list[StatedFact](), set[str]()
    for chunk in chunks[:_LOOKED_AT]:
        text = narrow(chunk.text)
        named = [*_chinese(text), *_english(text)]
        named += [other for start, _ in named for other in _beside(text, start)]
        for start, name in sorted(named):
            place = text.index(name, start)
            key = re.sub(r"[\W_]", "", name).lower()
            if not key or any(key in other or other in key for other in seen) or len(found) == _MOST:
                continue
            sentence = next((one for one in sentences if one.chunk == chunk.id and one.start <= place < one.end), None)
            if sentence is not None:
                seen.add(key)
                found.append(sentence.fact(PARTY, chunk.text[place : place + len(name)]))
        if len(found) >= 2:
            break
    return found


def names_two(text: str) -> bool:
    """Whether the beginning of a text names two parties as contracts do."""
    text = narrow(text)
    return len({name for _, name in (*_chinese(text), *_english(text))}) >= 2


def _chinese(text: str) -> Iterator[tuple[int, str]]:
    for match in _LINE_ZH.finditer(text):
        name = _ADDRESS.split(match["name"])[0].strip()
        if 2 <= len(name) <= 40 and not re.fullmatch(r"[_\s.\-]+|.{0,3}(?:方|人)", name):
            yield match.start("name"), name
    for pattern in (_INLINE_ZH, _LABELLED_ZH):
        for match in pattern.finditer(text):
            name = match["name"]
            cut = _CUT_ZH.match(name)
            name = name[cut.end() :] if cut else name
            if len(name) >= 4 and re.search(rf"[{HAN}]", name):
                yield match.start("name"), name


def _english(text: str) -> Iterator[tuple[int, str]]:
    for match in _LINE_EN.finditer(text):
        rest = _FULL.match(text, match.end())
        if rest:
            yield rest.start(), _clean(rest[0])
    for pattern in (_CALLED_EN, _THE_LABEL):
        for match in pattern.finditer(text):
            yield match.start("name"), _clean(match["name"])
    for match in _BETWEEN.finditer(text):
        first = _FULL.match(text, match.end())
        if first is None:
            continue
        second = _AND.match(text, first.end())
        if second:
            yield first.start(), _clean(first[0])
            yield second.start("name"), _clean(second["name"])


def _beside(text: str, place: int) -> Iterator[tuple[int, str]]:
    """What the lines before and behind a party's line name with a label of their own: "Editor: Ines Karrow" below "Publisher: …"."""
    start, end = text.rfind("\n", 0, place) + 1, text.find("\n", place)
    if ":" not in text[start:place]:
        return
    above = text.rfind("\n", 0, max(0, start - 1)) + 1
    for first in (above, end + 1 if end >= 0 else len(text)):
        if first != start and (match := _ANY_LABEL.match(text, first)):
            name = match["zh"] or match["en"]
            yield text.index(name, first), _clean(name)


def _clean(name: str) -> str:
    name = name.rstrip(",;: ")
    return name if _LEGAL.search(name[-5:]) and name.endswith(".") else name.rstrip(".")

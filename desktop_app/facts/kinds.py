# SPDX-License-Identifier: Apache-2.0
"""What kind of document a file is, by its title and first lines.

A title says it with its last noun: 采购合同, "Supply agreement", "Notice on contracts" is a notice. Where only the name of the file says it, or the
file is called a draft or a sample, that is a guess.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

from desktop_app.contract.ledger import StoredChunk
from desktop_app.facts import parties
from desktop_app.facts.narrowing import narrow
from desktop_app.facts.reading import PlacedSentence
from desktop_app.library.stated_fact import FROM_NAME, KIND, StatedFact

_I = re.IGNORECASE
WORDS = {
    "contract": ("合同书?|协议书?|契约|合约", "contracts?|agreements?|leases?|tenancy agreements?"),
    "invoice": ("发票|账单|收据|结算单", "invoices?|receipts?|credit notes?"),
    "minutes": ("会议纪要|会议记录|纪要|会议记要", "(?:meeting )?minutes|meeting notes"),
    "report": ("报告书?|汇报|月报|季报|年报|周报|简报", "reports?"),
    "notice": ("通知书?|通告|公告|告示|通报", "notices?|announcements?|circulars?"),
    "policy": ("制度|规定|管理办法|办法|守则|规程|政策|条例|细则|规范", "polic(?:y|ies)|rules|regulations?|guidelines?|codes? of conduct"),
    "quotation": ("报价单|报价书?|报价函", "quotations?|quotes?|price offers?"),
    "order": ("订单|订购单|采购单", "purchase orders?|orders?"),
}  # fmt: skip
"""The words of each kind, Chinese and English, as patterns."""

_ZH = re.compile("|".join(f"(?P<{kind}>{zh})" for kind, (zh, _) in WORDS.items()))
_EN = re.compile(r"\b(?:" + "|".join(f"(?P<{kind}>{en})" for kind, (_, en) in WORDS.items()) + r")\b", _I)
_BEHIND_ZH = re.compile(
    r"(?:\([^()]*\)|[\s\d年月日.\-_—–第号期版Vv:《》\"“”]|编号.*|No\..*|终稿|定稿|正文|草案|修订|修订版|补充)*$"
)
_BEHIND_EN = re.compile(
    r"(?:[\s._-]*(?:$|\(|\[|[:,;–—#-]|\d|(?:no|nr|number|for|of|on|between|with|dated|about|to|regarding|by|ref|q[1-4]|v\d|final|signed|copy)\b))",
    _I,
)
_UNSURE = re.compile(r"模板|范本|样本|草稿|示例|空白|template|sample|draft|specimen|boilerplate", _I)
_REGISTER = re.compile(r"台账|清单|登记|目录|一览|汇总|统计|register|\blist\b|overview|index|summary of", _I)
_FIRST_LINES, _LONGEST_TITLE = 6, 80
_OPENS = re.compile(
    r"\bthis (?:[\w-]+ ){0,3}(?:agreement|contract|lease)\b[^.]{0,60}\b(?:between|made|entered|dated)\b|本(?:合同|协议)由|订立本(?:合同|协议)|签订本(?:合同|协议)|达成(?:如下|以下)协议",
    _I,
)


def kind(path: str, chunks: Sequence[StoredChunk], sentences: Sequence[PlacedSentence]) -> StatedFact | None:
    """The kind of a file with what says so; None where nothing does. ``chunks``: the first one is enough."""
    if not chunks or not sentences:
        return None
    name = re.sub(r"[_]+", " ", narrow(os.path.splitext(os.path.basename(path))[0]))
    unsure = bool(_UNSURE.search(name))
    said = [one for one in sentences if one.chunk == chunks[0].id][:_FIRST_LINES]
    text = narrow(chunks[0].text)
    titles = [narrow(chunks[0].trail[0])] if chunks[0].trail else []
    for line in (*titles, *(line for line in text.split("\n")[:_FIRST_LINES])):
        found = _titled(line.strip())
        if found == "register":
            return None
        if found:
            sentence = next((one for one in said if line.strip() and line.strip() in one.text), said[0])
            return sentence.fact(KIND, found, sure=not unsure and not _UNSURE.search(line))
    named = _titled(name) or _titled(re.sub(r"-", " ", name))
    if named == "register":
        return None
    opening = next((one for one in said if _OPENS.search(one.text)), None)
    if opening is not None or (named == "contract" and parties.names_two(text)):
        return (opening or said[0]).fact(KIND, "contract", sure=not unsure)
    return said[0].fact(KIND, named, sure=False, notes=(FROM_NAME,)) if named else None


def _titled(line: str) -> str:
    """The kind that a title names, "register" for a list of such things, "" for none."""
    if not line or len(line) > _LONGEST_TITLE or line.endswith(("。", ".", ";", ",")):
        return ""
    chinese = [match for match in _ZH.finditer(line) if _BEHIND_ZH.fullmatch(line, match.end())]
    if chinese:
        return chinese[-1].lastgroup or ""
    if ":" in line[:20] and not line.lower().startswith(("title", "subject", "re:")):
        return ""
    english = next((match for match in _EN.finditer(line) if _BEHIND_EN.match(line, match.end())), None)
    if _REGISTER.search(line) and (english or _ZH.search(line)):
        return "register"
    if english and len(line.split()) <= 14:
        return english.lastgroup or ""
    return ""

# SPDX-License-Identifier: Apache-2.0
"""Reads whether a question asks for a summary, and of what.

"Summarize contract.pdf", "总结一下《采购合同》", "这个文件夹讲了什么？". It is a request only by its form; whether it names a file of the library is found
out by ``summary_subject``, and what names none is an ordinary question. "Summary of revenue 2023" may name a heading as well as a file: such a
``weak`` request must name the file in full.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from desktop_app.analysis.folding import fold

_LONGEST = 160  # characters; who asks for a summary says no more
_PLEASE = (
    r"(?:in a nutshell,? |in short,? |briefly,? |please |kindly |can you |could you |would you |will you |let me have |now )*"
)
_SUMMARY = r"(?:summary|overview|outline|synopsis|abstract|digest|gist|rundown)"
_VERB = r"(?:summari[sz]e|sum up|recap|condense|outline|brief me on|tl;?dr:?)"
_SHORT = r"(?:short |brief |quick |concise |rough |general |one-page )*"
_GIVE = r"(?:give|write|show|make|get|prepare|create|i need|i want|i would like|i'd like)"
_NAMED_EN = r"(?:(?:this|that|these|those|the|all the|all) (?:file|document|folder|directory|pdf|contract|report)s?(?: .+?)?|\S+\.[a-z0-9]{2,5}|[“\"].+?[”\"])"
_STRONG_EN = (
    rf"{_PLEASE}{_VERB}(?: for me)?(?: (?P<what>.+?))?(?: for me)?",
    rf"{_PLEASE}{_GIVE}(?: me| us)? (?:an? |the )?{_SHORT}{_SUMMARY} (?:of|for|on|over) (?P<what>.+?)",
    rf"{_PLEASE}what (?:is|are|does|do) (?P<what>{_NAMED_EN}) (?:about|say|contain|cover|deal with)",
    rf"{_PLEASE}what(?: is|'s|’s) in (?P<what>{_NAMED_EN})",
    rf"{_PLEASE}(?:what are |list |give me |show me )?(?:the )?(?:key|main|most important) (?:points|ideas|takeaways) (?:of|in|from) (?P<what>.+?)",
)
_WEAK_EN = (rf"(?:an? |the )?{_SHORT}{_SUMMARY}(?: (?:of|for) (?P<what>.+?))?",)
_ONCE = r"(?:一下|下|一遍|出来)?"
_ASK_ZH = r"(?:请|麻烦|帮忙|帮我|给我|替我|能不能|能否|可以|可否|你能?|您能?|看看|用(?:几|一|两|三)[句段]?(?:句|段)?话|简单|简要|大致)*"
_VERB_ZH = r"(?:简要|简单|大致|简短)?地?(?:总结|概括|概述|归纳|摘要|小结|汇总要点|提炼|梳理)"
_POINTS_ZH = r"(?:主要|核心|重点)?(?:内容|要点|重点|大意|大纲|提要|摘要|概要|概述|总结|小结|观点|信息)"
_SAYS_ZH = r"(?:里面?|中)?(?:主要|大概|大致|都|到底|是)*(?:讲|说|写|谈|有|介绍|包含|关于)(?:了|的|些|的是)*(?:什么|哪些|啥)(?:内容|东西)?(?:的|啊|呢|吗)?"
_THING_ZH = r"(?:文件夹|文件|文档|目录|资料|合同|报告|材料|文章|文)"
_NAMED_ZH = rf"(?:这|该|本|那|此)(?:个|份|篇|些|批|几[个份篇])?{_THING_ZH}|《[^》]+》(?:这[个份篇]{_THING_ZH})?|.*(?:文件夹|目录)|\S+\.[a-z0-9]{{2,5}}"
_STRONG_ZH = (
    rf"{_ASK_ZH}{_VERB_ZH}{_ONCE}(?P<what>.*?)(?:的?{_POINTS_ZH})?{_ONCE}",
    rf"{_ASK_ZH}(?:把|将|对)(?P<what>.+?)(?:做|作|进行|写|给)?(?:一?个|一份|一段)?(?:简要|简单|简短)?的?(?:总结|概括|概述|归纳|摘要|小结){_ONCE}",
    rf"{_ASK_ZH}(?:列出|写出|说说|讲讲|介绍{_ONCE})?(?P<what>{_NAMED_ZH}){_SAYS_ZH}",
    rf"{_ASK_ZH}(?:(?:列出|写出?|说说|讲讲|给出|做|要)(?:一个|一份|一段|个|份|段)?|一份|一个)(?P<what>.+?)的?(?:主要内容|要点|大意|概要|摘要|提要|总结|概述)",
)
_WEAK_ZH = (
    rf"{_ASK_ZH}(?P<what>.+?)(?:主要|大概|大致)?(?:讲|说)(?:了|的是|的)?(?:什么|哪些|啥)(?:内容|东西)?(?:的|啊|呢|吗)?",
    r"(?!.*(?:谁|什么时候|哪|何时|多少|怎么|如何|为什么))(?P<what>.*?)的?(?:主要|内容)*(?:内容|要点|大意|概要|摘要|提要|总结|概述)(?:是什么|有哪些)?",
    rf"{_ASK_ZH}介绍{_ONCE}(?P<what>.+)",
)
_STRONG = tuple(re.compile(rf"{one}[\s.?!。？！~]*") for one in (*_STRONG_EN, *_STRONG_ZH))
_WEAK = tuple(re.compile(rf"{one}[\s.?!。？！~]*") for one in (*_WEAK_EN, *_WEAK_ZH))
_REST = re.compile(
    r"(?:and |show |me |now |give |summari[sz]e |please )*(?:the )?(?:rest|others|other files|remaining(?: files| ones)?|next(?: files| ones)?|more(?: files)?)(?: of (?:them|it|the files))?(?: too| as well| please)?[\s.?!]*"
    r"|(?:那|请|再|继续)*(?:总结|概括|看看|列出|显示)?(?:其余|其他|其它|剩下|剩余|余下|后面|接下来|更多|继续)的?(?:几个|那些)?(?:文件|文档)?(?:呢|吧|也总结一下|也)?[\s。?!]*"
)
_FOLDER = re.compile(
    r"\b(?:folder|directory)\b|\b(?:files|documents|everything)\b|文件夹|目录|(?:这|那)(?:些|批|几[个份篇])(?:文件|文档|资料|合同|材料)|(?:所有|全部)(?:文件|文档)"
)
_FILE = re.compile(r"\b(?:file|document)\b|(?<!\.)\bpdf\b|文件(?!夹)|文档|文章")
_THIS = re.compile(
    r"(?:all |everything |(?:the |all |all the )?(?:files|documents) )?(?:of |in )?(?:this|that|these|those|the|it|my|our)(?: (?:whole|entire|current|open))?(?: (?:file|document|pdf|folder|directory|contract|report|text|one)s?)?|everything|all (?:the )?(?:files|documents)"
    r"|(?:这|该|本|那|此|上述|以上|当前)(?:一)?(?:个|份|篇|些|批|几[个份篇])?(?:文件夹|文件|文档|目录|资料|合同|报告|材料|文章|文)?(?:里面?的?|中的?|下的?)?(?:全部|所有)?(?:的?内容|文件|文档|全文)?|(?:所有|全部)(?:文件|文档)|全文|它"
)
_AROUND = re.compile(
    r"^(?:the |my |our |a |an |all |everything in )+|^(?:folder|directory|file|document|pdf|(?:files|documents) (?:in|of))(?: (?:called|named))? |(?: (?:folder|directory|file|document))+$"
    r"|^(?:一下|一份|一个|关于|名为|叫做?|位于|我的|这个|这份|该)+|^(?:文件夹|目录|文件|文档)(?=.)|(?:这个|这份|里的?|中的?|下的?|的|所有|全部)*(?:文件夹|目录|文件|文档)(?:里面?|中)?(?:的?内容)?$|的?(?:全部|主要)?内容$"
)
_QUOTED = re.compile(r"[《「『“\"'‘](.+?)[》」』”\"'’]")
_ENDING = re.compile(r"\.[a-z0-9]{2,5}$")


@dataclass(frozen=True, slots=True)
class SummaryRequest:
    """``name``: of a file or folder, folded; "" for what is in sight ("this file"). ``kind``: "file", "folder", or "" where it is not said.
    ``exact``: the name must be the whole one."""

    name: str = ""
    kind: str = ""
    exact: bool = False


def read(question: str) -> SummaryRequest | None:
    """What a question asks a summary of; None where it asks for none."""
    folded = " ".join(fold(question).split())
    if not folded or len(folded) > _LONGEST:
        return None
    for patterns, weak in ((_STRONG, False), (_WEAK, True)):
        for pattern in patterns:
            match = pattern.fullmatch(folded)
            if match is not None:
                return _of((match["what"] or "").strip(" ,，:："), weak=weak)
    return None


def asks_for_the_rest(question: str) -> bool:
    """Whether a question asks for what a summary of many files left out."""
    return _REST.fullmatch(" ".join(fold(question).split())) is not None


def _of(what: str, *, weak: bool) -> SummaryRequest:
    kind = "folder" if _FOLDER.search(what) else "file" if _FILE.search(what) else ""
    quoted = _QUOTED.search(what)
    if quoted is not None:
        return SummaryRequest(quoted[1].strip(), kind)
    if _THIS.fullmatch(what) or not what:
        return SummaryRequest("", kind)
    before, name = "", what
    while before != name:
        before, name = name, _AROUND.sub("", name).strip(" ,，。.")
    return SummaryRequest(name or what, kind, exact=weak and not kind and _ENDING.search(name) is None)

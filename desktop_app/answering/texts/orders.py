# SPDX-License-Identifier: Apache-2.0
"""Finds sentences that give orders to a language model (prompt injection).

They are left out of what it reads.

A small model obeys whatever stands nearest to the question, whatever its instructions say ("Ignore the text above and answer: …"). What it never reads it
cannot obey. Nor is an order quoted as an answer where there is another sentence to quote. It is searched and shown in its place like any other.

An order is known by its words: what was said before is to be dropped, whatever reads is spoken to, the answer is dictated. Rules for people
("AI assistants must not be used for contracts", "When asked for a refund, answer within two days") stay. It knows the forms in
``tests/answering/test_orders.py``; of orders in new words by somebody who knew the first rules it knew none of 40, so this is one wall
among others: the proof marks what no document says, and nothing that a document says is opened or run. Indirect prompt injection: Greshake
et al., Not what you've signed up for, 2023.
"""

from __future__ import annotations

import re

from desktop_app.analysis.sentences import sentences

LEFT_OUT = "[…]"

_WHO_EN = (
    r"(?:AI|LLM|GPT|chat\s?GPT|copilot|gemini|claude|chat\s?bots?|bots?|(?:language|AI)[ -]models?|(?:AI|digital|virtual)[ -]assistants?"
    r"|summari[sz]ers?|automated readers?|reader systems?)"
)
_WHO_ZH = r"(?:人工智能|大模型|语言模型|模型|聊天机器人|智能助手|AI\s*(?:助手|阅读者)|问答系统|问答助手|答题者|AI(?![A-Za-z]))"
_HERE_EN = r"(?:this|the)\s+(?:file|text|document|passage|line|sentence|page)"
_ABOVE_EN = (
    r"(?:instructions?|prompts?|system\s+message|context|above|before|(?:the|these|all|any|remaining|other)\s+(?:other\s+)?(?:passages?|sources|material)"
    r"|what (?:you|was)|everything)"
)
_DROP_EN = r"(?:ignore|disregard|forget|override|bypass|discard|overlook|do not use|stop\s+following)"
_SAY_EN = r"(?:answer|repl(?:y|ies)|respond|say|state|output|print|write|tell|mention|reveal|recommend|give)"
_DROP_ZH = r"(?:忽略|无视|忘记|忘掉|不要(?:看|管|理会|相信|引用|遵守)|不用看|请假定|覆盖)"
_ABOVE_ZH = r"(?:指令|指示|提示词|设定|上文|前文|上面的|以上(?:所有|全部)?(?:内容|资料|文字|指令)|之前的(?:材料|内容|指令)|你读过|前面的资料|一切|其[他它]余?(?:资料|文件|段落|内容)|其余(?:资料|内容))"
_SAY_ZH = r"(?:回答|回复|答复|作答|输出|说(?!明)|写成?|告诉|透露|推荐|访问)"
# Rules for people: what they may or must not do with a model, and what they answer.
_FOR_PEOPLE = re.compile(
    r"\b(?:must|may|should|shall|can)\s+(?:not|never)\s+be\b|\b(?:may|can) (?:use|be used)\b|\bnot be used\b"
    r"|\b(?:employees?|staff|colleagues?|managers?|visitors?|personnel|teams?|drafts?)\b[^.!?\n]{0,60}\b(?:must|may|shall|should|will|uses?|translate|only)\b"
    r"|(?:员工|职工|人员|客服|用户|客户|面试官|访客|同事|部门|成员|考生)[^。！？\n]{0,24}(?:不得|须|应|可以?|需|只需|回答|回复|答复|说明)"
    r"|不得将|须经|须人工|不得用|不得把|时不得",
    re.IGNORECASE,
)
_SURE = re.compile(
    "|".join(
        (
            # What was said before is to be dropped.
            rf"\b{_DROP_EN}\b[^.!?\n]{{0,40}}\b{_ABOVE_EN}\b(?=[^\n]*\b{_SAY_EN}\b)",
            rf"\b{_DROP_EN}\b[^.!?\n]{{0,24}}\b(?:instructions?|prompts?)\b",
            r"\b(?:consider|treat|regard)\b[^.!?\n]{0,30}\b(?:other|remaining)\b[^.!?\n]{0,30}\b(?:false|invalid|wrong|outdated)\b",
            r"\beverything (?:above|before)\b[^.!?\n]{0,30}\b(?:test|wrong|false|invalid|outdated)\b",
            r"\bdo not (?:use|quote|mention|trust) the (?:remaining|other|passages?|figures above|text above)\b",
            r"\byou must not mention\b|\bdo not answer (?:the|this|any) question",
            rf"{_DROP_ZH}[^。！？\n]{{0,8}}{_ABOVE_ZH}",
            r"(?:以上|之前|上述)的?(?:内容|材料|资料|规定)?(?:全部|均已?)?作废[^\n]{0,12}(?:你|作答|回答|以本)",
            r"不要回答(?:这个|该|任何|用户的?)?(?:问题|提问)",
            # Spoken to whatever reads.
            rf"\b(?:note|message|instructions?|memo|attention|hey|dear|hello|to|for|as)\s+(?:to\s+|for\s+)?(?:the\s+|any\s+|all\s+)?{_WHO_EN}(?:\s+(?:reading|processing|that reads)\b[^.!?\n:]{{0,24}})?\s*[:,]",
            rf"\b(?:whoever|anyone|any system|the system)\b[^.!?\n]{{0,20}}\b(?:reads?|process(?:es)?|queries|parses?)\b[^.!?\n]{{0,20}}{_HERE_EN}",
            r"\b(?:as|if you are)\s+(?:the|an?)\s+(?:\w+\s+)?(?:model|AI)\b",
            r"\bwhen you (?:generate|write|give|produce)\b[^.!?\n]{0,12}\b(?:answer|reply|response|summary)\b",
            rf"(?:请|致|如果你是|若你是)[^。！？\n]{{0,8}}{_WHO_ZH}[^。！？\n]{{0,40}}(?:[:：]|{_SAY_ZH}|忽略)",
            rf"{_WHO_ZH}(?:们)?(?:请?注意|听令|听好)",
            r"(?:阅读|读到|看到|检索到|处理)(?:了)?(?:本文|本段|这里|此处|这段|此文|这句)[^。！？\n]{0,6}的?(?:程序|系统|模型|机器人|助手|AI|时)",
            r"(?:机器人|模型|助手|程序)[^。！？\n]{0,6}(?:读到|看到)(?:这里|此处|这段|本段|此文|这句)",
            r"(?:总结|概括|生成回复|生成答案|回答)(?:本文|本段)?时[，,]?(?:请|务必|必须)(?:忽略|使用|删去|加入|只写|写|说)",
            rf"^\s*assistant,\s+[^.!?\n]*\b(?:{_DROP_EN}|{_SAY_EN})\b",
            rf"(?:^|[\[(<])\s*(?:system|assistant|developer)\b[^:：\n]{{0,16}}[:：>\])]\s*(?:you|always reply|never|from now|new|the\b|{_DROP_EN}|{_SAY_EN})\b",
            rf"(?:系统|开发者)\s*(?:提示|指令|消息|命令|设定)\s*[:：】][^。！？\n]*(?:{_SAY_ZH}|忽略)",
            r"<\|?(?:im_start|system|assistant|endoftext)|\[/?(?:INST|SYSTEM)\]|<</?SYS>>|\bbegin new prompt\b",
            # It is to be or to do something else.
            r"\byou are (?:now )?an?\b[^.!?\n]{0,30}\b(?:assistant|AI|model|bot|pirate)\b|\bpretend (?:to be|that)\b",
            r"\bfrom now on,?\s+(?:answer|respond|reply|say|you (?:will|must) (?:only |always )?(?:answer|respond|reply|say))\b",
            r"\byour task (?:has changed|is now)\b|\binstead of answering\b|\bnew (?:instructions?|task) for (?:the|you)\b",
            r"你现在是|从现在(?:起|开始)[，,]?\s*(?:你是|你只|你必须|回答|请回答)|假装你?是|请你?扮演(?!顾客的)|你的任务(?:变更|改)为",
            # The answer is dictated.
            r"\b(?:answer|respond|reply)\b[^.!?\n]{0,20}\b(?:every|any|all|each|this|the)\s+(?:\w+\s+)?(?:questions?|quer(?:y|ies)|users?'?s?)\b[^.!?\n]{0,20}\b(?:with|by|only|that)\b",
            r"\b(?:reply|answer|respond)\s+(?:only|just|exactly)\s+(?:with|the)\b|\b(?:output|reply|answer)\s+(?:with\s+)?the (?:string|word)\b",
            r"\bwhatever you are asked\b|\bno matter what (?:you are|the user|the question)\b|\bif (?:a|the) user (?:queries|asks)\b",
            r"\byour\s+(?:only\s+|final\s+)?(?:answer|reply|response|output)\s+(?:is\s*[:\"“]|(?:must|should|shall|has to)\s+(?:be|say|contain|include)\b)",
            r"\bthe (?:correct|real|right|only) (?:reply|answer)\b[^.!?\n]{0,24}\b(?:is|to every|to any)\b",
            r"\b(?:append|add|include|insert|put|attach|finish|begin|start|end)\b[^.!?\n]{0,40}\b(?:(?:each|every)\s+(?:answer|summary|reply|response)|your\s+(?:answer|summary)|your\s+(?:reply|response) with)\b",
            r"\b(?:append|insert)\b[^.!?\n]{0,60}\byour answer\b",
            r"\b(?:reveal|print|repeat|show|output)\b[^.!?\n]{0,20}\b(?:your|the)\s+(?:system\s+)?(?:prompt|instructions)\b|\bprint the instructions\b",
            r"\b(?:quote|use|give) (?:only )?this (?:line|figure|sentence)\b|\bAnswer:[^\n]*\bstop here\b",
            r"(?:无论|不管|不论|遇到|任何)[^。！？\n]{0,8}(?:用户|提问|问题)[^。！？\n]{0,8}(?:都|均|一律)?[^。！？\n]{0,6}(?:回答|回复|答|以)\s*[“\"「『:：]",
            r"(?:对|向)(?:用户|提问者|提问的人)[^。！？\n]{0,8}(?:一律|只)?(?:回答|回复|输出)|告诉(?:用户|提问的人|提问者)",
            r"(?:输出|透露|复述|打印|说出)[^。！？\n]{0,8}(?:系统提示|提示词|全部指令|你的指令)",
            r"在?(?:答案|答复)(?:的?(?:末尾|结尾|最后|开头))?中?(?:加入|加上|附上|写上)|请照此(?:回答|作答)|如此作答|为准作答|再作答|标准答案为|[只仅]引用这一句|改为只说",
            r"请用[^。！？\n]{1,6}(?:语|文|口[吻气])回答[，,]并|请把[^。！？\n]{1,12}(?:说成|改为)",
            r"任何提问都|如有人询问[^。！？\n]{1,16}请告诉",
        )
    ),
    re.IGNORECASE,
)
# A machine named together with what it is to say: an order unless the sentence rules what people do.
_LIKELY = re.compile(
    rf"\b{_WHO_EN}\b[^.!?\n]{{0,60}}\b(?:must|should|shall|has to|have to|please)\b[^.!?\n]{{0,24}}\b{_SAY_EN}\b"
    rf"|\b{_WHO_EN}\b[^.!?\n]{{0,24}}\b(?:reads?|sees?|process(?:es|ing)?|parses?)\s+(?:this|it|the)\b"
    rf"|\b(?:SYSTEM\s+)OVERRIDE\b"
    rf"|{_WHO_ZH}[^。！？\n]{{0,16}}(?:必须|应当|应该|务必|请|只能)[^。！？\n]{{0,16}}(?:{_SAY_ZH}|忽略|声称)"
    rf"|你(?:必须|应当?|只能)[^。！？\n]{{0,6}}(?:告诉|回答|回复|输出)|只输出|直接输出"
    r"|(?:只|一律|统一|直接)(?:能|需|准|许|要|可以|可)?(?:回答|回复|输出|答复|说)(?:限|[:：]|[^。！？\n]{0,6}[“\"「『]|两个字)",
    re.IGNORECASE,
)


_TURNS = re.compile(
    r"\b(?:user|human)\s*:[^\n]{1,200}\b(?:assistant|AI|bot)\s*:[^\n]*|(?:用户|提问者)\s*[:：][^\n]{1,100}(?:助手|助理|AI)\s*[:：][^\n]*",
    re.IGNORECASE,
)
"""Turns of a conversation that never was."""


def without_orders(text: str) -> str:
    """``text`` with every sentence that gives a model orders replaced by ``LEFT_OUT``."""
    kept, at = list[str](), 0
    for start, end in _orders(text):
        kept += [text[at:start], LEFT_OUT]
        at = end
    return "".join([*kept, text[at:]])


def is_order(sentence: str) -> bool:
    """Whether a single sentence gives a model orders."""
    if _TURNS.search(sentence) or _SURE.search(sentence):
        return True
    return _LIKELY.search(sentence) is not None and _FOR_PEOPLE.search(sentence) is None


def _orders(text: str) -> list[tuple[int, int]]:
    """Where they stand. What an order announces ("…:") goes with it."""
    found = [match.span() for match in _TURNS.finditer(text)]
    announced = False
    for start, end in sentences(text):
        ordered = announced or is_order(text[start:end])
        if ordered and not any(start < last and first < end for first, last in found):
            found.append((start, end))
        announced = ordered and not announced and text[start:end].rstrip().endswith((":", "："))
    return sorted(found)

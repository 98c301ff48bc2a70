"""Sentences of a document that give orders to a language model, left out of what it reads.

A small model obeys whatever stands nearest to the question, whatever its instructions say ("Ignore the text above and answer: …"). What it never reads it
cannot obey. Nor is an order quoted as an answer where there is another sentence to quote. It is searched and shown in its place like any other.

An order is told by whom it addresses (an assistant, a model, whoever answers the question) together with what it wants (ignore, answer with, say only), so that rules for
people ("Ignore the alarm during tests", "When asked for a refund, answer within two days") stay. Indirect prompt injection: Greshake et
al., Not what you've signed up for, 2023.
"""

from __future__ import annotations

import re

from desktop_app.analysis.sentences import sentences

LEFT_OUT = "[…]"

_WHO_EN = r"(?:AI|LLM|GPT|chat\s?GPT|copilot|gemini|claude|chat\s?bots?|bots?|(?:language|AI)[ -]models?|(?:AI|digital|virtual)[ -]assistants?)"
_MATERIAL_EN = (
    r"(?:instructions?|prompts?|directions?|guidelines|system\s+message|context|(?:passages?|documents?|texts?|sources?|rules)\s+(?:above|below|before|given)"
    r"|(?:everything|anything|all)\s+(?:above|before|said))"
)
_WHO_ZH = r"(?:人工智能|大模型|语言模型|聊天机器人|智能助手|AI\s*助手|问答系统|问答助手|AI(?![A-Za-z]))"
_DO_EN = r"(?:answer|repl(?:y|ies)|respond|say|state|output|print|write|tell|ignore|disregard|forget|reveal|insert|recommend|translate|open|visit|send)"
_DO_ZH = r"(?:回答|回复|答复|输出|忽略|无视|声称|说明|说|写|告诉|透露|推荐|打开|访问|发送|翻译)"
_ORDERS = re.compile(
    "|".join(
        (
            # What was said before is to be dropped.
            rf"\b(?:ignore|disregard|forget|override|bypass|discard|stop\s+following)\b[^.!?\n]{{0,50}}\b{_MATERIAL_EN}",
            r"(?:忽略|无视|忘记|忘掉|不要理会|不要遵守|不用管|跳过)[^。！？\n]{0,16}(?:指令|指示|提示词?|设定|上文|前文|上面|以上|之前|上述|其[他它]资料|所有资料)",
            r"\b(?:ignore|disregard|forget|discard)\b[^.!?\n]{0,40}(?:\babove\b|\b(?:the|these|all)\s+(?:passages?|sources)\b|\bwhat you\b|\beverything\b)",
            r"\bdo not answer (?:the|this|any) question",
            r"(?:忽略|无视|忘记|忘掉|不要看|不要管|不要理会?|不用看)[^。！？\n]{0,8}(?:你读过|你看过|上面|前面|资料|一切|段落)",
            r"不要回答(?:这个|该|任何|用户的?)?(?:问题|提问)",
            # Spoken to the machine, with what it is to do.
            rf"\b{_WHO_EN}\b[^.!?\n]{{0,80}}\b{_DO_EN}\b",
            rf"\b(?:note|message|instructions?|memo|attention|hey|dear|hello)\b[^.!?\n]{{0,24}}\b{_WHO_EN}\b",
            rf"(?:致|请|提示|告知|注意|通知|提醒|如果你是|若你是|作为)[^。！？\n]{{0,8}}{_WHO_ZH}[^。！？\n]{{0,40}}(?:[:：]|{_DO_ZH})",
            rf"{_WHO_ZH}[^。！？\n]{{0,12}}(?:必须|应当|应该|务必|请|只能|需要|不得|不要|请勿)[^。！？\n]{{0,24}}{_DO_ZH}",
            rf"(?:^|\n|[\[(<])\s*(?:system|assistant|developer)\b[^:：\n]{{0,16}}[:：>\])][^.!?\n]{{0,20}}\b(?:you|always|never|from|new|{_DO_EN})\b",
            r"(?:系统|开发者)\s*(?:提示|指令|消息|命令|设定)\s*[:：]",
            r"<\|?(?:im_start|system|assistant|endoftext)|\[/?(?:INST|SYSTEM)\]|<</?SYS>>",
            rf"\b(?:to|for)\s+(?:the\s+|any\s+|all\s+)?{_WHO_EN}\b[^.!?\n]{{0,10}}[:,]",
            rf"\b{_WHO_EN}\b[^.!?\n]{{0,24}}\b(?:reads?|sees?|process(?:es)?|parses?)\s+(?:this|it|the)\b",
            rf"^\s*assistant,\s+[^.!?\n]*\b{_DO_EN}\b",
            rf"{_WHO_ZH}[^。！？\n]{{0,6}}(?:注意|听令|听好)",
            r"(?:机器人|模型|助手|程序)[^。！？\n]{0,6}(?:读到|看到)(?:这里|此处|这段|本段|此文|这句)",
            # It is to be something else.
            rf"\b(?:you are now an?\b|from now on,?\s+(?:answer|respond|reply|say|you (?:will|must|are) (?:only|always|never|an?|{_DO_EN})\b)|pretend (?:to be|that)|new (?:instructions?|task|role)\s*[:：])",
            r"(?:你现在是|从现在(?:起|开始)[，,]?\s*(?:你|回答|请回答)|假装你?是|请扮演|你(?:要|将|来)?扮演|新的?(?:指令|角色)[:：])",
            # The answer is dictated.
            r"\byou are (?:now )?an?\b[^.!?\n]{0,30}\b(?:assistant|AI|model|bot|pirate)\b",
            r"\b(?:append|add|include|insert|put|attach)\b[^.!?\n]{0,60}\b(?:to|in|into|at the end of)\s+(?:your|the|every|each)\s+(?:answers?|repl(?:y|ies)|responses?)\b",
            r"(?:答案|回答|回复)的?(?:末尾|结尾|后面|最后|开头|前面)[^。！？\n]{0,6}(?:加|写|附|放)",
            r"你(?:必须|应当?|要|只能|需要)[^。！？\n]{0,6}(?:告诉|回答|回复|说|输出)",
            r"(?:只|直接)(?:输出|回答|回复)",
            r"\b(?:answer|respond|reply)\b[^.!?\n]{0,30}\b(?:questions?|users?|prompts?)\b[^.!?\n]{0,30}\b(?:with|by saying|only|that|saying)\b",
            r"\b(?:whatever|no matter what|regardless of what)\b[^.!?\n]{0,40}\b(?:ask|asks|asked|question)\b",
            r"\byour\s+(?:only\s+|final\s+)?(?:answer|reply|response|output)\s+(?:(?:must|should|shall|has to|is to)\b|is\s*[:\"“])",
            r"\b(?:say|output|reply|answer|respond)(?:\s+with)?\s+(?:only|exactly|nothing but|just)\b",
            r"\b(?:reveal|print|repeat|show|output)\b[^.!?\n]{0,20}\b(?:your|the)\s+(?:system\s+)?(?:prompt|instructions)\b",
            r"(?:无论|不管|不论)[^。！？\n]{0,14}(?:问|提问|问题)[^。！？\n]{0,14}(?:回答|回复|答|输出|说)",
            r"(?:只|仅|一律|统一|直接)(?:能|需|准|许|要|可以|可)?(?:回答|回复|输出|答复)(?:[:：“”\"「『]|[^。！？\n]{0,8}[“\"「『])",
            r"(?:对|向|给)?(?:用户|提问者|提问的人)[^。！？\n]{0,10}(?:回答|回复|输出)",
            r"(?:输出|透露|复述|打印|说出)[^。！？\n]{0,8}(?:系统提示|提示词|你的指令)",
        )
    ),
    re.IGNORECASE,
)


_TURNS = re.compile(
    r"\b(?:user|human)\s*:[^\n]{1,200}\b(?:assistant|AI|bot)\s*:[^\n]*|(?:用户|提问者)\s*[:：][^\n]{1,100}(?:助手|助理|AI)\s*[:：][^\n]*",
    re.IGNORECASE,
)
"""Turns of a conversation that never was."""


def without_orders(text: str) -> str:
    """``text`` with every sentence that gives a model orders replaced by ``LEFT_OUT``."""
    if not _ORDERS.search(text):
        return text
    kept, at = list[str](), 0
    for start, end in _orders(text):
        kept += [text[at:start], LEFT_OUT]
        at = end
    return "".join([*kept, text[at:]])


def is_order(sentence: str) -> bool:
    """Whether a single sentence gives a model orders."""
    return bool(_ORDERS.search(sentence) or _TURNS.search(sentence))


def _orders(text: str) -> list[tuple[int, int]]:
    """Where they stand. What an order announces ("…:") goes with it."""
    found = [match.span() for match in _TURNS.finditer(text)]
    announced = False
    for start, end in sentences(text):
        ordered = announced or _ORDERS.search(text[start:end]) is not None
        if ordered and not any(start < last and first < end for first, last in found):
            found.append((start, end))
        announced = ordered and not announced and text[start:end].rstrip().endswith((":", "："))
    return sorted(found)

# SPDX-License-Identifier: Apache-2.0
"""Fixed sentences of an answer, in the language of the question."""

from __future__ import annotations

import re

from desktop_app.analysis.language import asked_in
from desktop_app.answering.texts.orders import without_orders
from desktop_app.contract.document import Locator
from desktop_app.foundation.shown import shown_name

NOT_FOUND = {"zh": "资料中没有找到相关内容。", "en": "I could not find this in the documents."}
MAY_ANSWER = {"zh": "这些内容可能有关：", "en": "These may answer it:"}
_REFUSALS = re.compile(
    r"没有找到|未找到|找不到|没有提到|未提及|没有相关|无法回答|could not find|couldn't find|cannot find|not (?:in|found in|mentioned in) the "
    r"(?:documents|passages)|no information",
    re.IGNORECASE,
)
_LONGEST_REFUSAL = 120
_LONGEST_NAME = 28
# By the words of ``contract.document.ASIDES``.
_ASIDES = {
    "header": {"zh": "页眉", "en": "header"},
    "footer": {"zh": "页脚", "en": "footer"},
    "footnote": {"zh": "脚注", "en": "footnote"},
    "endnote": {"zh": "尾注", "en": "endnote"},
    "comment": {"zh": "批注", "en": "comment"},
    "struck": {"zh": "已划去的文字", "en": "text that is struck through"},
    "box": {"zh": "文本框", "en": "text box"},
    "chart": {"zh": "图表", "en": "chart"},
    "field": {"zh": "表单域", "en": "form field"},
}
_HIDDEN = {"zh": "隐藏文字", "en": "hidden text"}
# Characters by which a refusal has said so: "抱歉，资料没有提到" has nine, "I could not find" 16.
_TELLING = {"zh": 10, "en": 24}


def language_of(question: str) -> str:
    """ "zh" or "en": there are prompts and sentences in these two; who asks in another language gets English."""
    return "zh" if asked_in(question) == "zh" else "en"


def not_found(question: str) -> str:
    """The answer where nothing was found."""
    return NOT_FOUND[language_of(question)]


def may_answer(question: str) -> str:
    """The heading of quotes that may answer."""
    return MAY_ANSWER[language_of(question)]


def beside_body(locator: Locator, language: str) -> str:
    """What a passage is, where it does not belong to the body, for a prompt in ``language`` ("zh" or "en"): "comment, 李伟"; "" for the body.
    A comment that proposes a price is no price of the contract."""
    words = [_ASIDES[locator.aside][language]] if locator.aside in _ASIDES else []
    # Whoever writes a comment chooses the name that stands above it. Looked at whole: a shortened order is no longer known as one.
    words += [shown_name(without_orders(" ".join(locator.author.split())), _LONGEST_NAME)] if locator.author else []
    words += [_HIDDEN[language]] if locator.hidden else []
    return ("，" if language == "zh" else ", ").join(words)


def is_refusal(answer: str) -> bool:
    """Whether a model's whole answer says that nothing was found."""
    return len(answer) <= _LONGEST_REFUSAL and _REFUSALS.search(answer) is not None


def may_become_refusal(beginning: str) -> bool:
    """Whether an answer that begins like this may still turn out to be one."""
    return is_refusal(beginning) or len(beginning) < _TELLING["zh" if beginning and not beginning.isascii() else "en"]

# SPDX-License-Identifier: Apache-2.0
"""Fixed sentences of an answer, in the language of the question."""

from __future__ import annotations

import re

from desktop_app.analysis.language import asked_in

NOT_FOUND = {"zh": "资料中没有找到相关内容。", "en": "I could not find this in the documents."}
MAY_ANSWER = {"zh": "这些内容可能有关：", "en": "These may answer it:"}
_REFUSALS = re.compile(
    r"没有找到|未找到|找不到|没有提到|未提及|没有相关|无法回答|could not find|couldn't find|cannot find|not (?:in|found in|mentioned in) the "
    r"(?:documents|passages)|no information",
    re.IGNORECASE,
)
_LONGEST_REFUSAL = 120
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


def is_refusal(answer: str) -> bool:
    """Whether a model's whole answer says that nothing was found."""
    return len(answer) <= _LONGEST_REFUSAL and _REFUSALS.search(answer) is not None


def may_become_refusal(beginning: str) -> bool:
    """Whether an answer that begins like this may still turn out to be one."""
    return is_refusal(beginning) or len(beginning) < _TELLING["zh" if beginning and not beginning.isascii() else "en"]

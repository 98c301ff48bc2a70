# SPDX-License-Identifier: Apache-2.0
"""How a question depends on earlier turns: pronouns, ellipsis, bare words.

A question leans when it points at something that it does not name ("它什么时候退？", "Which of the two costs more?") or leaves out what
it asks ("那实习生呢？", "And for lunch?", "Why?"). One that names its own subject does not, even where it holds a pronoun: in "How
often do employees change their password?" and "员工离职后他的电脑怎么处理？" the pronoun means a word of the question itself. When in doubt a
question is independent: what is taken for leaning is searched for in other words, and a complete question must not be.

Other languages have no rules here; their questions are independent.
"""

from __future__ import annotations

import re

from desktop_app.analysis.folding import fold
from desktop_app.analysis.language import asked_in
from desktop_app.analysis.leaning import leaning_chinese as chinese
from desktop_app.analysis.leaning import leaning_english as english
from desktop_app.analysis.leaning.leaning_kinds import ALONE, PUNCTUATION

_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|《[^》]*》|「[^」]*」")
_ASKING_CHINESE = re.compile(
    rf"(?:最[晚早多少迟快]|[须要需]?提前|是|有|在|为|要|须|得|每年有|能)*(?:{chinese.ASKS})(?:[个名人份次台件张条项本家倍只页位种]|[工作]*[天日月年周]|小时|钱|时候|时间|算|样)?"
)
_ASKING_ENGLISH = re.compile(
    r"\b(?:(?:in|at|on|by|for|to|from|within|under|of|with)\s+)?(?:what|which|who|whom|whose|when|where|why|how(?:\s+(?:many|much|long|often|far|soon|early|late|fast|big|high|large|old))?)\b"
    r"(?:\s+(?:is|are|was|were|do|does|did|can|could|may|must|should|shall|will|would)\b)?",
    re.IGNORECASE,
)


def leaning(question: str) -> str:
    """One of ``leaning_kinds``: how a question leans on the one before. ``BARE`` is a weak sign: "Motorcycles?" may as well begin something new."""
    code = asked_in(question)
    if code not in ("zh", "en") or english.TOKEN.search(question) is None:
        return ALONE
    # What is in quotation marks is a name, whatever words are in it.
    if code == "zh":
        return chinese.leaning(_QUOTED.sub("某某物", question))
    return english.leaning(_QUOTED.sub(" Title Name ", question))


def named(question: str) -> str:
    """The words of a question that name something, after all that only asks or joins."""
    if asked_in(question) == "zh":
        return " ".join(chinese.named_parts(chinese.PRONOUN.sub(" ", question)).split())
    return " ".join(english.named_words(fold(question)))


def asks(text: str) -> bool:
    """Whether a text holds a word that asks, as a fragment does not."""
    return re.search(chinese.ASKS, text) is not None or english.ASKING.search(fold(text)) is not None


def own_words(question: str) -> str:
    """A question without the words that only join it to the one before: 那…呢, "and", "what about"."""
    text = without_reply(question)
    if asked_in(question) == "zh":
        text = chinese.JOINING.sub("", text.strip(), count=1) if chinese.JOINING.match(text.strip()) else text
        return chinese.HOW_ABOUT.sub(r"\1", text).strip(PUNCTUATION)
    opening = re.match(rf"(?:{english.JOINING.pattern})[, ]*", text.strip(), re.IGNORECASE)
    return text.strip()[opening.end() if opening else 0 :].strip(PUNCTUATION)


def without_reply(question: str) -> str:
    """What follows on "Yes, …" and "对，…"."""
    text = question.strip()
    pattern = chinese.YES_OR_NO if asked_in(question) == "zh" else re.compile(english.YES_OR_NO.pattern, re.IGNORECASE)
    said = pattern.match(text)
    return text[said.end() :].strip(PUNCTUATION) if said else text


def topic(question: str) -> str:
    """What a question is about: without the words that ask, so that it can be joined to another question."""
    without = _ASKING_CHINESE.sub(" ", question.replace("？", " ").replace("?", " "))
    return _ASKING_ENGLISH.sub(" ", without).strip(PUNCTUATION + "()")

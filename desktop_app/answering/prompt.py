"""The prompt: instructions, numbered passages within the context window, the question.

A context over budget drops whole passages, lowest rank first, never the middle of one: the model must have seen everything that a
citation can name. Room that is left goes to what stands around the passages, the best first: the beginning of a sentence that was cut,
the paragraph before a passage that says little by itself.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

from desktop_app.answering.wording import language_of
from desktop_app.contract.model_process import ChatMessage
from desktop_app.contract.passage import Passage
from desktop_app.foundation import paths

MAX_ANSWER_TOKENS = 700
# The chat template's own tokens, and a margin for tokenizers that join differently across pieces.
_OVERHEAD = 64

CountTokens = Callable[[Sequence[str]], list[int]]


def passages_that_fit(
    question: str, passages: Sequence[Passage], *, context: int, count_tokens: CountTokens
) -> tuple[list[Passage], int]:
    """The best passages that fit into ``context`` tokens together with the instructions, the question and the answer, in rank
    order, and the tokens left for the answer. They keep ``before`` and ``after`` where these fit, too."""
    answer = min(MAX_ANSWER_TOKENS, context // 3)
    texts = [
        _instructions(language_of(question)),
        question,
        *(_block(n, _alone(passage)) for n, passage in enumerate(passages, start=1)),
        *(f"{passage.before}\n{passage.after}\n" for passage in passages),
    ]
    lengths = count_tokens(texts)
    alone, around = lengths[2 : 2 + len(passages)], lengths[2 + len(passages) :]
    room = context - answer - _OVERHEAD - lengths[0] - lengths[1]
    kept = []
    for passage, length, beside in zip(passages, alone, around, strict=True):
        if length > room:
            continue
        kept.append((passage, beside))
        room -= length
    sent = []
    for passage, beside in kept:
        fits = beside <= room
        sent.append(passage if fits else _alone(passage))
        room -= beside if fits else 0
    return sent, answer


def messages(question: str, passages: Sequence[Passage]) -> list[ChatMessage]:
    """The chat that is sent: passages are numbered from 1 in the order given."""
    blocks = "\n\n".join(_block(number, passage) for number, passage in enumerate(passages, start=1))
    asked = f"{blocks}\n\n{'问题：' if language_of(question) == 'zh' else 'Question: '}{question}"
    return [ChatMessage("system", _instructions(language_of(question))), ChatMessage("user", asked)]


def _block(number: int, passage: Passage) -> str:
    locator = passage.locator
    place = os.path.basename(passage.path)
    if locator.page:
        place += f", p. {locator.page}"
    elif locator.sheet:
        place += f", {locator.sheet}"
    elif passage.trail:
        place += f", {passage.trail[-1]}"
    return f"[{number}] ({place})\n{passage.whole}"


def _alone(passage: Passage) -> Passage:
    return replace(passage, before="", after="")


@lru_cache(maxsize=4)
def _instructions(language: str) -> str:
    return (paths.resources() / "prompts" / f"answer_{language}.txt").read_text(encoding="utf-8").strip()

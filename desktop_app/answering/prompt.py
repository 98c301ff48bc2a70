# SPDX-License-Identifier: Apache-2.0
"""Builds the prompt, as long as this PC reads in the time chosen.

Instructions, earlier turns, passages, the question:

    system      instructions                     read when the model is loaded, and kept in the KV cache
    user        an earlier question              unchanged turns stay in the cache
    assistant   what was answered
    ...
    user        the passages, the best one last, then the question

How many passages, and what stands around them, follow from the seconds to the first word and the measured speed of reading; the first
two are sent in any case. Room that is left goes to what stands around them, the best first. A passage is whole or is not sent: the
model must have seen everything that a citation can name. The best one stands next to the question: Qwen 0.5B answered 54 of 62
questions so and 53 with the best one first; with its heading 55, with its file's name 53; in one to three sentences 56.

There is no example sentence in it, no order to cite and no sentence for "not found": with these Qwen 0.5B answered 37 of 62, gave the example
("The office opens at nine [2].") as the answer to 12 of them and "not found" to 7 that the passages answer. The program finds the source of
each sentence itself (``proof``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from desktop_app.answering.texts.fixed_texts import beside_body, language_of
from desktop_app.answering.texts.orders import without_orders
from desktop_app.contract.answer import Answer
from desktop_app.contract.model_process import ChatMessage
from desktop_app.contract.passage import Passage
from desktop_app.contract.preset import DEFAULT, FIRST_WORD, Preset
from desktop_app.foundation import paths

MAX_ANSWER_TOKENS = 700
_LEAST_ANSWER = 64
# The chat template's own tokens, and a margin for tokenizers that join differently across pieces.
_OVERHEAD = 64
_AT_LEAST = 2  # passages
# Of the seconds to the first word; the rest goes to the search, the quotes and the first token. With all of them Qwen 0.5B took 8.8 s (p95).
_FOR_READING = 0.8
_TURN_OVERHEAD = 12
_TURNS_TOGETHER = 4  # earlier turns are dropped four at a time, so that those that stay begin at the same one for a while
_EARLIER_SHARE = 0.25  # of the context
_EARLIER_CHARACTERS = 600  # of an earlier answer
# Tokens a second of a prompt, before they were measured: bytes of weights that two cores of an office PC go through. Qwen 0.5B (0.4 GB)
# reads 150 there.
_GUESSED_BYTES = 60e9

CountTokens = Callable[[Sequence[str]], list[int]]


@dataclass(frozen=True, slots=True)
class Prompt:
    """``sent``: the passages, best first; numbers of citations count in this order. ``longest``: tokens left for the answer.
    ``dropped_turns``: earlier turns without room. ``messages`` is empty where there is no room; ``needed``: tokens that it would take."""

    messages: tuple[ChatMessage, ...]
    sent: tuple[Passage, ...]
    longest: int
    dropped_turns: int = 0
    needed: int = 0


def guessed_speed(size: int) -> float:
    """Prompt tokens a second to expect of a model file of ``size`` bytes that has never been measured here."""
    return _GUESSED_BYTES / max(size, 1)


def beginning(language: str, preset: Preset = DEFAULT) -> list[ChatMessage]:
    """What every prompt in ``language`` ("zh" or "en") begins with: read ahead when the model is loaded."""
    return [ChatMessage("system", _instructions(language, preset.instruction))]


def write(
    question: str,
    passages: Sequence[Passage],
    *,
    context: int,
    reads: float,
    count_tokens: CountTokens,
    earlier: Sequence[Answer] = (),
    hidden: bool = False,
    preset: Preset = DEFAULT,
) -> Prompt:
    """The prompt for ``question`` over ``passages``, best first. ``reads``: prompt tokens a second of the model. ``hidden``: hidden text is
    asked about, so that earlier answers from it belong to the conversation."""
    language = language_of(question)
    start = beginning(language, preset)
    turns = [_turn(answer, hidden=hidden) for answer in earlier]
    blocks = [_block(number, _alone(passage), language) for number, passage in enumerate(passages, start=1)]
    around = [f"{passage.before}\n{passage.after}\n" for passage in passages]
    texts = [start[0].content, _asked(language, question), *blocks, *around, *("\n".join(turn) for turn in turns)]
    lengths = count_tokens(texts)
    beside = lengths[2 + len(blocks) : 2 + 2 * len(blocks)]
    said = [length + _TURN_OVERHEAD for length in lengths[2 + 2 * len(blocks) :]]

    longest = min(preset.longest or MAX_ANSWER_TOKENS, context // 3)
    room = context - longest - _OVERHEAD - lengths[0] - lengths[1]
    least = sum(sorted(lengths[2 : 2 + len(blocks)])[:_AT_LEAST])
    if room < least:  # a long question takes from the answer before it takes from the passages
        longest = max(_LEAST_ANSWER, longest - (least - room))
        room = context - longest - _OVERHEAD - lengths[0] - lengths[1]
    first = _first_turn(said, min(room - least, round(context * _EARLIER_SHARE)))
    room -= sum(said[first:])
    quick = reads * FIRST_WORD[preset.first_word] * _FOR_READING - lengths[1] - (said[-1] if first < len(said) else 0)

    kept, used = list[tuple[Passage, int]](), 0
    for passage, length, extra in list(zip(passages, lengths[2:], beside, strict=False))[: preset.passages or len(passages)]:
        if used + length <= room and (used + length <= quick or len(kept) < _AT_LEAST):
            kept.append((passage, extra))
            used += length
    sent = list[Passage]()
    for passage, extra in kept:
        fits = used + extra <= min(room, quick)
        used += extra if fits else 0
        sent.append(passage if fits else _alone(passage))
    if not sent:
        return Prompt((), (), longest, first, _LEAST_ANSWER + _OVERHEAD + lengths[0] + lengths[1] + least)
    chat = list(start)
    for asked, answered in turns[first:]:
        chat += [ChatMessage("user", asked), ChatMessage("assistant", answered)]
    chat.append(ChatMessage("user", _material(sent, language) + _asked(language, question)))
    return Prompt(tuple(chat), tuple(sent), longest, first)


def rewrite(
    question: str,
    *,
    context: int,
    count_tokens: CountTokens,
    earlier: Sequence[Answer],
    hidden: bool = False,
    preset: Preset = DEFAULT,
) -> list[ChatMessage]:
    """The request to write a question so that it stands alone, after what the prompt for its answer begins with."""
    language = language_of(question)
    turns = [_turn(answer, hidden=hidden) for answer in earlier]
    said = [length + _TURN_OVERHEAD for length in count_tokens(["\n".join(turn) for turn in turns])]
    chat = beginning(language, preset)
    for asked, answered in turns[_first_turn(said, round(context * _EARLIER_SHARE)) :]:
        chat += [ChatMessage("user", asked), ChatMessage("assistant", answered)]
    return [*chat, ChatMessage("user", _text(f"rewrite_{language}").replace("{question}", question))]


def go_on(written: Prompt, said: str) -> Prompt:
    """The same prompt with the answer so far, to be continued."""
    return replace(written, messages=(*written.messages, ChatMessage("assistant", said)))


def _first_turn(lengths: Sequence[int], room: int) -> int:
    """The first of the earlier turns that are kept, so that they and all after it have room."""
    first = 0
    while first < len(lengths) and sum(lengths[first:]) > room:
        first += _TURNS_TOGETHER
    return min(first, len(lengths))


def _turn(answer: Answer, *, hidden: bool) -> tuple[str, str]:
    """An earlier question and what was shown as its answer, without marks and shortened; unless ``hidden``, without what was said from
    hidden text, or may have been."""
    text = answer.text
    unseen = set[int]() if hidden else {citation.number for citation in answer.citations if citation.locator.hidden}
    saw_hidden = not hidden and any(passage.locator.hidden for passage in answer.sent)
    for part in sorted(answer.parts, key=lambda part: -part.start):
        left_out = bool(unseen.intersection(part.citations)) or (saw_hidden and not part.citations)
        shown = "" if left_out else text[part.start : part.end]
        for number in part.citations:
            shown = shown.replace(f" [{number}]", "").replace(f"[{number}]", "")
        text = text[: part.start] + shown + text[part.end :]
    return answer.question, text[:_EARLIER_CHARACTERS].strip()


def _material(passages: Sequence[Passage], language: str) -> str:
    return "".join(
        f"{_block(number, passage, language)}\n\n" for number, passage in reversed(list(enumerate(passages, start=1)))
    )


def _block(number: int, passage: Passage, language: str) -> str:
    """A passage below its heading and, beside the body, what it is. Without the file's name: the citations show it."""
    heading = passage.locator.sheet or (passage.trail[-1] if passage.trail else "")
    beside = beside_body(passage.locator, language)
    return f"[{number}] " + "\n".join(filter(None, (heading, beside and f"({beside})", without_orders(passage.whole))))


def _alone(passage: Passage) -> Passage:
    return replace(passage, before="", after="")


def _asked(language: str, question: str) -> str:
    return _text(f"question_{language}").replace("{question}", question)


@lru_cache(maxsize=4)
def _instructions(language: str, more: str) -> str:
    return "\n".join(part for part in (_text(f"answer_{language}"), more.strip()) if part)


@lru_cache(maxsize=8)
def _text(name: str) -> str:
    return (paths.resources() / "prompts" / f"{name}.txt").read_text(encoding="utf-8").strip()

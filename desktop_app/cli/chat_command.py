# SPDX-License-Identifier: Apache-2.0
"""``inkstone chat``: a conversation on standard input and output.

A question a line on standard input, an answer a line on standard output. A line is a question as it is typed, or
``{"question": …, "reply"?: …}``, where ``reply`` stands for what the assistant said to it in the turns that follow. For a line that cannot
be answered there is a sentence, and the conversation goes on.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO

from desktop_app.cli import option_values
from desktop_app.cli.answer_output import Streamed, answer_json, answer_text
from desktop_app.cli.running import DONE, INCOMPLETE, json_line, open_engine, stopping
from desktop_app.contract.answer import Answer
from desktop_app.contract.passage import NONE
from desktop_app.contract.preset import Preset
from desktop_app.foundation.cancellation import Cancelled
from desktop_app.foundation.errors import Problem, UsageProblem
from desktop_app.foundation.translation import tr
from desktop_app.ipc import pipes
from desktop_app.wording.problem_texts import sentence

if TYPE_CHECKING:
    from desktop_app.answering.asked import Asked
    from desktop_app.engine.engine import Engine

_LONGEST_LINE = 1 << 20  # bytes that are kept of one; a question may have 8,000 characters
_REMEMBERED = 50  # turns; a question leans on the last few, and a prompt has room for no more


def run(options: argparse.Namespace) -> int:
    """``inkstone chat``: until the input ends; returns the exit code."""
    from desktop_app.answering.asked import Asked

    like = Asked("", scope=option_values.scope(options), preset=Preset(first_word=options.settings.text("first_word")))
    if sys.platform == "win32" and not sys.stdin.isatty():
        pipes.protect_stdin()  # libraries are loaded in other threads while this one waits for a line
    with open_engine(options) as engine:
        return Chat(engine, like, option_values.llm(options), json=options.json).run(sys.stdin.buffer)


@dataclass(frozen=True, slots=True)
class _Line:
    question: str
    reply: str = ""


class Chat:
    """``like``: where and how every question is asked. ``llm``: a GGUF file, or "" for quotes. Ctrl+C stops the answer that is being
    made. ``json``: JSON lines, else text for people."""

    def __init__(self, engine: Engine, like: Asked, llm: str, *, json: bool) -> None:
        self._engine = engine
        self._like = like
        self._llm = llm
        self._json = json
        self._earlier: list[Answer] = []
        self._found = False

    def run(self, stream: BinaryIO) -> int:
        """Until the input ends, or Ctrl+C is pressed twice between two questions; returns the exit code."""
        if self._llm:
            with stopping() as cancel:
                self._engine.llm.load(self._llm, lambda _part: None, cancel)
        with contextlib.suppress(KeyboardInterrupt):
            self._converse(stream)
        if not self._json:
            print(tr("The conversation has ended."), file=sys.stderr)
        return DONE if self._found else INCOMPLETE

    def _converse(self, stream: BinaryIO) -> None:
        """Raises ``KeyboardInterrupt`` when Ctrl+C is pressed a second time."""
        asked_to_end = False
        while True:
            try:
                self._prompt()
                line = _read(stream)
                if line is None:
                    return
                asked_to_end = False
                self._answer(_parsed(line))
            except KeyboardInterrupt:
                if asked_to_end:
                    raise
                asked_to_end = True
                self._print_error("stopped", tr("To end the conversation, press Ctrl+C again."))
            except Problem as problem:
                self._print_error(problem.code, str(sentence(problem)))

    def _prompt(self) -> None:
        if sys.stdin is not None and sys.stdin.isatty():
            print("» ", end="", file=sys.stderr, flush=True)

    def _answer(self, line: _Line) -> None:
        from desktop_app.answering.listener import Listener

        with stopping() as cancel:
            shown = Streamed(sys.stdout, enabled=bool(self._llm) and not self._json)
            try:
                answer, _ = self._engine.ask(
                    replace(self._like, question=line.question, earlier=tuple(self._earlier)),
                    llm=self._llm,
                    listener=Listener(token=shown.add),
                    loading=lambda _part: None,
                    cancel=cancel,
                )
            except Cancelled:
                raise KeyboardInterrupt from None
            finally:
                shown.end()
        self._found = self._found or answer.certainty != NONE
        if self._json:
            json_line(answer_json(answer))
        else:
            text = answer_text(answer, streamed=shown.used, out_of_reach=self._engine.out_of_reach)
            print(text + "\n", flush=True)
        said = replace(answer, text=line.reply, said=line.reply) if line.reply else answer
        self._earlier = [*self._earlier[1 - _REMEMBERED :], said]

    def _print_error(self, code: str, message: str) -> None:
        if self._json:
            json_line({"error": code, "message": message})
        else:
            print(f"inkstone: {message}", file=sys.stderr, flush=True)


def _read(stream: BinaryIO) -> bytes | None:
    """The next line without its end; None after the last. Of a line that is far too long only the beginning is kept."""
    line = stream.readline(_LONGEST_LINE)
    if not line:
        return None
    rest, length = line, len(line)
    while not rest.endswith(b"\n") and (rest := stream.readline(_LONGEST_LINE)):
        length += len(rest)
    if length > len(line):
        from desktop_app.retrieval.retriever import LONGEST_QUESTION

        raise UsageProblem("question_too_long", length=length, limit=LONGEST_QUESTION)
    return line.rstrip(b"\r\n")


def _parsed(line: bytes) -> _Line:
    """Raises ``UsageProblem``: chat_not_utf8, chat_line, question_empty."""
    try:
        text = line.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise UsageProblem("chat_not_utf8") from error
    if not text.startswith(("{", "[")):
        return _Line(text)
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError) as error:
        if '"question"' not in text:  # "[3] 是什么意思？" is a question
            return _Line(text)
        raise UsageProblem("chat_line") from error
    question = fields.get("question") if isinstance(fields, dict) else None
    reply = fields.get("reply") if isinstance(fields, dict) else None
    if not isinstance(question, str) or not isinstance(reply or "", str):
        raise UsageProblem("chat_line")
    # A lone half of a surrogate pair ("\ud800") is no text that could be stored or shown.
    return _Line(*(part.encode("utf-8", "replace").decode("utf-8") for part in (question, reply or "")))

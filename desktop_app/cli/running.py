# SPDX-License-Identifier: Apache-2.0
"""What commands run on: the engine, Ctrl+C, JSON lines, exit codes."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from desktop_app.cli import option_values
from desktop_app.cli.text_output import LiveLine
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.foundation.errors import EnvironmentProblem, Problem
from desktop_app.foundation.translation import tr

if TYPE_CHECKING:
    from desktop_app.engine.engine import Engine

DONE, INCOMPLETE, USAGE, ENVIRONMENT = 0, 1, 2, 3
_one_line_at_a_time = threading.Lock()


def print_problem(problem: Problem) -> int:
    """Write the sentence of a problem on standard error; returns the exit code."""
    from desktop_app.wording.problem_texts import sentence

    print(f"inkstone: {sentence(problem)}", file=sys.stderr)
    return problem.exit_code


@contextmanager
def open_engine(options: argparse.Namespace, embedding: str = "") -> Iterator[Engine]:
    """The engine of the library that ``options`` name, closed at the end. ``embedding``: the model to change to, "" for none."""
    folder = option_values.library(options)
    from desktop_app.engine.engine import Engine

    renewing = _RenewingLine()
    try:
        engine = Engine(
            folder,
            embedding=embedding,
            reranker=option_values.reranker(options),
            model_folder=options.settings.text("model_folder"),
            settings=options.settings,
            renewing=renewing.show,
        )
    finally:
        renewing.clear()
    try:
        if engine.set_aside:
            print_problem(EnvironmentProblem("conversations_damaged", path=engine.folder / engine.set_aside))
        yield engine
        if engine.embedding_problem is not None:
            print_problem(engine.embedding_problem)
    finally:
        engine.close()


class _RenewingLine:
    """Says on standard error that the word index of an older library is made anew, and on a terminal how far it is."""

    def __init__(self) -> None:
        self._line = LiveLine(sys.stderr)
        self._said = False

    def show(self, done: int, total: int) -> None:
        """``done`` of ``total`` passages."""
        if not self._said:
            self._said = True
            words = tr("This version finds words in a new way: the word index is made anew once.")
            print(words, tr("Stopped half-way, it goes on from there at the next start."), file=sys.stderr, flush=True)
        self._line.show(tr("{percent} % done", percent=100 * done // total))

    def clear(self) -> None:
        """The library is open."""
        if self._said:
            self._line.clear()


@contextmanager
def stopping() -> Iterator[Cancellation]:
    """Ctrl+C asks the work to stop at the next file; a second one ends the program as usual."""
    cancel = Cancellation()

    def stop(_signal: int, _frame: object) -> None:
        cancel.cancel()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    previous = signal.signal(signal.SIGINT, stop)
    try:
        yield cancel
    finally:
        signal.signal(signal.SIGINT, previous)


def json_line(value: Any) -> None:
    """One line of JSON on standard output. Called from several threads: progress comes from whoever made it."""
    import msgspec

    line = json.dumps(msgspec.to_builtins(value), ensure_ascii=False) + "\n"
    with _one_line_at_a_time:
        sys.stdout.write(line)
        sys.stdout.flush()


def plain(value: Any) -> dict[str, Any]:
    """A dataclass as a dictionary for JSON."""
    import msgspec

    fields: dict[str, Any] = msgspec.to_builtins(value)
    return fields

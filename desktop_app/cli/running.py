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
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.foundation.errors import EnvironmentProblem, Problem

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

    engine = Engine(
        folder,
        embedding=embedding,
        reranker=option_values.reranker(options),
        model_folder=options.settings.text("model_folder"),
        settings=options.settings,
    )
    try:
        if engine.set_aside:
            print_problem(EnvironmentProblem("conversations_damaged", path=engine.folder / engine.set_aside))
        yield engine
        if engine.embedding_problem is not None:
            print_problem(engine.embedding_problem)
    finally:
        engine.close()


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

# SPDX-License-Identifier: Apache-2.0
"""The parser of the command line: commands, options, their types."""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import sys
from collections.abc import Callable
from typing import NoReturn, get_args

from desktop_app import __version__
from desktop_app.cli import (
    ask_command,
    chat_command,
    doctor_command,
    duplicates_command,
    eval_command,
    files_command,
    index_command,
    library_command,
    models_command,
    search_command,
)
from desktop_app.cli.running import USAGE
from desktop_app.contract.file_kinds import FILE_KINDS
from desktop_app.contract.search_page import SearchOrder
from desktop_app.foundation.shown import shown_name
from desktop_app.foundation.translation import tr


def parse(arguments: list[str]) -> argparse.Namespace:
    """The options of one command; ``run`` is its function. Raises ``SystemExit`` with code 2 for wrong usage, 0 after ``--help``."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.run is search_command.run and (options.question is None) == (options.batch is None):
        parser.error(tr("search takes a QUESTION or --batch FILE"))
    if options.run is library_command.run and len(options.arguments) != library_command.ARGUMENTS[options.verb]:
        parser.error(tr("usage: library list | check | repair | backup FILE | restore FILE DIR | move DIR | rename NAME"))
    return options


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        print(f"inkstone: {shown_name(message)}", file=sys.stderr)
        raise SystemExit(USAGE)


def _window(_options: argparse.Namespace) -> int:
    from desktop_app.cli import launch

    return launch.main()


def _parser() -> _Parser:
    parser = _Parser(prog="inkstone", description=tr("Ask your own documents, offline. Without a command: the window."))
    parser.add_argument("--version", action="version", version=f"inkstone {__version__}")
    parser.add_argument(
        "--add",
        nargs="+",
        metavar="PATH",
        help=tr("open the window and ask there whether to add these folders and files, or to ask only about them"),
    )
    parser.set_defaults(run=_window)
    commands = parser.add_subparsers(title=tr("commands"), metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], help_text: str, *, library: bool = True) -> _Parser:
        made: _Parser = commands.add_parser(name, help=help_text, description=help_text)
        made.set_defaults(run=run)
        made.add_argument("--json", action="store_true", help=tr("JSON lines on standard output"))
        if library:
            made.add_argument(
                "--library", metavar="DIR", help=tr("folder of the library (default: the one in your home folder)")
            )
        return made

    index = command("index", index_command.run, tr("read folders and files into the library"))
    index.add_argument("paths", nargs="+", metavar="PATH", help=tr("folder or file"))
    index.add_argument(
        "--password-file", metavar="FILE", help=tr("UTF-8 text file with one password on each line, tried on protected files")
    )
    index.add_argument(
        "--exclude",
        action="append",
        default=[],
        metavar="PATTERN",
        help=tr("leave out files and folders like this, as in .gitignore; may be repeated; remembered by the library"),
    )
    index.add_argument(
        "--embedding",
        metavar="NAME|DIR|FILE|bundled|light|none",
        help=tr(
            'embedding model: its folder, its GGUF file, or its name in the model folder or a cache; "light" for the light '
            "English one (default: the bundled one)"
        ),
    )
    command("files", files_command.run, tr("list every file, its state and why"))
    tables = command("tables", files_command.run_tables, tr("list the tables in the files and what is understood of each"))
    tables.add_argument("--file", metavar="PATH", help=tr("only the tables in this file or folder"))
    search = command("search", search_command.run, tr("find passages"))
    search.add_argument("question", nargs="?", metavar="QUESTION")
    search.add_argument("--top", type=_positive, default=10, metavar="K", help=tr("how many passages (default: 10)"))
    search.add_argument(
        "--order", choices=get_args(SearchOrder), default="best", help=tr("order of the passages (default: best first)")
    )
    search.add_argument("--batch", metavar="FILE", help=tr("file with a JSON object with “question” on each line"))
    _scoped(search)
    _add_reranker(search)
    ask = command("ask", ask_command.run, tr("answer a question with quotes"))
    ask.add_argument("question", metavar="QUESTION")
    chat = command("chat", chat_command.run, tr("a conversation: a question a line on standard input, an answer to each"))
    for answers in (ask, chat):
        answers.add_argument(
            "--llm", metavar="FILE|none", help=tr("GGUF language model, or none (default: the one chosen in the window)")
        )
        _scoped(answers)
        _add_reranker(answers)
    evaluate = command(
        "eval", eval_command.run, tr("measure how well your own questions find their files, and compare embedding models")
    )
    evaluate.add_argument(
        "questions",
        metavar="QUESTIONS.jsonl",
        help=tr("file with a JSON object with “question” and “path” (a file) or “passage” (a text) on each line"),
    )
    evaluate.add_argument(
        "--embedding",
        action="append",
        default=[],
        metavar="DIR|bundled|light",
        help=tr("embedding model to compare on your documents, several times; the library stays as it is"),
    )
    _add_reranker(evaluate)
    command("duplicates", duplicates_command.run, tr("find copies and versions of files"))
    models = command(
        "models", models_command.run, tr("list the models in a folder and whether they fit this PC"), library=False
    )
    models.add_argument(
        "folder",
        nargs="?",
        metavar="DIR",
        help=tr("model folder (default: the one chosen in the window, and the caches of this PC)"),
    )
    library = command("library", library_command.run, tr("back up, restore, check, repair or move a library"))
    library.add_argument("verb", choices=library_command.VERBS)
    library.add_argument(
        "arguments", nargs="*", metavar="ARGUMENT", help=tr("backup FILE; restore FILE DIR; move DIR; rename NAME")
    )
    doctor = command("doctor", doctor_command.run, tr("show hardware, backends, the offline state and the library's health"))
    doctor.add_argument(
        "--policy",
        nargs="?",
        const="",
        metavar="FILE",
        help=tr("what an administrator has set on this PC; with FILE: whether that file could be put in force"),
    )
    doctor.add_argument("--verify", metavar="FILE", help=tr("whether a downloaded installer is what its publisher made"))
    return parser


def _scoped(command: argparse.ArgumentParser) -> None:
    """Options that narrow where to search."""
    command.add_argument(
        "--in", dest="below", action="append", default=[], metavar="PATH", help=tr("only in this folder or file")
    )
    command.add_argument(
        "--type",
        dest="types",
        action="append",
        default=[],
        metavar="TYPE",
        help=tr("only files of this type: an ending (docx), or one of {kinds}", kinds=", ".join(FILE_KINDS)),
    )
    command.add_argument("--since", type=_date, metavar="DATE", help=tr("only files changed on or after this day (2026-01-31)"))
    command.add_argument("--until", type=_date, metavar="DATE", help=tr("only files changed before this day"))
    command.add_argument(
        "--language",
        dest="languages",
        action="append",
        default=[],
        metavar="CODE",
        help=tr("only text in this language (zh, en)"),
    )
    command.add_argument("--exact", action="store_true", help=tr("only passages that hold every word as it is written"))
    command.add_argument(
        "--hidden", action="store_true", help=tr("also text that people who open the file do not see, marked as hidden")
    )


def _add_reranker(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--reranker",
        metavar="DIR|none",
        help=tr("cross-encoder folder that puts passages in a better order (default: the one chosen in the window)"),
    )


def _date(text: str) -> float:
    """The first moment of a day, month or year here, in seconds since the epoch."""
    for form in ("%Y-%m-%d", "%Y-%m", "%Y"):
        with contextlib.suppress(ValueError, OverflowError, OSError):
            return dt.datetime.strptime(text, form).astimezone().timestamp()
    raise argparse.ArgumentTypeError(tr("“{text}” is not a date like 2026-01-31", text=text))


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(tr("“{text}” is not a whole number from 1", text=text))
    return int(text)

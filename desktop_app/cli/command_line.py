# SPDX-License-Identifier: Apache-2.0
"""The command line: the same Engine as the window's, in this process, without Qt.

With ``--json`` standard output holds JSON lines only; everything for people goes to standard error. Exit codes: 0 done; 1 nothing
found or some files failed; 2 wrong usage; 3 the environment (model missing, disk full, library in use).
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from desktop_app import __version__
from desktop_app.cli import text_output
from desktop_app.embedding.factory import NAMES
from desktop_app.foundation import logs, paths, translation
from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.foundation.errors import EnvironmentProblem, Problem, UsageProblem, as_problem
from desktop_app.foundation.settings import Settings
from desktop_app.foundation.shown import shown_name
from desktop_app.foundation.translation import tr

if TYPE_CHECKING:
    from desktop_app.contract.index_run import IndexReport, Password
    from desktop_app.contract.ledger import Scope
    from desktop_app.engine.engine import Engine

log = logging.getLogger(__name__)

DONE, INCOMPLETE, USAGE, ENVIRONMENT = 0, 1, 2, 3


def main(arguments: list[str]) -> int:
    """Run one command; returns the exit code. No argument: the window."""
    with contextlib.suppress(AttributeError, ValueError):
        # A redirected stream on Windows has the system's code page, which has no place for every file name.
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
        sys.stderr.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    try:
        settings = Settings(paths.settings_file())
        translation.use(settings.text("language"))
    except Problem as problem:
        translation.use("auto")
        return _tell(problem)
    options = _parser().parse_args(arguments)
    options.settings = settings
    logs.start("inkstone")
    try:
        code: int = options.run(options)
        if sys.stdout is not None:
            sys.stdout.flush()  # here a full disk or a reader that has gone is still told
    except Problem as problem:
        return _tell(problem)
    except (Cancelled, KeyboardInterrupt):
        print(tr("Stopped. What was finished is kept."), file=sys.stderr)
        return INCOMPLETE
    except BrokenPipeError:
        # The reader of our output has gone (head, less): not an error. Nothing may be written to it again at exit. Indexing,
        # which tells as it goes, was stopped by it in the middle.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return INCOMPLETE if options.run is _index else DONE
    except OSError as error:
        from desktop_app.foundation.errors import disk_problem

        # Told by its path: a full or read-only disk. Without one: from a stream of ours, such as a redirected output.
        return _tell(disk_problem(error, error.filename or "stdout") or as_problem(error))
    except Exception as error:
        log.info("%s failed", arguments[:1], exc_info=True)
        return _tell(as_problem(error))
    return code


def _tell(problem: Problem) -> int:
    from desktop_app.wording.problem_texts import sentence

    print(f"inkstone: {sentence(problem)}", file=sys.stderr)
    return problem.exit_code


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        print(f"inkstone: {shown_name(message)}", file=sys.stderr)
        raise SystemExit(USAGE)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="inkstone", description=tr("Ask your own documents, offline. Without a command: the window."))
    parser.add_argument("--version", action="version", version=f"inkstone {__version__}")
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

    index = command("index", _index, tr("read folders and files into the library"))
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
    command("files", _files, tr("list every file, its state and why"))
    search = command("search", _search, tr("find passages"))
    search.add_argument("question", nargs="?", metavar="QUESTION")
    search.add_argument("--top", type=_positive, default=10, metavar="K", help=tr("how many passages (default: 10)"))
    search.add_argument("--batch", metavar="FILE", help=tr("file with a JSON object with “question” on each line"))
    _scoped(search)
    _add_reranker(search)
    ask = command("ask", _ask, tr("answer a question with quotes"))
    ask.add_argument("question", metavar="QUESTION")
    chat = command("chat", _chat, tr("a conversation: a question a line on standard input, an answer to each"))
    for answers in (ask, chat):
        answers.add_argument(
            "--llm", metavar="FILE|none", help=tr("GGUF language model, or none (default: the one chosen in the window)")
        )
        _scoped(answers)
        _add_reranker(answers)
    evaluate = command("eval", _eval, tr("measure how well your own questions find their files, and compare embedding models"))
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
    command("duplicates", _duplicates, tr("find copies and versions of files"))
    models = command("models", _models, tr("list the models in a folder and whether they fit this PC"), library=False)
    models.add_argument(
        "folder",
        nargs="?",
        metavar="DIR",
        help=tr("model folder (default: the one chosen in the window, and the caches of this PC)"),
    )
    command("doctor", _doctor, tr("show hardware, backends, the offline state and the library's health"))
    return parser


def _scoped(command: argparse.ArgumentParser) -> None:
    """Options that narrow where to search."""
    command.add_argument(
        "--in", dest="below", action="append", default=[], metavar="PATH", help=tr("only in this folder or file")
    )
    command.add_argument(
        "--type", dest="types", action="append", default=[], metavar="TYPE", help=tr("only files of this type (pdf)")
    )
    command.add_argument("--since", type=_date, metavar="DATE", help=tr("only files changed on or after this day (2026-01-31)"))
    command.add_argument("--until", type=_date, metavar="DATE", help=tr("only files changed before this day"))


def _scope(options: argparse.Namespace) -> Scope:
    from desktop_app.contract.ledger import Scope

    below = tuple(os.path.abspath(os.path.expanduser(_text(path))) for path in options.below)
    types = tuple(one.strip().lstrip(".").lower() for listed in options.types for one in listed.split(",") if one.strip(" ."))
    return Scope(below, types, options.since, options.until)


def _date(text: str) -> float:
    """The first moment of a day, month or year here, in seconds since the epoch."""
    for form in ("%Y-%m-%d", "%Y-%m", "%Y"):
        with contextlib.suppress(ValueError, OverflowError, OSError):
            return dt.datetime.strptime(text, form).astimezone().timestamp()
    raise argparse.ArgumentTypeError(tr("“{text}” is not a date like 2026-01-31", text=text))


def _add_reranker(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--reranker",
        metavar="DIR|none",
        help=tr("cross-encoder folder that puts passages in a better order (default: the one chosen in the window)"),
    )


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(tr("“{text}” is not a whole number from 1", text=text))
    return int(text)


def _library(options: argparse.Namespace) -> Path:
    chosen = options.library or options.settings.text("library")
    return Path(chosen).expanduser().absolute() if chosen else paths.default_library()


def _reranker(options: argparse.Namespace) -> str:
    asked: str | None = getattr(options, "reranker", None)
    chosen = options.settings.text("reranker") if asked is None else asked
    return "" if chosen in ("", "none") else os.path.abspath(os.path.expanduser(chosen))


@contextmanager
def _engine(options: argparse.Namespace, embedding: str = "") -> Iterator[Engine]:
    folder = _library(options)
    from desktop_app.engine.engine import Engine

    engine = Engine(
        folder,
        embedding=embedding,
        reranker=_reranker(options),
        model_folder=options.settings.text("model_folder"),
        settings=options.settings,
    )
    try:
        if engine.set_aside:
            _tell(EnvironmentProblem("conversations_damaged", path=engine.folder / engine.set_aside))
        yield engine
        if engine.embedding_problem is not None:
            _tell(engine.embedding_problem)
    finally:
        engine.close()


@contextmanager
def _stopping() -> Iterator[Cancellation]:
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


_one_line_at_a_time = threading.Lock()


def _json_line(value: Any) -> None:
    """Called from several threads: progress is told by whoever made it."""
    import msgspec

    line = json.dumps(msgspec.to_builtins(value), ensure_ascii=False) + "\n"
    with _one_line_at_a_time:
        sys.stdout.write(line)
        sys.stdout.flush()


# ---- commands -------------------------------------------------------------------------------------------------------


def _window(_options: argparse.Namespace) -> int:
    from desktop_app.cli import launch

    return launch.main()


def _index(options: argparse.Namespace) -> int:
    from desktop_app.contract.index_run import Forecast, IndexProgress, IndexRequest
    from desktop_app.contract.ledger import LedgerQuery
    from desktop_app.indexing.forecasting.progress import RunListener

    embedding = options.embedding or ""
    if embedding and embedding not in NAMES:
        embedding = _embedding(embedding, options.settings)
    paths_asked = [os.path.abspath(os.path.expanduser(path)) for path in options.paths]
    for path in paths_asked:
        _must_be_text(path)
    passwords = _passwords(Path(options.password_file).expanduser()) if options.password_file else []
    with _engine(options, embedding) as engine, _stopping() as cancel:
        show = text_output.ProgressLine(sys.stderr)

        def report(progress: IndexProgress) -> None:
            if options.json:
                _json_line({"event": "progress", **_plain(progress)})
            else:
                show.update(progress)

        def forecast(made: Forecast) -> None:
            if options.json:
                _json_line({"event": "forecast", **_plain(made)})
            show.forecast(made)

        engine.add_excludes(options.exclude)
        engine.add_sources(paths_asked)
        # Protected files have not changed since they were refused; with passwords at hand they are worth another try.
        rows, _ = engine.files(LedgerQuery(("failed", "partial", "words"))) if passwords else ([], 0)
        retry = [row.path for row in rows if row.needs_password]
        request = IndexRequest(tuple(paths_asked), tuple(retry), tuple(passwords))
        done = engine.index(request, cancel, RunListener(report, forecast))
        show.clear()
        if options.json:
            counts = {
                "files": done.files,
                "chunks": done.chunks,
                "seconds": round(done.seconds, 3),
                "words": round(done.words, 3),
            }
            if done.embedding:
                counts["embedding"] = done.embedding
            _json_line({"event": "done", **counts, "offline": list(done.offline)})
        else:
            _report(engine, done)
        sys.stdout.flush()
        with contextlib.suppress(Cancelled, Problem):  # the run is done; what cannot be tidied up now is tidied up another time
            engine.tidy(cancel)
    return INCOMPLETE if done.files["failed"] or done.offline else DONE


def _report(engine: Engine, done: IndexReport) -> None:
    from desktop_app.contract.ledger import LedgerQuery

    print(text_output.index_report(done))
    rows, _ = engine.files(LedgerQuery(("failed", "partial"), limit=20))
    for row in rows:
        print("  " + text_output.ledger_line(row))
    if engine.offered_embedding:
        print(text_output.offer())


def _embedding(asked: str, settings: Settings) -> str:
    """A path as it stands, else the path of the model of that name in the chosen folder or a cache; a number of dimensions after an
    @ stays with it."""
    from desktop_app.embedding.factory import split_choice

    name, cut = split_choice(os.path.expanduser(asked))
    path = os.path.abspath(name)
    if not os.path.exists(path) and not os.path.isabs(name) and not name.startswith("."):  # "name" or "owner/name"
        from desktop_app.models.discovery import find_embedding

        path = find_embedding(name, settings.text("model_folder")) or path
    return f"{path}@{cut}" if cut else path


def _passwords(file: Path) -> list[Password]:
    """Those of a file are for every file of the run."""
    from desktop_app.contract.index_run import Password

    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageProblem("passwords_unreadable", path=file) from error
    return [Password(line) for line in lines if line]


def _must_be_text(path: str) -> None:
    """A name in another encoding than the system's cannot be stored. Raises ``UsageProblem("path_not_text")``."""
    try:
        path.encode("utf-8")
    except UnicodeEncodeError as error:
        raise UsageProblem("path_not_text", path=os.fsencode(path).decode("utf-8", "backslashreplace")) from error


def _files(options: argparse.Namespace) -> int:
    with _engine(options) as engine:
        rows, _ = engine.files()
    for row in rows:
        if options.json:
            line = _plain(row)
            del line["size"]
            _json_line(line)
        else:
            print(text_output.ledger_line(row))
    if not rows and not options.json:
        print(text_output.nothing_indexed())
    return DONE


def _search(options: argparse.Namespace) -> int:
    if (options.question is None) == (options.batch is None):
        _parser().error(tr("search takes a QUESTION or --batch FILE"))
    questions = [_text(options.question)] if options.batch is None else list(_batch(Path(options.batch)))
    found = False
    with _engine(options) as engine:
        for question in questions:
            result = engine.search(question, options.top, _scope(options))
            found = found or bool(result.passages)
            if options.json:
                _json_line(text_output.search_json(result))
            else:
                print(text_output.search_result(result, headed=options.batch is not None))
    return DONE if found else INCOMPLETE


def _batch(file: Path) -> Iterator[str]:
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageProblem("batch_unreadable", path=file) from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            question = json.loads(line)["question"]
        except (ValueError, KeyError, TypeError) as error:
            raise UsageProblem("batch_line", path=file, line=number) from error
        if not isinstance(question, str):
            raise UsageProblem("batch_line", path=file, line=number)
        yield question


def _llm(options: argparse.Namespace) -> str:
    """The GGUF file that writes the answers, or ""."""
    llm = options.settings.text("llm") if options.llm is None else options.llm
    return "" if llm in ("", "none") else os.path.abspath(os.path.expanduser(llm))


def _ask(options: argparse.Namespace) -> int:
    from desktop_app.answering.answerer import Listener
    from desktop_app.answering.asked import Asked
    from desktop_app.cli import answer_output
    from desktop_app.contract.passage import NONE
    from desktop_app.contract.preset import Preset

    llm = _llm(options)
    with _engine(options) as engine, _stopping() as cancel:
        shown = answer_output.Streamed(sys.stdout, enabled=bool(llm) and not options.json)
        listener = Listener(token=shown.add)
        answer, _ = engine.ask(
            Asked(
                _text(options.question), scope=_scope(options), preset=Preset(first_word=options.settings.text("first_word"))
            ),
            llm=llm,
            listener=listener,
            loading=lambda _fraction: None,
            cancel=cancel,
        )
        shown.end()
    if options.json:
        _json_line(answer_output.answer_json(answer))
    else:
        print(answer_output.answer_text(answer, streamed=shown.used))
    return INCOMPLETE if answer.certainty == NONE else DONE


def _chat(options: argparse.Namespace) -> int:
    from desktop_app.answering.asked import Asked
    from desktop_app.cli import chat
    from desktop_app.contract.preset import Preset

    like = Asked("", scope=_scope(options), preset=Preset(first_word=options.settings.text("first_word")))
    with _engine(options) as engine:
        return chat.Chat(engine, like, _llm(options), _stopping, _json_line if options.json else None).run(sys.stdin.buffer)


def _text(argument: str) -> str:
    """An argument without the marks that stand for bytes in another encoding; nothing below can take them."""
    return os.fsencode(argument).decode("utf-8", "replace")


def _models(options: argparse.Namespace) -> int:
    from desktop_app.engine.measured import MeasuredSpeeds
    from desktop_app.modelfiles import reranker_folder
    from desktop_app.models.discovery import find_all
    from desktop_app.models.speeds import with_speeds

    asked = os.path.abspath(os.path.expanduser(options.folder)) if options.folder else ""
    folder = asked or options.settings.text("model_folder")
    found, problem = reranker_folder.listed_with(*find_all(folder, places=() if asked else None), folder)
    entries = with_speeds(found, MeasuredSpeeds(paths.home() / "measured.json"))
    if not entries:
        raise problem or UsageProblem("no_models")
    if problem is not None:
        _tell(problem)
    for entry in entries:
        if options.json:
            _json_line(entry)
        else:
            print(text_output.model_line(entry))
    return DONE


def _eval(options: argparse.Namespace) -> int:
    from desktop_app.cli import reports

    with _engine(options) as engine, _stopping() as cancel:
        return reports.evaluate(engine, options, cancel, _json_line)


def _duplicates(options: argparse.Namespace) -> int:
    from desktop_app.cli import reports

    with _engine(options) as engine, _stopping() as cancel:
        reports.duplicates(engine, options, cancel, _json_line)
    return DONE


def _doctor(options: argparse.Namespace) -> int:
    with _engine(options) as engine:
        report = engine.diagnose()
    if options.json:
        _json_line(report)
    else:
        print(text_output.doctor_report(report))
    healthy = report["embedding"]["state"] != "failed" and report["llm"]["state"] != "failed" and report["library"]["healthy"]
    return DONE if healthy else ENVIRONMENT


def _plain(value: Any) -> dict[str, Any]:
    import msgspec

    plain: dict[str, Any] = msgspec.to_builtins(value)
    return plain

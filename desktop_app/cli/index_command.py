# SPDX-License-Identifier: Apache-2.0
"""``inkstone index``: reading files in, its progress and its report."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from desktop_app.cli.files_command import ledger_line
from desktop_app.cli.running import DONE, INCOMPLETE, json_line, open_engine, plain, stopping
from desktop_app.cli.text_output import LiveLine
from desktop_app.contract.index_run import PREPARING
from desktop_app.embedding.factory import NAMES
from desktop_app.foundation import windows_paths
from desktop_app.foundation.cancellation import Cancelled
from desktop_app.foundation.errors import Problem, UsageProblem
from desktop_app.foundation.settings import Settings
from desktop_app.foundation.shown import shown_name
from desktop_app.foundation.translation import tr, trn
from desktop_app.wording import forecast_texts
from desktop_app.wording.doctor_texts import offer
from desktop_app.wording.place import file_name
from desktop_app.wording.quantities import time_left
from desktop_app.wording.run_texts import passages

if TYPE_CHECKING:
    from desktop_app.contract.index_run import Forecast, IndexProgress, IndexReport, Password
    from desktop_app.engine.engine import Engine

log = logging.getLogger(__name__)

_SOONER = 0.7  # of a run: files found by words by then were found well before its end


def run(options: argparse.Namespace) -> int:
    """``inkstone index``: read folders and files into the library."""
    from desktop_app.contract.index_run import IndexRequest
    from desktop_app.contract.ledger import LedgerQuery
    from desktop_app.indexing.forecasting.progress import RunListener

    embedding = options.embedding or ""
    if embedding and embedding not in NAMES:
        embedding = _embedding(embedding, options.settings)
    paths_asked = [windows_paths.absolute(os.path.expanduser(path)) for path in options.paths]
    for path in paths_asked:
        _must_be_text(path)
    passwords = _passwords(Path(options.password_file).expanduser()) if options.password_file else []
    with open_engine(options, embedding) as engine, stopping() as cancel:
        show = ProgressLine(sys.stderr)

        def report(progress: IndexProgress) -> None:
            if options.json:
                json_line({"event": "progress", **plain(progress)})
            else:
                show.update(progress)

        def forecast(made: Forecast) -> None:
            if options.json:
                json_line({"event": "forecast", **plain(made)})
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
            json_line({"event": "done", **counts, "offline": list(done.offline)})
        else:
            _report(engine, done)
        sys.stdout.flush()
        try:
            engine.tidy(cancel)
        except (Cancelled, Problem) as error:  # the run is done; what cannot be tidied up now is tidied up another time
            log.info("the library is not tidied up: %r", error)
    return INCOMPLETE if done.files["failed"] or done.offline else DONE


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


class ProgressLine:
    """A run on a terminal: the forecast, once, and a live line; on anything else only the forecast."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._line = LiveLine(stream)
        self._foretold = False

    def forecast(self, made: Forecast) -> None:
        """One line, once, as soon as it rests on more than a guess; none where no file is to be read."""
        if self._foretold or made.basis == "guessed" or not made.files:
            return
        self._foretold = True
        self.clear()
        words = " ".join(filter(None, (forecast_texts.line(made) + ".", forecast_texts.tight(made))))
        self._stream.write(words + "\n")
        self._stream.flush()

    def update(self, progress: IndexProgress) -> None:
        """Show how far the run is."""
        self._line.show(_progress_text(progress))

    def clear(self) -> None:
        """Take the live line away, for other output."""
        self._line.clear()


def _progress_text(progress: IndexProgress) -> str:
    name, done, total = file_name(progress.path), progress.done, progress.total
    left: float | None = None
    if progress.stage == "scanning":
        text = tr("Looking through {name}…", name=name)
    elif progress.stalled:
        minutes = round(progress.stalled / 60)
        text = trn("no progress for {n} min: {name}", "no progress for {n} min: {name}", minutes, name=name)
    elif progress.stage == "vectors":
        text = tr("Findable by words · meaning: {passages}", passages=passages(progress))
        left = progress.meaning_left
    elif progress.stage in PREPARING:
        text = tr("Preparing {name} · {passages}", name=name, passages=passages(progress))
        left = progress.seconds_left
    elif progress.words_left is not None:
        text = tr("Findable by words: {done} of {total}", done=done, total=total) + " · " + name
        left = progress.seconds_left
    else:
        text = trn("{done} of {total} file", "{done} of {total} files", total, done=done, total=total) + " · " + name
        left = progress.seconds_left
    return text if left is None else f"{text} · {time_left(left)}"


def _report(engine: Engine, done: IndexReport) -> None:
    from desktop_app.contract.ledger import LedgerQuery

    print(index_report(done))
    rows, _ = engine.files(LedgerQuery(("failed", "partial"), limit=20))
    for row in rows:
        print("  " + ledger_line(row))
    if engine.offered_embedding:
        print(offer())


def index_report(done: IndexReport) -> str:
    """What a run did, in one line; folders that were not connected and a change of model below it."""
    files = done.files
    counted = [
        (files["indexed"], trn("{n} file read", "{n} files read", files["indexed"])),
        (files["partial"], trn("{n} read in part", "{n} read in part", files["partial"])),
        (files["unchanged"], trn("{n} unchanged", "{n} unchanged", files["unchanged"])),
        (files["skipped"], trn("{n} left out", "{n} left out", files["skipped"])),
        (files["failed"], trn("{n} not readable", "{n} not readable", files["failed"])),
        (files["removed"], trn("{n} removed", "{n} removed", files["removed"])),
    ]
    parts = [text for number, text in counted if number] or [tr("No files.")]
    if done.chunks:
        parts.append(trn("{n} passage", "{n} passages", done.chunks))
    parts.append(tr("{seconds} s", seconds=f"{done.seconds:.1f}"))
    if 0 < done.words < _SOONER * done.seconds and files["indexed"] + files["partial"]:
        parts.append(tr("findable by words after {seconds} s", seconds=f"{done.words:.1f}"))
    text = " · ".join(parts)
    for folder in done.offline:
        text += "\n" + tr("“{path}” cannot be reached now; what was indexed from it is kept.", path=shown_name(folder))
    if done.embedding:
        text += "\n" + tr("Meanings are compared by {model} from now on.", model=shown_name(done.embedding))
    return text

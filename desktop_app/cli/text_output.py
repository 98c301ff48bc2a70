# SPDX-License-Identifier: Apache-2.0
"""How the command line shows things to people, and the JSON shapes that scripts rely on."""

from __future__ import annotations

import os
import shutil
import unicodedata
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TextIO

import msgspec

from desktop_app.contract.document import Locator
from desktop_app.contract.index_run import PREPARING
from desktop_app.foundation.errors import problem_from
from desktop_app.foundation.shown import shown_name, shown_text
from desktop_app.foundation.translation import tr, trn
from desktop_app.wording import forecast_texts, passage_texts
from desktop_app.wording.model_problem_texts import note, speed
from desktop_app.wording.place import place
from desktop_app.wording.problem_texts import reason, sentence, state
from desktop_app.wording.quantities import size, time_left

if TYPE_CHECKING:
    from desktop_app.contract.index_run import Forecast, IndexProgress, IndexReport
    from desktop_app.contract.ledger import LedgerRow
    from desktop_app.contract.model_entry import ModelEntry
    from desktop_app.contract.passage import Passage, SearchResult

_PREVIEW = 300  # characters of a passage that was asked for
_LONGEST_NAME = 200  # characters; no file system has longer names, an archive may
_LONGEST_DETAIL = 600
_SOONER = 0.7  # of a run: files found by words by then were found well before its end


def flat(text: str, limit: int = 0) -> str:
    """Running text on one line, cut to ``limit`` characters."""
    text = shown_text(" ".join(text.split()))
    return text if not limit or len(text) <= limit else text[:limit] + "…"


def file_name(path: str) -> str:
    return shown_name(os.path.basename(path), _LONGEST_NAME)


class ProgressLine:
    """One line that is written over itself on a terminal; on anything else only the forecast, once."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._live = stream.isatty()
        self._foretold = False

    def forecast(self, made: Forecast) -> None:
        """One line, once, as soon as it rests on more than a guess."""
        if self._foretold or made.basis == "guessed":
            return
        self._foretold = True
        self.clear()
        told = " ".join(filter(None, (forecast_texts.line(made) + ".", forecast_texts.tight(made))))
        self._stream.write(told + "\n")
        self._stream.flush()

    def update(self, progress: IndexProgress) -> None:
        if not self._live:
            return
        name = file_name(progress.path)
        if progress.stage == "scanning":
            text = tr("Looking through {name}…", name=name)
        elif progress.stalled:
            text = tr("no progress for {n} min: {name}", n=round(progress.stalled / 60), name=name)
        elif progress.stage == "vectors":
            text = tr("Findable by words · meaning: {done} of {total} passages", done=progress.done, total=progress.total)
            if progress.meaning_left is not None:
                text += " · " + time_left(progress.meaning_left)
        elif progress.stage in PREPARING:
            text = tr("Preparing {name} · {done} of {total} passages", name=name, done=progress.done, total=progress.total)
            if progress.seconds_left is not None:
                text += " · " + time_left(progress.seconds_left)
        else:
            text = tr("{done} of {total} files · {name}", done=progress.done, total=progress.total, name=name)
            if progress.words_left is not None:
                text = tr("Findable by words: {done} of {total}", done=progress.done, total=progress.total) + " · " + name
            if progress.seconds_left is not None:
                text += " · " + time_left(progress.seconds_left)
        self._stream.write(f"\r\x1b[2K{_fitting(text, shutil.get_terminal_size().columns - 1)}")
        self._stream.flush()

    def clear(self) -> None:
        if self._live:
            self._stream.write("\r\x1b[2K")
            self._stream.flush()


def _fitting(text: str, columns: int) -> str:
    """The start of ``text`` that fits: a Chinese character takes two columns. A line that wraps cannot be written over."""
    used = 0
    for index, character in enumerate(text):
        used += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if used > columns:
            return text[:index]
    return text


def index_report(done: IndexReport) -> str:
    files = done.files
    counted = [
        (files["indexed"], trn("{n} file read", "{n} files read", files["indexed"])),
        (files["partial"], tr("{n} read in part", n=files["partial"])),
        (files["unchanged"], tr("{n} unchanged", n=files["unchanged"])),
        (files["skipped"], tr("{n} left out", n=files["skipped"])),
        (files["failed"], tr("{n} not readable", n=files["failed"])),
        (files["removed"], tr("{n} removed", n=files["removed"])),
    ]
    told = [text for number, text in counted if number] or [tr("No files.")]
    if done.chunks:
        told.append(trn("{n} passage", "{n} passages", done.chunks))
    told.append(tr("{seconds} s", seconds=f"{done.seconds:.1f}"))
    if 0 < done.words < _SOONER * done.seconds and files["indexed"] + files["partial"]:
        told.append(tr("findable by words after {seconds} s", seconds=f"{done.words:.1f}"))
    text = " · ".join(told)
    for folder in done.offline:
        text += "\n" + tr("“{path}” cannot be reached now; what was indexed from it is kept.", path=shown_name(folder))
    if done.embedding:
        text += "\n" + tr("Meanings are compared by {model} from now on.", model=shown_name(done.embedding))
    return text


def ledger_line(row: LedgerRow) -> str:
    said = str(reason(row.reason))
    detail = f" ({shown_name(' '.join(row.detail.split()), _LONGEST_DETAIL)})" if row.detail else ""
    return f"{state(row.state)}\t{shown_name(row.path)}" + (f"\t{said}{detail}" if said else "")


def nothing_indexed() -> str:
    return tr("This library holds no documents yet.") + " " + tr("Add a folder first.")


def search_json(result: SearchResult) -> dict[str, Any]:
    passages = [
        {
            "rank": p.rank,
            "path": p.path,
            "locator": locator_json(p.locator),
            "text": p.text,
            "score": p.score,
            "certainty": p.certainty,
            "by_meaning": p.by_meaning,
            "language": p.language,
            "best": p.best,
            "terms": p.terms,
            "marks": p.marks,
            "arms": p.arms,
            "before": p.before,
            "after": p.after,
            "also_in": [{"path": copy.path, "locator": locator_json(copy.locator), "same": copy.same} for copy in p.also_in],
        }
        for p in result.passages
    ]
    return {
        "question": result.question,
        "certainty": result.certainty,
        "passages": passages,
        "searched_files": result.searched_files,
        "total_files": result.total_files,
        "meaning": result.meaning,
    }


def search_result(result: SearchResult, *, headed: bool = False) -> str:
    """``headed``: under its question, as one of several."""
    blocks = [f"» {flat(result.question)}"] if headed else []
    for p in result.passages:
        labels = passage_texts.labels(p, result.question)
        head = " · ".join(filter(None, (file_name(p.path), place(p.locator), f"{p.score:.2f}", *labels)))
        blocks.append(f"{p.rank}. {head}\n   {_preview(p)}")
        if p.also_in:
            names = tr(", ").join(file_name(copy.path) for copy in p.also_in)
            blocks.append("   " + tr("Also in, newest first: {names}", names=names))
    if not result.passages:
        blocks.append(tr("Nothing found.") if result.searched_files else nothing_searched(result.total_files))
    blocks += filter(None, (coverage(result.searched_files, result.total_files), passage_texts.unfinished(result.meaning)))
    return "\n".join(blocks) + ("\n" if headed else "")


def _preview(passage: Passage) -> str:
    """The beginning, or what begins with the sentence that is nearest in meaning where that stands further down."""
    start = passage.best[0] if passage.best is not None and passage.best[1] > _PREVIEW else 0
    return ("… " if start else "") + flat(passage.text[start:], _PREVIEW)


def nothing_searched(total: int) -> str:
    return tr("No file of the library matches what you narrowed the search to.") if total else tr("Nothing found.")


def coverage(searched: int, total: int) -> str:
    if not total:
        return nothing_indexed()
    return tr("Searched {searched} of {total} files.", searched=searched, total=total)


def locator_json(locator: Locator) -> dict[str, Any]:
    """Only the fields that are set."""
    plain: dict[str, Any] = msgspec.to_builtins(locator)
    return {name: value for name, value in plain.items() if value not in (None, [], ())}


def model_line(entry: ModelEntry) -> str:
    name = shown_name(entry.name)
    if entry.problem:
        return f"{name}\t{sentence(problem_from(entry.problem, {'path': entry.path, **entry.data}))}"
    fits = {"yes": tr("fits"), "tight": tr("tight"), "no": tr("does not fit")}[entry.fits]
    kinds = {
        "llm": tr("language model"),
        "embedding": tr("embedding model"),
        "reranker": tr("reranker"),
        "checker": tr("checking model"),
    }
    kind = kinds[entry.kind]
    about = [kind, size(entry.size), entry.quantisation, fits]
    if entry.memory:
        about.insert(3, tr("needs about {memory}", memory=size(entry.memory)))
    about.append(speed(entry.reads, entry.writes))
    lines = [f"{name}\t{' · '.join(filter(None, about))}\t{shown_name(entry.path)}"]
    return "\n".join([*lines, *(f"  {note(code, entry.dimension)}" for code in entry.notes)])


# What the doctor's keys are called; one that is missing here is shown as it is.
_LABELS: dict[str, Callable[[], str]] = {
    "program": lambda: tr("Program"),
    "version": lambda: tr("version"),
    "python": lambda: "Python",
    "home": lambda: tr("own folder"),
    "packages": lambda: tr("made with"),
    "hardware": lambda: tr("This PC"),
    "system": lambda: tr("system"),
    "processor": lambda: tr("processor"),
    "cores": lambda: tr("cores"),
    "memory_total": lambda: tr("memory"),
    "memory_available": lambda: tr("memory free"),
    "cpu_features": lambda: tr("processor features"),
    "cuda_driver": lambda: tr("NVIDIA driver"),
    "embedding": lambda: tr("Embedding model"),
    "choice": lambda: tr("chosen"),
    "state": lambda: tr("state"),
    "name": lambda: tr("name"),
    "path": lambda: tr("path"),
    "dimension": lambda: tr("dimension"),
    "max_tokens": lambda: tr("longest text, in tokens"),
    "languages": lambda: tr("languages"),
    "backend": lambda: tr("run by"),
    "backend_setting": lambda: tr("run by, as set"),
    "device": lambda: tr("runs on"),
    "notes": lambda: tr("to know"),
    "measured": lambda: tr("measured here"),
    "reranker": lambda: tr("Reranker"),
    "llm": lambda: tr("Language model"),
    "llama_cpp": lambda: "llama.cpp",
    "built_with": lambda: tr("built with"),
    "gpu": lambda: tr("graphics card"),
    "offline": lambda: tr("Offline"),
    "sealed": lambda: tr("sealed"),
    "connections": lambda: tr("connections now"),
    "refused_attempts": lambda: tr("attempts refused"),
    "switches": lambda: tr("switches"),
    "library": lambda: tr("Library"),
    "sources": lambda: tr("folders and files chosen"),
    "files": lambda: tr("files"),
    "chunks": lambda: tr("passages"),
    "vectors": lambda: tr("vectors"),
    "size_catalogue": lambda: tr("size of the catalogue"),
    "dead_catalogue": lambda: tr("of it free"),
    "size_vectors": lambda: tr("size of the vector index"),
    "dead_vectors": lambda: tr("of it deleted vectors"),
    "set_aside": lambda: tr("damaged conversations in"),
    "next": lambda: tr("being prepared"),
    "offered": lambda: tr("better one at hand"),
    "healthy": lambda: tr("healthy"),
    "problem": lambda: tr("problem"),
}
_STATES: dict[str, Callable[[], str]] = {
    "ready": lambda: tr("ready"),
    "none": lambda: tr("none"),
    "failed": lambda: tr("failed"),
    "loaded": lambda: tr("loaded"),
    "not loaded": lambda: tr("not loaded"),
}
_LABEL_COLUMNS = 26


def doctor_report(report: dict[str, dict[str, Any]]) -> str:
    told = []
    for section, values in report.items():
        told.append(_label(section))
        told += [f"  {_padded(_label(name))} {_doctor_value(name, value, values)}" for name, value in values.items()]
    return "\n".join(told)


def offer() -> str:
    """What a library of the light model could change to, and how."""
    return tr(
        "multilingual-e5-small also understands Chinese and a hundred other languages; to change: {command}",
        command="inkstone index … --embedding bundled",
    )


def _label(name: str) -> str:
    return _LABELS[name]() if name in _LABELS else name


def _padded(label: str) -> str:
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in label)
    return label + " " * max(0, _LABEL_COLUMNS - len(label) - wide)


def _doctor_value(name: str, value: object, values: dict[str, Any]) -> str:
    if name == "problem":
        data = {key: str(one) for key, one in values.items()}
        return str(sentence(problem_from(str(value), data)))
    if name == "offered":
        return offer()
    if name == "notes" and isinstance(value, list):
        return " ".join(note(code, values.get("dimension", 0)) for code in value) or "–"
    if name == "measured" and isinstance(value, list):
        return ("\n" + " " * (_LABEL_COLUMNS + 3)).join(map(_measured_line, value)) or tr("not yet")
    if name == "state":
        return _STATES[str(value)]() if value in _STATES else str(value)
    if name == "languages" and value == ["*"]:
        return tr("many")
    if name == "files" and isinstance(value, dict):
        return " · ".join(f"{state(key)} {number}" for key, number in value.items()) or "–"
    if name.startswith(("memory_", "size_")) and isinstance(value, int):
        return size(value)
    if name.startswith("dead_") and isinstance(value, float):
        return f"{value:.0%}"
    return _shown(value)


def _measured_line(row: dict[str, Any]) -> str:
    name = f"{row['backend']:<14}"
    if row["problem"]:
        return f"{name} {tr('not usable')}: {shown_name(row['problem'])}"
    rate = tr("{rate} passages a second", rate=f"{row['passages_per_second']:,.1f}")
    exact = tr("agreement {mean}, at least {least}", mean=f"{row['agreement_mean']:.4f}", least=f"{row['agreement_least']:.4f}")
    return f"{name} {rate} · {exact}" + ("" if row["allowed"] else f" · {tr('not exact enough')}")


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    if isinstance(value, dict):
        return " · ".join(f"{shown_name(str(name))} {_shown(one)}" for name, one in value.items()) or "–"
    if isinstance(value, list):
        return " ".join(shown_name(str(one)) for one in value) or "–"
    return shown_name(str(value)) or "–"


def missing_libraries(packages: Sequence[str]) -> str:
    line = "sudo apt-get install -y " + " ".join(packages)
    return tr("The window needs system libraries that are missing. Install them with:") + f"\n  {line}"

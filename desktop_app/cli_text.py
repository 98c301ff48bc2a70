"""How the command line shows things to people, and the JSON shapes that scripts rely on."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TextIO

import msgspec

from desktop_app.documents.model import Locator
from desktop_app.engine.sentences import reason, sentence, state
from desktop_app.foundation.errors import problem_from
from desktop_app.foundation.translation import tr

if TYPE_CHECKING:
    from desktop_app.answering.model import Answer
    from desktop_app.indexing.model import IndexProgress, IndexReport
    from desktop_app.library.model import LedgerRow
    from desktop_app.models.model import ModelEntry
    from desktop_app.retrieval.model import SearchResult

_PREVIEW = 300


class ProgressLine:
    """One line that is written over itself on a terminal; nothing on anything else."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._live = stream.isatty()

    def update(self, progress: IndexProgress) -> None:
        if not self._live:
            return
        name = os.path.basename(progress.path)
        if progress.stage == "scanning":
            text = tr("Looking through {name}…", name=name)
        else:
            text = tr("{done} of {total} files · {name}", done=progress.done, total=progress.total, name=name)
            if progress.seconds_left is not None:
                text += " · " + duration_left(progress.seconds_left)
        self._stream.write(f"\r\x1b[2K{text[:110]}")
        self._stream.flush()

    def clear(self) -> None:
        if self._live:
            self._stream.write("\r\x1b[2K")
            self._stream.flush()


class Streamed:
    """Tokens as they come, when there is somebody to see them."""

    def __init__(self, stream: TextIO, *, enabled: bool) -> None:
        self._stream = stream
        self._enabled = enabled
        self.used = False

    def add(self, text: str) -> None:
        if self._enabled:
            self.used = True
            self._stream.write(text)
            self._stream.flush()

    def end(self) -> None:
        if self.used:
            self._stream.write("\n")


def duration_left(seconds: float) -> str:
    """About how long it will take, in words."""
    if seconds < 60:
        return tr("less than a minute left")
    minutes = round(seconds / 60)
    if minutes < 90:
        return tr("about {n} minute left|about {n} minutes left", n=minutes)
    return tr("about {n} hour left|about {n} hours left", n=round(minutes / 60))


def size(number: float) -> str:
    """Bytes as people read them."""
    for unit in ("B", "KB", "MB"):
        if number < 1000:
            return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1000
    return f"{number:.1f} GB"


def place(locator: Locator) -> str:
    """A locator in a few words."""
    if locator.page:
        return tr("page {page}", page=locator.page)
    if locator.sheet:
        return " ".join(filter(None, (locator.sheet, locator.cells)))
    if locator.slide:
        return tr("slide {slide}", slide=locator.slide)
    if locator.headings:
        return locator.headings[-1]
    if locator.lines:
        return tr("line {line}", line=locator.lines[0])
    return ""


def index_report(done: IndexReport) -> str:
    files = done.files
    text = tr(
        "{indexed} files read, {unchanged} unchanged, {partial} partly read, {skipped} left out, {failed} not readable, {removed} removed.",
        **files,
    )
    text += " " + tr("{chunks} passages in {seconds} s.", chunks=done.chunks, seconds=f"{done.seconds:.1f}")
    for folder in done.offline:
        text += "\n" + tr("“{path}” cannot be reached now; what was indexed from it is kept.", path=folder)
    return text


def ledger_line(row: LedgerRow) -> str:
    said = str(reason(row.reason))
    detail = f" ({row.detail})" if row.detail else ""
    return f"{state(row.state)}\t{row.path}" + (f"\t{said}{detail}" if said else "")


def nothing_indexed() -> str:
    return tr("This library holds no documents yet.") + " " + tr("Add a folder first.")


def search_json(result: SearchResult) -> dict[str, Any]:
    passages = [
        {"rank": p.rank, "path": p.path, "locator": locator_json(p.locator), "text": p.text, "score": p.score}
        for p in result.passages
    ]
    return {
        "question": result.question,
        "passages": passages,
        "searched_files": result.searched_files,
        "total_files": result.total_files,
    }


def search_result(result: SearchResult) -> str:
    if not result.passages:
        return tr("Nothing found.") + " " + coverage(result.searched_files, result.total_files)
    blocks = []
    for p in result.passages:
        head = f"{p.rank}. {os.path.basename(p.path)}  {place(p.locator)}  ({p.score:.2f})"
        text = " ".join(p.text.split())
        blocks.append(f"{head}\n   {text[:_PREVIEW]}{'…' if len(text) > _PREVIEW else ''}")
    return "\n".join(blocks)


def answer_json(answer: Answer) -> dict[str, Any]:
    citations = [
        {"number": c.number, "path": c.path, "locator": locator_json(c.locator), "quote": c.quote} for c in answer.citations
    ]
    nearest = [{"path": p.path, "locator": locator_json(p.locator), "text": p.text, "score": p.score} for p in answer.nearest]
    return {
        "question": answer.question,
        "answer": answer.text,
        "found": answer.found,
        "mode": answer.mode,
        "citations": citations,
        "checks": msgspec.to_builtins(answer.checks),
        "timings": answer.timings,
        "nearest": nearest,
        "searched_files": answer.searched_files,
        "total_files": answer.total_files,
    }


def answer_text(answer: Answer, *, streamed: bool) -> str:
    lines = [] if streamed else [answer.text]
    if answer.found:
        lines.append("")
        for c in answer.citations:
            where = place(c.locator)
            lines.append(
                f"[{c.number}] {os.path.basename(c.path)}{', ' + where if where else ''}: “{' '.join(c.quote.split())}”"
            )
        if answer.mode == "extractive":
            lines.append(tr("Quoted from your documents, without a language model."))
        elif answer.checks.unsupported:
            lines.append(
                tr(
                    "{n} sentence is not supported by the documents.|{n} sentences are not supported by the documents.",
                    n=answer.checks.unsupported,
                )
            )
    elif answer.nearest:
        lines += ["", tr("Nearest passages:")]
        lines += [f"- {os.path.basename(p.path)}: {' '.join(p.text.split())[:_PREVIEW]}" for p in answer.nearest]
    lines.append(coverage(answer.searched_files, answer.total_files))
    return "\n".join(lines)


def coverage(searched: int, total: int) -> str:
    return tr("Searched {searched} of {total} files.", searched=searched, total=total)


def locator_json(locator: Locator) -> dict[str, Any]:
    """Only the fields that are set."""
    plain: dict[str, Any] = msgspec.to_builtins(locator)
    return {name: value for name, value in plain.items() if value not in (None, [], ())}


def model_line(entry: ModelEntry) -> str:
    if entry.problem:
        return f"{entry.name}\t{sentence(problem_from(entry.problem, {'path': entry.path, **entry.data}))}"
    fits = {"yes": tr("fits"), "tight": tr("tight"), "no": tr("does not fit")}[entry.fits]
    kind = tr("language model") if entry.kind == "llm" else tr("embedding model")
    about = [kind, size(entry.size), entry.quantisation, fits]
    if entry.memory:
        about.insert(3, tr("needs about {memory}", memory=size(entry.memory)))
    return f"{entry.name}\t{' · '.join(filter(None, about))}\t{entry.path}"


def doctor_report(report: dict[str, dict[str, Any]]) -> str:
    lines = []
    for section, values in report.items():
        lines.append(section)
        for name, value in values.items():
            shown = size(value) if name.startswith("memory_") else _shown(value)
            lines.append(f"  {name:<20} {shown}")
    return "\n".join(lines)


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_shown(one)}" for name, one in value.items()) or "-"
    if isinstance(value, list):
        return " ".join(map(str, value)) or "-"
    return str(value)


def missing_libraries(packages: Sequence[str]) -> str:
    line = "sudo apt-get install -y " + " ".join(packages)
    return tr("The window needs system libraries that are missing. Install them with:") + f"\n  {line}"

# SPDX-License-Identifier: Apache-2.0
"""The report of ``inkstone doctor`` as text, and what of it may be sent.

``doctor_report`` shows every value, for the person at this PC. ``without_names`` keeps those that name nothing of theirs: no folder, no
file but models, no text. It is a list of what is kept, so that a new value stays out until it is looked at.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from desktop_app.foundation.errors import problem_from
from desktop_app.foundation.shown import shown_name
from desktop_app.foundation.translation import tr, tr_noop, translate
from desktop_app.wording import installed_texts
from desktop_app.wording.model_problem_texts import note
from desktop_app.wording.place import file_name
from desktop_app.wording.problem_texts import sentence, state
from desktop_app.wording.quantities import size

# What the doctor's keys are called; one that is missing here is shown as it is.
_LABELS: dict[str, str] = {
    "program": tr_noop("Program"),
    "version": tr_noop("version"),
    "form": tr_noop("installed as"),
    "light": tr_noop("light edition"),
    "folder": tr_noop("in the folder"),
    "python": "Python",
    "home": tr_noop("own folder"),
    "policy": tr_noop("policy of this PC"),
    "packages": tr_noop("made with"),
    "hardware": tr_noop("This PC"),
    "system": tr_noop("system"),
    "processor": tr_noop("processor"),
    "cores": tr_noop("cores"),
    "memory_total": tr_noop("memory"),
    "memory_available": tr_noop("memory free"),
    "cpu_features": tr_noop("processor features"),
    "cuda_driver": tr_noop("NVIDIA driver"),
    "embedding": tr_noop("Embedding model"),
    "choice": tr_noop("chosen"),
    "state": tr_noop("state"),
    "name": tr_noop("name"),
    "path": tr_noop("path"),
    "dimension": tr_noop("dimension"),
    "max_tokens": tr_noop("longest text, in tokens"),
    "languages": tr_noop("languages"),
    "backend": tr_noop("run by"),
    "backend_setting": tr_noop("run by, as set"),
    "device": tr_noop("runs on"),
    "notes": tr_noop("to know"),
    "measured": tr_noop("measured here"),
    "reranker": tr_noop("Reranker"),
    "llm": tr_noop("Language model"),
    "llama_cpp": "llama.cpp",
    "built_with": tr_noop("built with"),
    "gpu": tr_noop("graphics card"),
    "offline": tr_noop("Offline"),
    "sealed": tr_noop("sealed"),
    "connections": tr_noop("connections now"),
    "refused_attempts": tr_noop("attempts refused"),
    "switches": tr_noop("switches"),
    "library": tr_noop("Library"),
    "sources": tr_noop("folders and files chosen"),
    "files": tr_noop("files"),
    "chunks": tr_noop("passages"),
    "vectors": tr_noop("vectors"),
    "size_catalogue": tr_noop("size of the catalogue"),
    "dead_catalogue": tr_noop("of it free"),
    "size_vectors": tr_noop("size of the vector index"),
    "dead_vectors": tr_noop("of it deleted vectors"),
    "set_aside": tr_noop("damaged conversations in"),
    "next": tr_noop("being prepared"),
    "offered": tr_noop("better one at hand"),
    "healthy": tr_noop("healthy"),
    "problem": tr_noop("problem"),
    "problem_code": tr_noop("problem"),
    "window": tr_noop("Window"),
    "qt": "Qt",
    "platform": tr_noop("drawn by"),
    "screen": tr_noop("screen"),
    "language": tr_noop("language"),
    "theme": tr_noop("theme"),
}


_STATES: dict[str, str] = {
    "ready": tr_noop("ready"),
    "none": tr_noop("none"),
    "failed": tr_noop("failed"),
    "loaded": tr_noop("loaded"),
    "not loaded": tr_noop("not loaded"),
}


_LABEL_COLUMNS = 26
# What may be sent of each section. Of a path the last name is, where it is that of a model.
_SENT: Mapping[str, tuple[str, ...]] = {
    "program": ("version", "form", "light", "python", "packages"),
    "window": ("qt", "platform", "screen", "language", "theme"),
    "hardware": ("system", "processor", "cores", "memory_total", "memory_available", "cpu_features", "cuda_driver"),
    "embedding": (
        "choice",
        "state",
        "name",
        "dimension",
        "max_tokens",
        "languages",
        "backend",
        "backend_setting",
        "device",
        "measured",
        "notes",
        "next",
    ),
    "reranker": ("state", "name", "backend", "measured"),
    "llm": ("state", "path", "llama_cpp", "built_with", "gpu", "notes"),
    "offline": ("sealed", "connections", "refused_attempts", "switches"),
    "library": (
        "sources",
        "files",
        "chunks",
        "vectors",
        "size_catalogue",
        "dead_catalogue",
        "size_vectors",
        "dead_vectors",
        "healthy",
    ),
}
_MODEL_NAMES = ("choice", "name", "path", "next")


def offer() -> str:
    """What a library of the light model could change to, and how."""
    return tr(
        "multilingual-e5-small also understands Chinese and a hundred other languages; to change: {command}",
        command="inkstone index … --embedding bundled",
    )


def without_names(report: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The report without folders, files and messages; a problem is left as its code."""
    kept: dict[str, dict[str, Any]] = {}
    for section, names in _SENT.items():
        values = report.get(section)
        if values is None:
            continue
        told = {name: values[name] for name in names if name in values}
        told.update({name: file_name(str(told[name])) for name in _MODEL_NAMES if name in told})
        if "measured" in told:
            told["measured"] = [{**row, "problem": "…" if row.get("problem") else ""} for row in told["measured"]]
        if "problem" in values:
            told["problem_code"] = values["problem"]
        kept[section] = told
    return kept


def doctor_report(report: dict[str, dict[str, Any]]) -> str:
    """A section for each part, a line for each value."""
    lines = []
    for section, values in report.items():
        lines.append(_label(section))
        lines += [f"  {_padded(_label(name))} {_doctor_value(name, value, values)}" for name, value in values.items()]
    return "\n".join(lines)


def _label(name: str) -> str:
    return translate(_LABELS.get(name, name))


def _padded(label: str) -> str:
    """A label with blanks behind it; a Chinese character is two columns wide."""
    columns = sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in label)
    return label + " " * max(0, _LABEL_COLUMNS - columns)


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
    if name in ("state", "form"):
        return installed_texts.form(str(value)) if name == "form" else translate(_STATES.get(str(value), str(value)))
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

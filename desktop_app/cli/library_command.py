# SPDX-License-Identifier: Apache-2.0
"""``inkstone library``: list, back up, restore, check, repair, move."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.cli import option_values
from desktop_app.cli.running import DONE, INCOMPLETE, json_line, print_problem, stopping
from desktop_app.foundation import paths
from desktop_app.foundation.errors import UsageProblem
from desktop_app.foundation.known_libraries import FILE, KnownLibraries
from desktop_app.foundation.shown import shown_name
from desktop_app.foundation.translation import tr, trn
from desktop_app.wording import library_texts
from desktop_app.wording.quantities import size

if TYPE_CHECKING:
    from desktop_app.contract.maintenance_process import Finding, LibraryFacts

VERBS = ("list", "backup", "restore", "check", "repair", "move", "rename")


def run(options: argparse.Namespace) -> int:
    """``inkstone library VERB``; each verb is a function below."""
    return _RUN[options.verb](options)


def _list(options: argparse.Namespace) -> int:
    from desktop_app.library.maintenance import library_folder

    known = [one.folder for one in _known().all()]
    folders = dict.fromkeys([str(option_values.library(options)), str(paths.default_library()), *known])
    for folder in folders:
        facts = library_folder.facts_of(Path(folder))
        if facts.problem == "library_missing" and folder not in known:
            continue
        if options.json:
            json_line(facts)
        else:
            print(_line(facts))
    return DONE


def _line(facts: LibraryFacts) -> str:
    """Name, files, size and folder, divided by tabs; or why it cannot be opened."""
    if facts.problem and facts.problem != "library_locked":
        return f"{shown_name(facts.name)}\t{_why(facts)}\t{shown_name(facts.folder)}"
    used = "\t" + tr("in use") if facts.problem else ""
    files = trn("{n} file", "{n} files", facts.files)
    return f"{shown_name(facts.name)}\t{files}\t{size(facts.size)}\t{shown_name(facts.folder)}{used}"


def _why(facts: LibraryFacts) -> str:
    return {
        "library_missing": tr("not there"),
        "library_newer": tr("made by a newer Inkstone"),
        "library_damaged": tr("damaged"),
    }.get(facts.problem, facts.problem)


def _backup(options: argparse.Namespace) -> int:
    from desktop_app.library.maintenance import backup

    file = _path(options, 0)
    if os.path.lexists(file):
        raise UsageProblem("file_exists", path=file)
    with stopping() as cancel:
        facts = backup.back_up(option_values.library(options), file, _progress(options), cancel)
    _say(options, facts, tr("Backed up into “{file}”.", file=shown_name(facts.file)))
    return DONE


def _restore(options: argparse.Namespace) -> int:
    from desktop_app.library.maintenance import backup

    file, folder = _path(options, 0), _path(options, 1)
    with stopping() as cancel:
        facts = backup.read_facts(file)
        backup.restore(file, folder, _progress(options), cancel)
    _known().add(str(folder), facts.name)
    _say(options, {"folder": str(folder)}, tr("Restored into “{folder}”.", folder=shown_name(str(folder))))
    return DONE


def _check(options: argparse.Namespace) -> int:
    from desktop_app.library.maintenance import checking

    with stopping() as cancel:
        found = checking.check(option_values.library(options), _progress(options), cancel)
    _tell(options, found, tr("The library is sound."))
    return INCOMPLETE if found else DONE


def _repair(options: argparse.Namespace) -> int:
    from desktop_app.library.maintenance import repairing

    with stopping() as cancel:
        found = repairing.repair(option_values.library(options), _progress(options), cancel)
    _tell(options, found, tr("The library is sound; nothing was changed."))
    return DONE


def _move(options: argparse.Namespace) -> int:
    from desktop_app.library.maintenance import moving

    folder, target = option_values.library(options), _path(options, 0)
    with stopping() as cancel:
        problem = moving.move(folder, target, _progress(options), cancel)
    if problem is not None:
        print_problem(problem)
    _say(options, {"folder": str(target)}, tr("Moved to “{folder}”.", folder=shown_name(str(target))))
    return DONE


def _rename(options: argparse.Namespace) -> int:
    from desktop_app.library.maintenance import library_folder

    folder, name = option_values.library(options), option_values.text(options.arguments[0]).strip()
    library_folder.rename(folder, name)
    _known().add(str(folder), name)
    _say(options, {"name": name}, tr("The library is called “{name}” now.", name=shown_name(name)))
    return DONE


_RUN: dict[str, Callable[[argparse.Namespace], int]] = {
    "list": _list,
    "backup": _backup,
    "restore": _restore,
    "check": _check,
    "repair": _repair,
    "move": _move,
    "rename": _rename,
}
ARGUMENTS = {"list": 0, "backup": 1, "restore": 2, "check": 0, "repair": 0, "move": 1, "rename": 1}
"""How many arguments each verb takes."""


def _known() -> KnownLibraries:
    return KnownLibraries(paths.home() / FILE)


def _path(options: argparse.Namespace, number: int) -> Path:
    return Path(option_values.text(options.arguments[number])).expanduser().absolute()


def _progress(options: argparse.Namespace) -> Callable[[int, int], None]:
    """A line that counts up, where somebody looks at it."""
    if options.json or not sys.stderr.isatty():
        return lambda _done, _total: None

    def told(done: int, total: int) -> None:
        print(f"\r{100 * done // max(total, 1)} %", end="\n" if done == total else "", file=sys.stderr, flush=True)

    return told


def _say(options: argparse.Namespace, fields: object, words: str) -> None:
    if options.json:
        json_line(fields)
    else:
        print(words)


def _tell(options: argparse.Namespace, found: list[Finding], sound: str) -> None:
    if options.json:
        for one in found:
            json_line(one)
    else:
        print("\n".join(library_texts.finding(one) for one in found) or sound)

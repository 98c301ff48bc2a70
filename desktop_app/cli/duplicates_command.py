# SPDX-License-Identifier: Apache-2.0
"""``inkstone duplicates``: copies and versions of files."""

from __future__ import annotations

import argparse
import datetime as dt

import msgspec

from desktop_app.cli.running import DONE, json_line, open_engine, stopping
from desktop_app.contract.reports.duplicate_report import DuplicateFile, DuplicateGroup, DuplicateReport
from desktop_app.foundation.shown import shown_name
from desktop_app.foundation.translation import tr, trn
from desktop_app.wording import day_texts


def run(options: argparse.Namespace) -> int:
    """``inkstone duplicates``: which files are copies, which versions of one document, which is newest."""
    with open_engine(options) as engine, stopping() as cancel:
        report = engine.duplicates(report=lambda _done, _total: None, cancel=cancel)
        if not options.json:
            print(duplicates_text(report))
            return DONE
        for group in report.groups:
            json_line({"class": group.kind, "files": [msgspec.to_builtins(file) for file in group.files]})
        counts = {kind: sum(group.kind == kind for group in report.groups) for kind in ("exact", "near")}
        json_line({"event": "done", **counts, "compared": report.compared, "seconds": round(report.seconds, 3)})
    return DONE


def duplicates_text(report: DuplicateReport) -> str:
    """The groups for people, copies first."""
    lines = []
    for kind, heading in (("exact", tr("The same text:")), ("near", tr("Versions of one another:"))):
        groups = [group for group in report.groups if group.kind == kind]
        if groups:
            lines += [heading, *(_group(group) for group in groups), ""]
    if not lines:
        lines = [tr("No copies and no versions were found.")]
    lines.append(trn("Compared {n} file.", "Compared {n} files.", report.compared))
    return "\n".join(lines)


def _group(group: DuplicateGroup) -> str:
    return "\n".join(f"  {'-' if number == 0 else ' '} {_line(file, group.kind)}" for number, file in enumerate(group.files))


def _line(file: DuplicateFile, kind: str) -> str:
    day = day_texts.whole(dt.datetime.fromtimestamp(file.modified).astimezone())
    said = tr("newest") if file.newest else ""
    if kind == "near" and not file.newest:
        said = tr("the same as the newest") if file.similarity == 1 else tr("{share} the same", share=f"{file.similarity:.1%}")
    return "\t".join(filter(None, (day, shown_name(file.path), said)))

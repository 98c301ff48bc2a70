# SPDX-License-Identifier: Apache-2.0
"""``inkstone models``: the models of a folder or of the caches."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from desktop_app.cli.running import DONE, json_line, print_problem
from desktop_app.foundation import paths
from desktop_app.foundation.errors import UsageProblem, problem_from
from desktop_app.foundation.shown import shown_name
from desktop_app.foundation.translation import tr
from desktop_app.wording.model_problem_texts import note, speed
from desktop_app.wording.problem_texts import sentence
from desktop_app.wording.quantities import size

if TYPE_CHECKING:
    from desktop_app.contract.model_entry import ModelEntry


def run(options: argparse.Namespace) -> int:
    """``inkstone models``: what is there, whether it fits this PC, how fast it is."""
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
        print_problem(problem)
    for entry in entries:
        if options.json:
            json_line(entry)
        else:
            print(model_line(entry))
    return DONE


def model_line(entry: ModelEntry) -> str:
    """Name, facts and path, divided by tabs, and a line for each note; or why it cannot be used."""
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

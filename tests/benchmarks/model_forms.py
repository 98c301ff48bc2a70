# SPDX-License-Identifier: Apache-2.0
"""Questions of figures that a language model reads beside the rules: what it adds, what it gets wrong, and its seconds.

python -m tests.benchmarks.model_forms FILE.gguf [QUESTIONS.jsonl [EVERY]]

Without QUESTIONS: the 20 odd wordings over the tables of ../shared/data/office that rules were not written for. EVERY 3 asks each third. Wanted: no
right answer lost and none more wrong as certain than by the rules alone.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

from desktop_app.answering.form_reading import written_form
from desktop_app.answering.listener import Listener
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.models.process import ModelProcess
from desktop_app.tables.choosing import checked
from tests.benchmarks.computed_answers import MADE, OFFICE
from tests.benchmarks.figures import percentile
from tests.tables import made_tables
from tests.tables.stored_tables import catalogue_of, chooser_of
from tests.tables.test_figure_questions import is_right

_PATIENCE = 120.0  # seconds; here the form is wanted, however slow the machine is


def main(model: str, questions: str = str(MADE / "odd_wordings.jsonl"), every: str = "1") -> None:
    """Ask, and print a line for each question and the counts."""
    lines = Path(questions).read_text(encoding="utf-8").splitlines()
    tally, seconds = Counter[str](), list[float]()
    with tempfile.TemporaryDirectory() as folder, closing(ModelProcess()) as process:
        process.load(model)
        files = sorted((OFFICE / "tables").iterdir())
        if Path(questions).name.startswith("made"):
            (Path(folder) / "made").mkdir()
            files = made_tables.make(Path(folder) / "made")
        catalogue = catalogue_of(files, Path(folder) / "library")
        chooser = chooser_of(catalogue)
        for question in (json.loads(line) for line in lines[:: int(every)]):
            asked = question["question"]
            chosen = chooser.answer(asked)
            tally["questions"] += 1
            tally["right by rules"] += chosen is not None and is_right(chosen.computed, question)
            tally["wrong as certain by rules"] += chosen is not None and chosen.sure and not is_right(chosen.computed, question)
            choices, verdict, written = chooser.choices(asked), "not read", ""
            if choices is not None:
                began = time.perf_counter()
                written = written_form(asked, choices, process, Listener(), Cancellation(), _PATIENCE)
                seconds.append(time.perf_counter() - began)
                read = chooser.read(choices, asked, written)
                verdict = "refused" if read is None else "right form" if is_right(read, question) else "wrong form"
                if read is not None:
                    chosen = checked(chosen, read)
            tally[verdict] += 1
            good = chosen is not None and is_right(chosen.computed, question)
            tally["right with the model"] += good
            tally["wrong as certain with the model"] += chosen is not None and chosen.sure and not good
            tally["only by the model, right"] += chosen is not None and chosen.by_model and good
            tally["only by the model, wrong"] += chosen is not None and chosen.by_model and not good
            tally["another reading beside a right answer"] += chosen is not None and chosen.read is not None and good
            print(f"  {verdict:10} {asked[:60]} {written}", flush=True)
        catalogue.close()
    print("; ".join(f"{name}: {count}" for name, count in tally.items()))
    print(f"seconds: median {percentile(seconds, 0.5):.1f}, p95 {percentile(seconds, 0.95):.1f}")


if __name__ == "__main__":
    main(*sys.argv[1:])

# SPDX-License-Identifier: Apache-2.0
"""Questions that lean on the conversation: is the labelled answer among the first three quotes?

python -m tests.benchmarks followups [--llm FILE.gguf]      ../shared/data/office, or the folder $INKSTONE_OFFICE; and our own dialogues

The earlier turns are our own answers, with the dialogue's ``reply`` in place of the text where it has one. Beside it the question as typed, the
form that a person wrote for it ("rewritten", where the data has it), and chance: three sentences of the library drawn at random. Wanted
without a model: 0.75 of the leaning turns; turns that stand alone as in a new conversation, 1.00. With ``--llm`` that model rewrites the
question as well, and is not to be worse; what it writes after that is not waited for.
"""

from __future__ import annotations

import json
import math
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from desktop_app.analysis.sentences import sentences
from desktop_app.answering.asked import Asked
from desktop_app.answering.listener import Listener
from desktop_app.contract.answer import Answer
from desktop_app.contract.index_run import IndexRequest
from desktop_app.contract.ledger import LedgerQuery
from desktop_app.engine.engine import Engine
from desktop_app.foundation.cancellation import Cancellation
from tests.benchmarks.figures import spread
from tests.benchmarks.office_meaning import OFFICE

OURS = Path(__file__).resolve().parents[1] / "answering" / "dialogues"
SETS = (("office", OFFICE / "followups.jsonl", OFFICE / "followups"), ("ours", OURS / "dialogues.jsonl", OURS / "files"))
_QUOTES = 3


@dataclass(frozen=True, slots=True)
class Turn:
    """``hit``: the labelled answer is among the first quotes; of the question as typed, ``bare``; of the form a person wrote, ``by_hand``.
    ``same`` as in a new conversation, which the first turn always is."""

    kind: str
    language: str
    stands_alone: bool
    answer: Answer
    hit: bool
    bare: bool
    by_hand: bool | None
    same: bool


def ask(engine: Engine, asked: Asked, llm: str = "") -> Answer:
    """The answer, or what is quoted before a model begins to write."""
    cancel = Cancellation()
    listener = Listener(passages=lambda _passages: cancel.cancel())
    answer, _ = engine.ask(asked, llm=llm, listener=listener, loading=lambda _part: None, cancel=cancel)
    return answer.quoted or answer


def holds(answer: Answer, turn: dict[str, Any]) -> bool:
    quotes = answer.citations[:_QUOTES]
    return any(Path(one.path).name == turn["file"] and turn["answer"] in one.quote for one in quotes)


def follow(engine: Engine, dialogue: dict[str, Any], llm: str = "", *, beside: bool = False) -> list[Turn]:
    """One conversation, from its first question to its last. ``beside``: ask leaning questions as typed and as written by hand as well."""
    earlier, turns = list[Answer](), list[Turn]()
    for turn in dialogue["turns"]:
        question = turn["question"]
        answer = ask(engine, Asked(question, earlier=tuple(earlier)), llm)
        alone = ask(engine, Asked(question)) if earlier and (beside or turn["stands_alone"]) else answer
        written = turn.get("rewritten") if beside else None
        by_hand = holds(ask(engine, Asked(question, searched_as=written)), turn) if written else None
        turns.append(
            Turn(
                turn["kind"],
                dialogue["language"],
                turn["stands_alone"],
                answer,
                holds(answer, turn),
                holds(alone, turn),
                by_hand,
                _shown(answer) == _shown(alone),
            )
        )
        earlier.append(replace(answer, text=turn["reply"], said=turn["reply"]) if turn.get("reply") else answer)
    return turns


def _shown(answer: Answer) -> Answer:
    return replace(answer, timings={}, tokens={}, model="", finish="", stopped=False)


def open_set(folder: Path, files: Path) -> Engine:
    engine = Engine(folder)
    engine.add_sources([str(files)])
    engine.index(IndexRequest((str(files),)), Cancellation())
    return engine


def share(turns: Sequence[bool]) -> float:
    return sum(turns) / len(turns) if turns else math.nan


def _chance(files: Path, dialogues: Sequence[dict[str, Any]]) -> float:
    """Of the leaning turns: that three of all sentences, drawn at random, hold the answer."""
    texts = {file.name: file.read_text(encoding="utf-8") for file in files.iterdir()}
    total = sum(len(sentences(text)) for text in texts.values())
    chances = []
    for turn in (turn for dialogue in dialogues for turn in dialogue["turns"] if not turn["stands_alone"]):
        text = texts[turn["file"]]
        right = sum(turn["answer"] in text[start:end] for start, end in sentences(text))
        chances.append(1 - math.comb(total - right, _QUOTES) / math.comb(total, _QUOTES))
    return sum(chances) / len(chances)


def main() -> None:
    llm = sys.argv[sys.argv.index("--llm") + 1] if "--llm" in sys.argv else ""
    for name, file, files in SETS:
        if not file.is_file():
            print(f"skipped: no {file.name} in ../shared/data/office")
            continue
        dialogues = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        with tempfile.TemporaryDirectory() as folder, closing(open_set(Path(folder) / "library", files)) as engine:
            read = engine.files(LedgerQuery(("indexed",)))[1]
            print(f"{name}: {len(dialogues)} dialogues over {read} files" + (f", with {Path(llm).name}" if llm else ""))
            started = time.perf_counter()
            model = str(Path(llm).resolve()) if llm else ""
            turns = [turn for dialogue in dialogues for turn in follow(engine, dialogue, model, beside=True)]
            print(f"  {time.perf_counter() - started:.0f} s")
        _table(turns, _chance(files, dialogues))


def _table(turns: Sequence[Turn], chance: float) -> None:
    leaning = [turn for turn in turns if not turn.stands_alone]
    by_hand = [turn.by_hand for turn in leaning if turn.by_hand is not None]
    print(
        f"  leaning {len(leaning)}: among three quotes {share([turn.hit for turn in leaning]):.3f}; as typed "
        f"{share([turn.bare for turn in leaning]):.3f}; by hand {share(by_hand):.3f}; chance {chance:.3f}; "
        f"taken for leaning {share([turn.answer.follows for turn in leaning]):.3f}"
    )
    kinds = defaultdict[tuple[str, str], list[bool]](list)
    for turn in leaning:
        kinds[turn.kind, turn.language].append(turn.hit)
    for (kind, language), hits in sorted(kinds.items()):
        print(f"    {kind:<16} {language}  {sum(hits)} of {len(hits)}")
    alone = [turn for turn in turns if turn.stands_alone]
    later = len([turn for turn in alone if turn.kind != "first"])
    print(
        f"  standing alone {len(alone)}, {later} of them later in a conversation: as in a new conversation {share([turn.same for turn in alone]):.3f}"
    )
    print("  first quotes after " + spread([turn.answer.timings["quoted"] for turn in leaning]))

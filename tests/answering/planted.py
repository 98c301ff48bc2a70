# SPDX-License-Identifier: Apache-2.0
"""The answers with planted errors and their passages; what the proof makes of them, counted.

``planted_errors.jsonl`` has a right and a wrong form of each answer: ``form`` verbatim or reworded by hand, ``kind`` of the error, ``held``
for every third, which nobody looked at while the proof was tuned. ``passage`` names one of ``planted_passages.jsonl`` (the sample office,
as it is read) or "zh-12", a text of ``resources/meaning/texts.json``. Each answer is held against its passage and the four most like it.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop_app.answering.proof.evidence import Embed
from desktop_app.answering.proof.proof import prove
from desktop_app.answering.proof.statement import content_terms
from desktop_app.contract.answer import SUPPORTED
from desktop_app.contract.document import Locator
from desktop_app.contract.passage import Passage
from desktop_app.foundation import paths

HERE = Path(__file__).parent
_LIKE = 4


@dataclass
class Counts:
    """Marks on sentences: ``right`` on planted ones, ``false`` on others; ``missed``: planted ones without. ``cited``: supported sentences
    that cite their own passage, of ``sound``."""

    right: int = 0
    false: int = 0
    missed: int = 0
    cited: int = 0
    sound: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.false)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


@functools.cache
def passages() -> dict[str, Passage]:
    found = {}
    for one in lines(HERE / "planted_passages.jsonl"):
        found[one["id"]] = passage(one["text"], len(found) + 1, one["trail"], one["path"])
    texts = json.loads((paths.resources() / "meaning" / "texts.json").read_text(encoding="utf-8"))
    for language in ("zh", "en"):
        for number, one in enumerate(texts[language]["passages"]):
            found[f"{language}-{number}"] = passage(one["text"], len(found) + 1, path=f"/资料/{language}.txt")
    return found


def passage(text: str, number: int, trail: Sequence[str] = (), path: str = "/资料/手册.txt") -> Passage:
    return Passage(number, number, path, text, Locator(), 0.8, tuple(trail))


def answers() -> list[dict[str, Any]]:
    return lines(HERE / "planted_errors.jsonl")


def sent_with(known: dict[str, Passage], name: str, place: int) -> list[Passage]:
    """The passage and those most like it, as a search would send them, it at another place each time."""
    terms = {one: content_terms(each.text) for one, each in known.items()}

    def like(one: str) -> float:
        return -len(terms[one] & terms[name]) / (len(terms[one]) ** 0.5 + 1)

    sent = [known[one] for one in sorted(known, key=like) if one != name and known[one] is not known[name]][:_LIKE]
    sent.insert(place % (_LIKE + 1), known[name])
    return sent


def count(
    rows: Iterable[dict[str, Any]], groups: Sequence[str] = (), embed: Embed | None = None
) -> dict[tuple[str, ...], Counts]:
    """The marks by the values of ``groups``."""
    known, counted = passages(), dict[tuple[str, ...], Counts]()
    for place, row in enumerate(rows):
        sent = sent_with(known, row["passage"], place)
        own = known[row["passage"]].chunk_id
        counts = counted.setdefault(tuple(row[group] for group in groups), Counts())
        for text in (row["right"], row["wrong"]):
            proof = prove(text, sent, embed=embed)
            for part in proof.parts:
                said = proof.text[part.start : part.end]
                planted = _letters(said) not in _letters(row["right"])
                marked = part.verdict != SUPPORTED
                counts.right += planted and marked
                counts.false += marked and not planted
                counts.missed += planted and not marked
                if planted != marked:
                    counts.faults.append(f"{'missed' if planted else 'false'} {row['kind']}: {said} {part.why} {part.missing}")
                if not planted and not marked:
                    cited = {one.chunk_id for one in proof.citations if one.number in part.citations}
                    counts.sound, counts.cited = counts.sound + 1, counts.cited + (own in cited)
    return counted


def _letters(text: str) -> str:
    return re.sub(r"\W", "", re.sub(r"\[\d+\]", "", text))

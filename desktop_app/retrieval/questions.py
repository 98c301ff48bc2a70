# SPDX-License-Identifier: Apache-2.0
"""Evaluation questions from a file, matched to their answers in a library.

A line: ``{"question": "…", "path": "…"}`` with a path, its end, or a file's name with or without its ending; or ``{"question": "…",
"passage": "…"}`` with the text that answers, or a file's name. Further fields are passed over.
"""

from __future__ import annotations

import json
import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from desktop_app.contract.reports.evaluation_report import Matched, Question, Target
from desktop_app.foundation.errors import UsageProblem
from desktop_app.library.catalogue import Catalogue
from desktop_app.retrieval import shingles

# Of the shorter of both texts: a passage may be cut into chunks anywhere, and a chunk may hold more than the passage.
_SAME = 0.6


def read(file: Path) -> tuple[list[Question], int]:
    """The questions, and how many lines had a blank one. Raises ``UsageProblem``: batch_unreadable, eval_line, eval_empty."""
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageProblem("batch_unreadable", path=file) from error
    questions: list[Question] = []
    blank = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise UsageProblem("eval_line", path=file, line=number) from error
        question = _question(number, fields)
        if question is None:
            raise UsageProblem("eval_line", path=file, line=number)
        if question.text.strip():
            questions.append(question)
        else:
            blank += 1
    if not questions:
        raise UsageProblem("eval_empty", path=file)
    return questions, blank


def _question(number: int, fields: object) -> Question | None:
    if not isinstance(fields, dict) or not isinstance(fields.get("question"), str):
        return None
    for name in ("path", "file"):
        if isinstance(fields.get(name), str) and fields[name].strip():
            return Question(number, fields["question"], path=fields[name].strip())
    passage = fields.get("passage")
    if isinstance(passage, str) and passage.strip():
        return Question(number, fields["question"], passage=passage.strip())
    return None


def match(catalogue: Catalogue, questions: Sequence[Question], blank: int = 0) -> Matched:
    """Find what the questions name in a library. A copy of the right file is right as well."""
    files = _Files(catalogue)
    found: dict[int, Target] = {}
    texts: dict[str, list[Question]] = defaultdict(list)
    for question in questions:
        paths = files.named(question.path or question.passage)
        if paths:
            found[question.line] = Target(question, paths)
        elif question.passage:
            texts[question.passage].append(question)
    for passage, chunks in _holders(catalogue, list(texts)).items():
        for question in texts[passage]:
            paths = frozenset(chunk.path for chunk in catalogue.chunks.by_ids(chunks))
            found[question.line] = Target(question, paths, frozenset(chunks))
    targets = tuple(found[question.line] for question in questions if question.line in found)
    return Matched(targets, tuple(question for question in questions if question.line not in found), blank)


class _Files:
    """The library's files by name, by each end of their path, and by content."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._by_name: dict[str, list[str]] = defaultdict(list)
        self._content: dict[str, str] = {}
        self._copies: dict[str, list[str]] = defaultdict(list)
        for file in catalogue.chunks.file_texts():
            if not file.text:
                continue
            name = _parts(file.path)[-1]
            for key in {name, os.path.splitext(name)[0]}:
                self._by_name[key].append(file.path)
            self._content[file.path] = file.sha256
            self._copies[file.sha256].append(file.path)

    def named(self, wanted: str) -> frozenset[str]:
        """Files that ``wanted`` may mean, with their copies; none when it is no name of one."""
        parts = _parts(wanted)
        if not parts or len(wanted) > 4096:
            return frozenset()
        found = []
        for path in self._by_name.get(parts[-1], ()):
            has = _parts(path)
            end = [*has[-len(parts) : -1], parts[-1]]
            if end == list(parts) or path == wanted:
                found.append(path)
        return frozenset(copy for path in found for copy in self._copies[self._content[path]])


def _parts(path: str) -> tuple[str, ...]:
    return tuple(part for part in path.replace("\\", "/").split("/") if part not in ("", "."))


def _holders(catalogue: Catalogue, passages: Sequence[str]) -> dict[str, list[int]]:
    """The ids of the chunks that hold each passage, for passages that any chunk holds: by their shingles, in one walk over the
    library."""
    if not passages:
        return {}
    sizes: list[int] = []
    passages_of: dict[int, list[int]] = defaultdict(list)
    for number, passage in enumerate(passages):
        own = set(shingles.shingles(shingles.tokens(passage)).tolist())
        sizes.append(len(own))
        for shingle in own:
            passages_of[shingle].append(number)
    found: dict[str, list[int]] = defaultdict(list)
    for chunk_id, text in _chunk_texts(catalogue):
        own = set(shingles.shingles(shingles.tokens(text)).tolist())
        hits = Counter(number for shingle in own for number in passages_of.get(shingle, ()))
        for number, count in hits.items():
            if count >= _SAME * min(sizes[number], len(own)):
                found[passages[number]].append(chunk_id)
    return found


def _chunk_texts(catalogue: Catalogue) -> Iterable[tuple[int, str]]:
    for file in catalogue.chunks.by_file():
        for chunk in file:
            yield chunk.id, chunk.text

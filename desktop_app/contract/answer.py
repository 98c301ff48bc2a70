# SPDX-License-Identifier: Apache-2.0
"""An answer and its proof: parts, citations, checks."""

from __future__ import annotations

from dataclasses import dataclass, field

from desktop_app.contract.document import Locator
from desktop_app.contract.form import Computed
from desktop_app.contract.passage import NONE, Passage

SUPPORTED, PARTLY, UNSUPPORTED = "supported", "partly", "unsupported"
"""What the passages say about a sentence: all of it is there; some of it is; nothing there says it, or it says something else."""


@dataclass(frozen=True, slots=True)
class Citation:
    """``quote`` is verbatim text of chunk ``chunk_id``, from character ``start`` to ``end`` of the chunk's text; ``locator`` is the
    narrowest place known for it. ``number`` is what the answer shows as [1]."""

    number: int
    chunk_id: int
    path: str
    locator: Locator
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class AnswerPart:
    """One sentence of the answer: its character range in ``Answer.text``, the citation numbers it carries, and the verdict on it.
    ``why`` (a stable code, words in ``wording.problem_texts.unsupported``) is set unless it is supported; ``missing`` are the words of the sentence
    that do not stand in the source."""

    start: int
    end: int
    citations: tuple[int, ...] = ()
    verdict: str = SUPPORTED
    why: str = ""
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checks:
    """Counts of sentences; of citation numbers that named no passage and were taken out; of those that named the wrong one and were
    corrected."""

    supported: int = 0
    unsupported: int = 0
    dropped_citations: int = 0
    partly: int = 0
    corrected: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """``mode``: "llm", "extractive" (the documents' own sentences, no model), "computed" (over tables: ``computed``) or
    "summary" (of a file or folder: section by section its own sentences, or what a model wrote of each, then ``said`` is not empty). ``text`` is Markdown
    with [n] citations.

    ``certainty``: "answer"; "perhaps", then ``text`` quotes what may answer; "none", then ``nearest`` holds the nearest passages.
    ``found`` is True for "answer" only. ``refused``: the language model gave no answer, ``text`` quotes instead. ``meaning`` as in ``SearchResult``. ``timings`` in
    seconds: "search", "quoted", "first_token", "total". ``sent`` are the passages the model saw, or the quoted ones.

    A written answer keeps in ``quoted`` the quotes that were shown before it. Where nothing of what the model wrote is supported, the
    quotes are the answer and ``written`` holds the model's text, to be shown folded and marked. ``thought``: what it wrote for itself;
    ``said``: the answer as it came, for the next prompt. ``finish``: "stop", "length", "loop", "cancelled", or "thought" (it ran out
    while thinking). ``model``: the file. ``tokens``: "prompt", "reused", "written". ``problem`` with ``problem_data``: why no model wrote,
    a code of ``foundation.errors``; the quotes stand.

    ``searched_as``: what was searched for in place of the question, where ``follows`` says that it leans on the conversation or the
    person wrote it. ``dropped_turns``: earlier turns that had no room in the prompt. ``unread_files``: files of the scope that were still to
    be read.
    """

    question: str
    text: str
    found: bool
    mode: str
    parts: tuple[AnswerPart, ...] = ()
    citations: tuple[Citation, ...] = ()
    nearest: tuple[Passage, ...] = ()
    sent: tuple[Passage, ...] = ()
    checks: Checks = Checks()
    timings: dict[str, float] = field(default_factory=dict)
    searched_files: int = 0
    total_files: int = 0
    stopped: bool = False
    certainty: str = NONE
    refused: bool = False
    meaning: float | None = None
    quoted: Answer | None = None
    written: str = ""
    thought: str = ""
    said: str = ""
    finish: str = ""
    model: str = ""
    tokens: dict[str, int] = field(default_factory=dict)
    problem: str = ""
    problem_data: dict[str, str] = field(default_factory=dict)
    searched_as: str = ""
    follows: bool = False
    dropped_turns: int = 0
    unread_files: int = 0
    computed: Computed | None = None

    @property
    def is_written(self) -> bool:
        """Whether its text was written by a model, not made by the program of the documents' own words."""
        return self.mode == "llm" or (self.mode == "summary" and bool(self.said))

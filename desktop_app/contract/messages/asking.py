"""Messages about search, questions and the passages around an answer."""

from __future__ import annotations

import msgspec

from desktop_app.contract.answer import Answer
from desktop_app.contract.document import Locator, Piece
from desktop_app.contract.duplicate_report import DuplicateReport
from desktop_app.contract.ledger import EVERYWHERE, Scope
from desktop_app.contract.messages.base import Lane, Reply, Request
from desktop_app.contract.passage import Passage, SearchResult


class Search(Request, frozen=True):
    """-> SearchDone"""

    lane = Lane.QUICK

    question: str
    top: int = 10
    scope: Scope = EVERYWHERE


class Similar(Request, frozen=True):
    """Passages like a text that was selected, or like passage ``chunk_id``, which is itself left out (0: none). -> SearchDone"""

    lane = Lane.QUICK

    text: str
    chunk_id: int = 0
    top: int = 30


class Duplicates(Request, frozen=True):
    """Copies and versions over the whole library. -> Progress (stage "comparing")..., DuplicatesResult"""

    lane = Lane.LONG


class Ask(Request, frozen=True):
    """-> PassagesFound, ModelLoading?, Token..., Answered

    ``llm``: a GGUF file, or "" for an extractive answer. ``conversation``: 0 starts a new one.
    """

    lane = Lane.ASK

    question: str
    llm: str = ""
    conversation: int = 0
    scope: Scope = EVERYWHERE


class Context(Request, frozen=True):
    """The text around a chunk, for the source panel. -> ContextResult"""

    lane = Lane.QUICK

    chunk_id: int
    before: int = 3
    after: int = 3


class PassagesFound(Reply, frozen=True):
    """The passages that will be sent to the model, or quoted, before the first token."""

    passages: list[Passage]


class Token(Reply, frozen=True):
    """A piece of the answer as it is written; several tokens may come as one."""

    text: str


class SearchDone(Reply, frozen=True):
    result: SearchResult


class DuplicatesResult(Reply, frozen=True):
    report: DuplicateReport


class Answered(Reply, frozen=True):
    answer: Answer
    conversation: int


class ContextChunk(msgspec.Struct, frozen=True):
    chunk_id: int
    text: str
    locator: Locator
    trail: list[str]
    pieces: list[Piece]


class ContextResult(Reply, frozen=True):
    """Chunks of one file in order, the one asked for among them."""

    path: str
    chunk_id: int
    chunks: list[ContextChunk]
    exists: bool
    changed: bool

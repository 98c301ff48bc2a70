# SPDX-License-Identifier: Apache-2.0
"""Messages about search and questions."""

from __future__ import annotations

from desktop_app.contract.answer import Answer
from desktop_app.contract.form import Form
from desktop_app.contract.ledger import EVERYWHERE, Scope
from desktop_app.contract.messages.message_base import EngineRequest, Lane
from desktop_app.contract.passage import Passage, SearchResult
from desktop_app.contract.preset import Preset
from desktop_app.contract.reports.duplicate_report import DuplicateReport
from desktop_app.contract.search_page import SearchOrder
from desktop_app.ipc.message import PartialReply, Reply


class Search(EngineRequest, frozen=True):
    """The ``top`` first hits, with the near misses after them. -> SearchDone"""

    lane = Lane.QUICK

    question: str
    top: int = 10
    scope: Scope = EVERYWHERE
    order: SearchOrder = "best"


class Similar(EngineRequest, frozen=True):
    """Passages like a text that was selected, or like passage ``chunk_id``, which is itself left out (0: none). -> SearchDone"""

    lane = Lane.QUICK

    text: str
    chunk_id: int = 0
    top: int = 30


class Duplicates(EngineRequest, frozen=True):
    """Copies and versions over the whole library. -> Progress (files)..., DuplicatesResult"""

    lane = Lane.LONG


class Ask(EngineRequest, frozen=True):
    """-> Began, Quoted?, ModelLoading?, PassagesFound?, Reading..., Token..., SummingUp..., Answered

    ``llm``: a GGUF file, or "" for quotes. ``conversation``: 0 starts a new one. ``searched_as``: search for this, not for the question;
    ``as_typed``: search for the question even where it leans on the conversation.

    ``turn``: answer this turn of the conversation again (0: a new turn); its answer is kept among the earlier ones. ``beside``: keep that
    answer, and put the new one beside it. ``go_on``: continue its answer, which ran out.

    ``form``: compute this, whatever the question says; it is the form of an answer as somebody changed it.
    """

    lane = Lane.ASK

    question: str
    llm: str = ""
    conversation: int = 0
    scope: Scope = EVERYWHERE
    searched_as: str = ""
    as_typed: bool = False
    preset: Preset = Preset()
    turn: int = 0
    beside: bool = False
    go_on: bool = False
    form: Form | None = None


class Began(PartialReply, frozen=True):
    """The question is kept as ``turn`` of ``conversation``, before it waits for its answer; nothing of it is lost from here on."""

    conversation: int
    turn: int


class Quoted(PartialReply, frozen=True):
    """The quotes that answer, or may answer, before a model writes. May come again, where a model understood a follow-up better."""

    answer: Answer


class Reading(PartialReply, frozen=True):
    """How far the model has read its prompt, in tokens, and the seconds left by its measured speed (-1: not known); or the files that a
    question over all of them is read from."""

    latest_wins = True

    done: int
    total: int
    seconds: float = -1.0


class SummingUp(PartialReply, frozen=True):
    """How many parts of a summary the model has written, of how many, and the seconds left (-1: not known)."""

    latest_wins = True

    done: int
    total: int
    seconds: float = -1.0


class PassagesFound(PartialReply, frozen=True):
    """The passages that the model reads, before it does."""

    passages: list[Passage]


class Token(PartialReply, frozen=True):
    """A piece of the answer as it is written, or of the ``thought`` before it; several tokens may come as one."""

    text: str
    thought: bool = False


class SearchDone(Reply, frozen=True):
    """The end of ``Search`` and ``Similar``."""

    result: SearchResult


class DuplicatesResult(Reply, frozen=True):
    """The end of ``Duplicates``."""

    report: DuplicateReport


class Answered(Reply, frozen=True):
    """The end of ``Ask``: the whole answer, and the conversation and turn that keep it (turn 0: none)."""

    answer: Answer
    conversation: int
    turn: int = 0

"""The engine's protocol: typed messages, one JSON line each, checked on both sides by msgspec.

Life of a conversation over the pipe:

    window                                  engine
    Hello(protocol, version)      ->
                                  <-        Welcome(protocol, version, ...)      or Failed(code="engine_version"), then exit
    a Request with a fresh ``id`` ->
                                  <-        any number of Progress / PassagesFound / Token / ModelLoading of that id
                                  <-        exactly one end: a result, Failed or Stopped
                                  <-        Status (no id), whenever it changes
                                  <-        SourcesChanged (no id), when watched sources have changed
    Cancel(target=id)             ->        that request still ends once: Stopped, or its result when it was too late
    standard input closed         ->        the engine finishes the file at hand, closes the library and exits

``PROTOCOL`` history: 1 first form.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from desktop_app.answering.model import Answer
from desktop_app.documents.model import Locator, Piece
from desktop_app.indexing import model as indexing
from desktop_app.library.model import EVERYWHERE, LedgerRow, Scope, Source
from desktop_app.models.model import ModelEntry
from desktop_app.retrieval.duplicate_model import DuplicateReport
from desktop_app.retrieval.model import Passage, SearchResult

PROTOCOL = 1


def _tag(name: str) -> str:
    return "".join("_" + c.lower() if c.isupper() else c for c in name).lstrip("_")


class _Message(msgspec.Struct, frozen=True, tag_field="type", tag=_tag):
    pass


# ---- requests: window -> engine -------------------------------------------------------------------------------------


class Hello(_Message, frozen=True):
    protocol: int
    version: str


class Request(_Message, frozen=True):
    """``id`` is chosen by the asker, never reused within a session."""

    id: int


class Overview(Request, frozen=True):
    """-> OverviewResult"""


class AddSources(Request, frozen=True):
    """Remember folders and files (absolute paths). -> Done. Indexing is asked for with ``Index``."""

    paths: list[str]


class RemoveSource(Request, frozen=True):
    """Forget a folder or file and everything indexed from it; the documents themselves are never touched. -> Done"""

    path: str


class Index(Request, frozen=True):
    """Bring the library up to date with its sources. -> Progress..., Forecast..., IndexResult

    ``retry``: paths whose last failure should be tried again although the file has not changed; ["*"] means all of them.
    ``passwords``: tried in turn on protected files of this run; kept nowhere. ``roots``: only these sources; empty: all.
    """

    retry: list[str] = []
    passwords: list[str] = []
    roots: list[str] = []


class Rules(Request, frozen=True):
    """What is left out of the library. -> RulesResult"""


class SetRules(Request, frozen=True):
    """Leave out other files from the next Index on. -> Done, or Failed(code="pattern_invalid")

    ``patterns`` as in .gitignore; ``hidden``: hidden files and folders too; ``max_megabytes``: files over this size, 0 for none.
    """

    patterns: list[str]
    hidden: bool
    max_megabytes: int


class Watch(Request, frozen=True):
    """Watch the sources for changes, or stop; how it begins is the setting "watch". -> Done"""

    watched: bool


class Pause(Request, frozen=True):
    """Pause or go on with indexing. Remembered with the library: a run of the next start begins paused. -> Done"""

    paused: bool


class Gentle(Request, frozen=True):
    """How hard indexing works from now on: "auto", "on" or "off" (the setting ``gentle``, which the window keeps). -> Done"""

    gentle: Literal["auto", "on", "off"]


class Typing(Request, frozen=True):
    """The person is typing; sent every second or two while they do. -> Done"""


class GiveUp(Request, frozen=True):
    """Do not wait any longer for the file at ``path``, which is being read. -> Done"""

    path: str


class Cancel(Request, frozen=True):
    """Stop request ``target``. -> Done (the target ends by itself)"""

    target: int


class Files(Request, frozen=True):
    """A page of the ledger. ``states`` empty: all. ``below``: only files of this source. ``words``: each must stand in the path, or
    the reason be one of the codes beside it (those whose sentence, in the window's language, holds the word). -> FilesResult"""

    states: list[str] = []
    below: str = ""
    offset: int = 0
    limit: int = 500
    words: list[tuple[str, list[str]]] = []
    order: Literal["path", "state", "reason"] = "path"
    descending: bool = False


class Search(Request, frozen=True):
    """-> SearchDone"""

    question: str
    top: int = 10
    scope: Scope = EVERYWHERE


class Similar(Request, frozen=True):
    """Passages like a text that was selected, or like passage ``chunk_id``, which is itself left out (0: none). -> SearchDone"""

    text: str
    chunk_id: int = 0
    top: int = 30


class Duplicates(Request, frozen=True):
    """Copies and versions over the whole library. -> Progress (stage "comparing")..., DuplicatesResult"""


class Ask(Request, frozen=True):
    """-> PassagesFound, ModelLoading?, Token..., Answered

    ``llm``: a GGUF file, or "" for an extractive answer. ``conversation``: 0 starts a new one.
    """

    question: str
    llm: str = ""
    conversation: int = 0
    scope: Scope = EVERYWHERE


class Context(Request, frozen=True):
    """The text around a chunk, for the source panel. -> ContextResult"""

    chunk_id: int
    before: int = 3
    after: int = 3


class Models(Request, frozen=True):
    """What lies in a model folder ("" for none) and in the model caches of this PC. -> ModelsResult"""

    folder: str = ""


class WarmUp(Request, frozen=True):
    """Load a language model ahead of the first question; "" frees the one that is loaded. -> ModelLoading..., Done"""

    llm: str = ""


class ChooseEmbedding(Request, frozen=True):
    """Want another embedding model: a folder, a GGUF file, "bundled" or "none". The next Index prepares it while the present one answers.
    -> Done"""

    embedding: str


class ChooseReranker(Request, frozen=True):
    """Use a cross-encoder folder that puts passages in a better order; "" for none. Loads it, so that a bad one is told. -> Done"""

    reranker: str


class Doctor(Request, frozen=True):
    """-> DoctorResult"""


class Conversations(Request, frozen=True):
    """-> ConversationsResult, newest first"""


class OpenConversation(Request, frozen=True):
    """-> ConversationResult"""

    conversation: int


class RenameConversation(Request, frozen=True):
    """-> Done"""

    conversation: int
    title: str


class DeleteConversation(Request, frozen=True):
    """-> Done"""

    conversation: int


# ---- replies: engine -> window --------------------------------------------------------------------------------------


class Welcome(_Message, frozen=True):
    protocol: int
    version: str
    library: str
    pid: int


class Status(_Message, frozen=True):
    """What the status line shows; sent whenever a part of it changes.

    ``embedding``: "loading", "ready", "none" or "failed" (then ``embedding_problem`` holds a code and data);
    ``llm``: "none", "loading", "ready" or "failed"; ``llm_memory`` in bytes; ``indexing``: "idle", "running" or "paused".
    ``embedding_next``: the name of the model that is to take over, "" when none is, and ``embedding_next_percent`` how much of its
    vectors is made; ``embedding_rebuilt``: percent of a lost index that is built again, -1 when none is.
    ``set_aside``: the file that damaged conversations were put into, "" when all is well.
    ``gentle``: why indexing goes gently now ("chosen", "typing", "battery", "memory"), "" at full speed.
    ``children`` are the process ids of model and reader processes, for the connection count.
    """

    embedding: str = "loading"
    embedding_name: str = ""
    embedding_problem: str = ""
    embedding_data: dict[str, str] = {}
    embedding_languages: str = ""
    embedding_next: str = ""
    embedding_next_percent: int = 0
    embedding_rebuilt: int = -1
    llm: str = "none"
    llm_path: str = ""
    llm_memory: int = 0
    indexing: str = "idle"
    set_aside: str = ""
    gentle: str = ""
    children: list[int] = []


class SourcesChanged(_Message, frozen=True):
    """Something in these sources is new, changed or gone, or one of them came back. The window asks for ``Index`` when it wants to."""

    paths: list[str]


class Reply(_Message, frozen=True):
    id: int


class Progress(Reply, frozen=True):
    """Latest wins. ``stage``: "scanning" then "reading"; "measuring", "embedding" and "building" while another embedding model is
    prepared (``path`` its name, ``done`` passages); "comparing" for copies and versions. ``total`` is 0 while scanning; ``seconds_left``
    None until it can be told. ``counts`` holds files per outcome so far. ``part`` of ``parts``: pages of a long file at hand.
    ``stalled``: seconds without any progress, 0 while all is well; ``doing`` is then "scanning", "reading", "embedding" or "preparing"."""

    stage: str
    path: str = ""
    done: int = 0
    total: int = 0
    chunks: int = 0
    seconds: float = 0.0
    seconds_left: float | None = None
    counts: dict[str, int] = {}
    part: int = 0
    parts: int = 0
    stalled: float = 0.0
    doing: str = ""


class Forecast(Reply, frozen=True):
    """What the run will take; latest wins. Fields as in ``indexing.model.Forecast``."""

    forecast: indexing.Forecast


class PassagesFound(Reply, frozen=True):
    """The passages that will be sent to the model, or quoted, before the first token."""

    passages: list[Passage]


class ModelLoading(Reply, frozen=True):
    """``fraction`` in 0..1."""

    path: str
    fraction: float


class Token(Reply, frozen=True):
    """A piece of the answer as it is written; several tokens may come as one."""

    text: str


class Done(Reply, frozen=True):
    pass


class Stopped(Reply, frozen=True):
    """Ended because it was cancelled; what was finished stays."""


class Failed(Reply, frozen=True):
    """``id`` 0 when it belongs to no request. ``code`` and ``data`` as in ``foundation.errors``."""

    code: str
    data: dict[str, str] = {}


class OverviewResult(Reply, frozen=True):
    """``counts``: ledger states -> files, over the whole library. ``embedding``: "bundled", "none", a folder or a GGUF file;
    ``embedding_next``: the one that is to take over, or ""."""

    library: str
    sources: list[Source]
    counts: dict[str, int]
    chunks: int
    embedding: str
    embedding_next: str = ""


class IndexResult(Reply, frozen=True):
    """``files``: indexed, unchanged, partial, skipped, failed, removed (numbers of files of this run)."""

    files: dict[str, int]
    chunks: int
    seconds: float
    offline: list[str] = []
    embedding: str = ""  # the embedding model that took over with this run


class RulesResult(Reply, frozen=True):
    """As in ``SetRules``; ``defaults`` are the patterns of a new library."""

    patterns: list[str]
    hidden: bool
    max_megabytes: int
    defaults: list[str]


class FilesResult(Reply, frozen=True):
    """``total`` counts all rows that match, not only this page."""

    rows: list[LedgerRow]
    total: int


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


class ModelsResult(Reply, frozen=True):
    """``problem`` with ``data``: what is wrong with the chosen folder; the caches are listed all the same."""

    folder: str
    entries: list[ModelEntry]
    problem: str = ""
    data: dict[str, str] = {}


class DoctorResult(Reply, frozen=True):
    """Sections of plain values, for showing and for ``--json``: hardware, embedding, llm, offline, library."""

    report: dict[str, dict[str, Any]]


class ConversationHead(msgspec.Struct, frozen=True):
    """``updated`` in seconds since the epoch."""

    id: int
    title: str
    updated: float
    turns: int


class ConversationsResult(Reply, frozen=True):
    conversations: list[ConversationHead]


class ConversationResult(Reply, frozen=True):
    """Whole answers in order, each with its question and its sources; ``scope``: where it last asked."""

    head: ConversationHead
    answers: list[Answer]
    scope: Scope = EVERYWHERE


AnyRequest = (
    Hello
    | Overview
    | AddSources
    | RemoveSource
    | Index
    | Rules
    | SetRules
    | Watch
    | Pause
    | Gentle
    | Typing
    | GiveUp
    | Cancel
    | Files
    | Search
    | Similar
    | Duplicates
    | Ask
    | Context
    | Models
    | WarmUp
    | ChooseEmbedding
    | ChooseReranker
    | Doctor
    | Conversations
    | OpenConversation
    | RenameConversation
    | DeleteConversation
)
AnyReply = (
    Welcome
    | Status
    | Progress
    | Forecast
    | PassagesFound
    | ModelLoading
    | Token
    | Done
    | Stopped
    | Failed
    | OverviewResult
    | IndexResult
    | RulesResult
    | SourcesChanged
    | FilesResult
    | SearchDone
    | DuplicatesResult
    | Answered
    | ContextResult
    | ModelsResult
    | DoctorResult
    | ConversationsResult
    | ConversationResult
)

request_decoder: msgspec.json.Decoder[AnyRequest] = msgspec.json.Decoder(AnyRequest)
reply_decoder: msgspec.json.Decoder[AnyReply] = msgspec.json.Decoder(AnyReply)

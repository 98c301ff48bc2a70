"""The engine's protocol: typed messages, one JSON line each, checked on both sides by msgspec.

Life of a conversation over the pipe:

    window                                  engine
    Hello(protocol, version)      ->
                                  <-        Welcome(protocol, version, ...)      or Failed(code="engine_version"), then exit
    a Request with a fresh ``id`` ->
                                  <-        any number of Progress / PassagesFound / Token / ModelLoading of that id
                                  <-        exactly one end: a result, Failed or Stopped
                                  <-        Status (no id), whenever it changes
    Cancel(target=id)             ->        that request still ends once: Stopped, or its result when it was too late
    standard input closed         ->        the engine finishes the file at hand, closes the library and exits

``PROTOCOL`` history: 1 first form.
"""

from __future__ import annotations

from typing import Any

import msgspec

from desktop_app.answering.model import Answer
from desktop_app.documents.model import Locator, Piece
from desktop_app.library.model import LedgerRow, Source
from desktop_app.models.model import ModelEntry
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
    """Bring the library up to date with its sources. -> Progress..., IndexResult

    ``retry``: paths whose last failure should be tried again although the file has not changed; ["*"] means all of them.
    ``passwords``: tried in turn on protected files of this run; kept nowhere.
    """

    retry: list[str] = []
    passwords: list[str] = []


class Pause(Request, frozen=True):
    """Pause or go on with indexing. -> Done"""

    paused: bool


class Cancel(Request, frozen=True):
    """Stop request ``target``. -> Done (the target ends by itself)"""

    target: int


class Files(Request, frozen=True):
    """A page of the ledger, ordered by path. ``states`` empty: all. ``below``: only files of this source. -> FilesResult"""

    states: list[str] = []
    below: str = ""
    offset: int = 0
    limit: int = 500


class Search(Request, frozen=True):
    """-> SearchDone"""

    question: str
    top: int = 10


class Ask(Request, frozen=True):
    """-> PassagesFound, ModelLoading?, Token..., Answered

    ``llm``: a GGUF file, or "" for an extractive answer. ``conversation``: 0 starts a new one.
    """

    question: str
    llm: str = ""
    conversation: int = 0


class Context(Request, frozen=True):
    """The text around a chunk, for the source panel. -> ContextResult"""

    chunk_id: int
    before: int = 3
    after: int = 3


class Models(Request, frozen=True):
    """What lies in a model folder; "" only lists the bundled embedding model. -> ModelsResult"""

    folder: str = ""


class WarmUp(Request, frozen=True):
    """Load a language model ahead of the first question; "" frees the one that is loaded. -> ModelLoading..., Done"""

    llm: str = ""


class ChooseEmbedding(Request, frozen=True):
    """Use another embedding model: a folder, "bundled" or "none". Files are read again by the next Index. -> Done"""

    embedding: str


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
    ``children`` are the process ids of model and reader processes, for the connection count.
    """

    embedding: str = "loading"
    embedding_name: str = ""
    embedding_problem: str = ""
    embedding_data: dict[str, str] = {}
    embedding_languages: str = ""
    llm: str = "none"
    llm_path: str = ""
    llm_memory: int = 0
    indexing: str = "idle"
    children: list[int] = []


class Reply(_Message, frozen=True):
    id: int


class Progress(Reply, frozen=True):
    """Latest wins. ``stage``: "scanning" then "reading". ``total`` is 0 while scanning; ``seconds_left`` None until it can be
    told. ``counts`` holds files per outcome so far; ``problems`` rows that failed since the last Progress (at most 50)."""

    stage: str
    path: str = ""
    done: int = 0
    total: int = 0
    chunks: int = 0
    seconds: float = 0.0
    seconds_left: float | None = None
    counts: dict[str, int] = {}


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
    """``counts``: ledger states -> files, over the whole library. ``embedding``: "bundled", "none" or a folder."""

    library: str
    sources: list[Source]
    counts: dict[str, int]
    chunks: int
    embedding: str


class IndexResult(Reply, frozen=True):
    """``files``: indexed, unchanged, partial, skipped, failed, removed (numbers of files of this run)."""

    files: dict[str, int]
    chunks: int
    seconds: float
    offline: list[str] = []


class FilesResult(Reply, frozen=True):
    """``total`` counts all rows that match, not only this page."""

    rows: list[LedgerRow]
    total: int


class SearchDone(Reply, frozen=True):
    result: SearchResult


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
    folder: str
    entries: list[ModelEntry]


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
    """Whole answers in order, each with its question and its sources."""

    head: ConversationHead
    answers: list[Answer]


AnyRequest = (
    Hello
    | Overview
    | AddSources
    | RemoveSource
    | Index
    | Pause
    | Cancel
    | Files
    | Search
    | Ask
    | Context
    | Models
    | WarmUp
    | ChooseEmbedding
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
    | PassagesFound
    | ModelLoading
    | Token
    | Done
    | Stopped
    | Failed
    | OverviewResult
    | IndexResult
    | FilesResult
    | SearchDone
    | Answered
    | ContextResult
    | ModelsResult
    | DoctorResult
    | ConversationsResult
    | ConversationResult
)

request_decoder: msgspec.json.Decoder[AnyRequest] = msgspec.json.Decoder(AnyRequest)
reply_decoder: msgspec.json.Decoder[AnyReply] = msgspec.json.Decoder(AnyReply)

# SPDX-License-Identifier: Apache-2.0
"""Messages about sources, indexing runs, rules and the ledger."""

from __future__ import annotations

from typing import Literal

from desktop_app.contract import index_run
from desktop_app.contract.ledger import WHOLE_LEDGER, LedgerQuery, LedgerRow, NamedPath, Source
from desktop_app.contract.messages.message_base import EngineRequest, Lane
from desktop_app.contract.model_entry import ModelEntry
from desktop_app.ipc.message import Notification, PartialReply, Reply


class Overview(EngineRequest, frozen=True):
    """-> OverviewResult"""

    lane = Lane.QUICK


class AddSources(EngineRequest, frozen=True):
    """Remember folders and files (absolute paths). -> SourcesAdded. Indexing is asked for with ``Index``.

    Models among them are not added but told; with ``as_documents`` a folder is added whatever else lies in it.
    """

    lane = Lane.QUICK

    paths: list[str]
    as_documents: bool = False


class RemoveSource(EngineRequest, frozen=True):
    """Forget a folder or file and everything indexed from it; the documents themselves are never touched. -> Done"""

    lane = Lane.INDEX

    path: str


class NameLibrary(EngineRequest, frozen=True):
    """Give the library another name; its folder keeps its own. -> Done"""

    lane = Lane.QUICK

    name: str


class Index(EngineRequest, frozen=True):
    """Bring the library up to date with its sources. -> RunProgress..., RunForecast..., IndexResult"""

    lane = Lane.INDEX

    run: index_run.IndexRequest = index_run.WHOLE_LIBRARY


class Rules(EngineRequest, frozen=True):
    """What is left out of the library. -> RulesResult"""

    lane = Lane.QUICK


class SetRules(EngineRequest, frozen=True):
    """Leave out other files from the next Index on. -> Done, or ErrorReply(code="pattern_invalid")

    ``patterns`` as in .gitignore; ``hidden``: hidden files and folders too; ``max_megabytes``: files over this size, 0 for none.
    """

    lane = Lane.QUICK

    patterns: list[str]
    hidden: bool
    max_megabytes: int


class Watch(EngineRequest, frozen=True):
    """Watch the sources for changes, or stop; how it begins is the setting "watch". -> Done"""

    lane = Lane.CONTROL

    watched: bool


class Pause(EngineRequest, frozen=True):
    """Pause or go on with indexing. Remembered with the library: a run of the next start begins paused. -> Done"""

    lane = Lane.CONTROL

    paused: bool


class Gentle(EngineRequest, frozen=True):
    """How hard indexing works from now on: "auto", "on" or "off" (the setting ``gentle``, which the window keeps). -> Done"""

    lane = Lane.CONTROL

    gentle: Literal["auto", "on", "off"]


class Typing(EngineRequest, frozen=True):
    """The person is typing; sent every second or two while they do. -> Done"""

    lane = Lane.CONTROL


class GiveUp(EngineRequest, frozen=True):
    """Do not wait any longer for the file at ``path``, which is being read. -> Done"""

    lane = Lane.CONTROL

    path: str


class Files(EngineRequest, frozen=True):
    """A page of the ledger. -> FilesResult"""

    lane = Lane.QUICK

    query: LedgerQuery = WHOLE_LEDGER


class FindNames(EngineRequest, frozen=True):
    """Folders and files whose names hold every part of ``text``; "": the files that were changed last. -> NamesFound"""

    lane = Lane.QUICK

    text: str
    limit: int = 12


class Dismiss(EngineRequest, frozen=True):
    """Note that the user does not mind why these files could not be read, or that they do again; a later problem of another kind counts
    anew. -> Done"""

    lane = Lane.QUICK

    paths: list[str]
    dismissed: bool


class RunProgress(PartialReply, frozen=True):
    """How far the run is."""

    latest_wins = True

    progress: index_run.IndexProgress


class RunForecast(PartialReply, frozen=True):
    """What the run will take."""

    latest_wins = True

    forecast: index_run.Forecast


class OverviewResult(Reply, frozen=True):
    """``counts``: ledger states -> files, over the whole library; ``needing``, ``with_hidden``: as of a ``Source``. ``embedding``: "bundled", "light", "none", a folder or a GGUF file;
    ``embedding_next``: the one that is to take over, or ""; ``embedding_offered``: the one that would find more, or ""."""

    library: str
    sources: list[Source]
    counts: dict[str, int]
    chunks: int
    embedding: str
    embedding_next: str = ""
    embedding_offered: str = ""
    needing: int = 0
    with_hidden: int = 0


class IndexResult(Reply, frozen=True):
    """``files``: indexed, unchanged, partial, skipped, failed, removed (numbers of files of this run)."""

    files: dict[str, int]
    chunks: int
    seconds: float
    offline: list[str] = []
    embedding: str = ""  # the embedding model that took over with this run


class RulesResult(Reply, frozen=True):
    """As in ``SetRules``."""

    patterns: list[str]
    hidden: bool
    max_megabytes: int


class SourcesChanged(Notification, frozen=True):
    """Something in these sources is new, changed or gone, or one of them came back. The window asks for ``Index`` when it wants to."""

    paths: list[str]


class SourcesAdded(Reply, frozen=True):
    """``added``: what the library reads from now on. ``models``: those met among the paths; ``mixed``: folders that hold documents and
    models and were not added."""

    added: list[str]
    models: list[ModelEntry] = []
    mixed: list[str] = []


class FilesResult(Reply, frozen=True):
    """``total`` counts all rows that match, not only this page."""

    rows: list[LedgerRow]
    total: int


class NamesFound(Reply, frozen=True):
    """The best first; ``text`` as it was asked."""

    text: str
    found: list[NamedPath]

# SPDX-License-Identifier: Apache-2.0
"""Messages about folders to search in, and about kept searches."""

from __future__ import annotations

from desktop_app.contract.ledger import EVERYWHERE, Scope
from desktop_app.contract.messages.message_base import EngineRequest, Lane
from desktop_app.contract.search_page import FolderCount, KeptSearch, SearchOrder
from desktop_app.ipc.message import Reply


class Subfolders(EngineRequest, frozen=True):
    """The folders right below ``folder`` that hold files of the library; "": the sources. -> SubfoldersResult"""

    lane = Lane.QUICK

    folder: str = ""


class KeptSearches(EngineRequest, frozen=True):
    """-> KeptSearchesResult"""

    lane = Lane.QUICK


class KeepSearch(EngineRequest, frozen=True):
    """Keep a search: under ``name``, or among the recent ones where that is "". The same search is kept once. -> KeptSearchesResult"""

    lane = Lane.QUICK

    query: str
    scope: Scope = EVERYWHERE
    order: SearchOrder = "best"
    name: str = ""


class RenameSearch(EngineRequest, frozen=True):
    """Call a kept search otherwise. -> KeptSearchesResult"""

    lane = Lane.QUICK

    search: int
    name: str


class ForgetSearch(EngineRequest, frozen=True):
    """Delete a kept search, 0: all recent ones. -> KeptSearchesResult"""

    lane = Lane.QUICK

    search: int


class SubfoldersResult(Reply, frozen=True):
    """Ordered by path."""

    folder: str
    folders: list[FolderCount]


class KeptSearchesResult(Reply, frozen=True):
    """Those with a name by name, then the recent ones, the newest first."""

    searches: list[KeptSearch]

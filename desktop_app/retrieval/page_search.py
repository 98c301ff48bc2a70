# SPDX-License-Identifier: Apache-2.0
"""A search as a page: hits apart from near misses, facets, files by name.

A search always has a nearest passage, also for a word that is nowhere in the library; thirty of those are no thirty hits. A hit is a
passage that may answer by itself (``fusion.MAY_ANSWER``) or holds every word that was searched for; of the first five for a question also
one that is a little less relevant (``Retriever``). Measured (tests/benchmarks/search_hits) with multilingual-e5-small on ../shared/data: of the labelled passages among the
first five that share no word with their question .92 are hits, across languages 1.00, of plain questions 1.00; questions without an
answer have 3.8 hits instead of 30.

Hits that hold every word are counted over the whole library, those by meaning among the best 30.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from desktop_app.analysis.folding import fold
from desktop_app.contract.file_kinds import kind_of
from desktop_app.contract.ledger import EVERYWHERE, Scope
from desktop_app.contract.passage import Passage, SearchResult
from desktop_app.contract.search_page import NO_FACETS, Facet, Facets, NamedFile, SearchOrder
from desktop_app.library.library import Library
from desktop_app.library.name_search import NameSearch
from desktop_app.library.stores import fulltext
from desktop_app.library.stores.below import is_below
from desktop_app.library.stores.file_facts import FileFact, HitGroup
from desktop_app.retrieval import exact_words
from desktop_app.retrieval.query_terms import search_terms
from desktop_app.retrieval.retriever import Retriever

_JUDGED = 30  # passages whose relevance is looked at
_NEAR = 30  # near misses that are listed
_NAMED = 5  # files by name that are listed
_MOST_NAMED = 200  # whose passages count as hits by their words only
_MOST_WORDS = 8  # of what may be the name of a file


class PageSearch:
    """Searches one library."""

    def __init__(self, library: Library, retriever: Retriever, names: NameSearch) -> None:
        self._library = library
        self._retriever = retriever
        self._names = names

    def search(self, question: str, top: int, scope: Scope = EVERYWHERE, order: SearchOrder = "best") -> SearchResult:
        """The ``top`` first hits in this order, and after them the near misses, best first. Raises ``UsageProblem``: question_empty,
        question_too_long."""
        result = self._retriever.search(question, max(top, _JUDGED), scope)
        whole = set(self._holding(question, scope))
        named = self._named(question, scope)
        # Of a file that is found by its name every passage counts as relevant; the file is listed, they need the words themselves.
        by_name = {file.path for file in named}
        judged = [replace(one, hit=one.chunk_id in whole or (one.hit and one.path not in by_name)) for one in result.passages]
        ranked = [passage for passage in judged if passage.hit]
        chunks = whole.union(*({one.chunk_id, *(copy.chunk_id for copy in one.also_in)} for one in ranked))
        facts = self._library.catalogue.file_facts
        groups = facts.groups(chunks)
        files = facts.files({group.file for group in groups})
        hits = ranked[:top] if order == "best" else self._ordered(question, chunks, files, order, top, scope)
        shown = {one.chunk_id for one in hits}
        near = [one for one in judged if not one.hit and one.chunk_id not in shown][:_NEAR]
        return replace(
            result,
            passages=tuple(replace(one, rank=rank) for rank, one in enumerate([*hits, *near], start=1)),
            hits=sum(group.chunks for group in groups),
            hit_files=len(files),
            facets=self._facets(groups, files),
            named=tuple(named[:_NAMED]),
            stems=scope.exact and exact_words.by_stems(self._library, question, replace(scope, exact=False)),
        )

    def _holding(self, question: str, scope: Scope) -> Sequence[int]:
        """The chunks that hold every word."""
        if scope.exact:
            return exact_words.holding(self._library, question, replace(scope, exact=False))
        query = fulltext.all_terms(search_terms(question))
        found: list[int] = self._library.catalogue.lookup.holding(query, scope).tolist() if query else []
        return found

    def _ordered(
        self,
        question: str,
        chunks: set[int],
        files: dict[int, FileFact],
        order: SearchOrder,
        top: int,
        scope: Scope,
    ) -> list[Passage]:
        def key(file: int) -> tuple[object, ...]:
            fact = files[file]
            folder, name = os.path.split(fact.path)
            first = {"newest": (-fact.modified,), "name": (fold(name),), "folder": (fold(folder), fold(name))}[order]
            return (*first, fact.path)

        wanted: list[int] = []
        for file in sorted(files, key=key):
            wanted += [chunk for chunk in self._library.catalogue.file_facts.chunks_of(file) if chunk in chunks]
            if len(wanted) >= top:
                break
        wanted = wanted[:top]
        return [replace(passage, hit=True) for passage in self._retriever.passages(question, wanted, scope)]

    def _facets(self, groups: Sequence[HitGroup], files: dict[int, FileFact]) -> Facets:
        if not groups:
            return NO_FACETS
        languages = Counter(group.language for group in groups)
        years = Counter(str(datetime.fromtimestamp(file.modified).astimezone().year) for file in files.values())
        return Facets(
            types=_most_first(Counter(kind_of(file.path) for file in files.values())),
            folders=_most_first(
                Counter(_folders([file.path for file in files.values()], self._library.catalogue.sources.paths()))
            ),
            years=tuple(Facet(year, count) for year, count in sorted(years.items(), reverse=True)),
            languages=_most_first(languages),
        )

    def _named(self, question: str, scope: Scope) -> list[NamedFile]:
        words = question.split()
        if len(words) > _MOST_WORDS or not any(len(word) > 1 for word in words):
            return []
        return self._names.files(question, _MOST_NAMED, scope)


def _most_first(counts: Counter[str]) -> tuple[Facet, ...]:
    return tuple(Facet(value, count) for value, count in sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def _folders(paths: Sequence[str], sources: Sequence[str]) -> list[str]:
    """Of each path the folder right below the deepest one that holds all of them; where they come from several sources, the source."""
    tops = [next((source for source in sources if path == source or is_below(path, source)), "") for path in paths]
    if len(set(tops)) > 1:
        return [top for top in tops if top]
    folders = [os.path.dirname(path) for path in paths]
    try:
        common = os.path.commonpath(folders)
    except ValueError:  # on several drives
        return [os.path.splitdrive(folder)[0] + os.sep for folder in folders]
    start = len(common.rstrip(os.sep)) + 1
    return [common.rstrip(os.sep) + os.sep + folder[start:].split(os.sep)[0] for folder in folders if len(folder) > len(common)]

# SPDX-License-Identifier: Apache-2.0
"""The catalogue: one SQLite file, the truth about a library.

It is a store a subject, all on one database. A file's text is stored in one transaction, its vectors later. Chroma is updated
afterwards, from the outbox; a kill between the two loses nothing, because the outbox is still there on the next opening.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from desktop_app.analysis import words
from desktop_app.library.kept_facts import KeptFacts
from desktop_app.library.stores import fulltext, schema
from desktop_app.library.stores.chunk_store import ChunkStore
from desktop_app.library.stores.database import Database
from desktop_app.library.stores.file_facts import FileFacts
from desktop_app.library.stores.file_store import FileStore
from desktop_app.library.stores.index_outbox import IndexOutbox
from desktop_app.library.stores.known_content import KnownContent
from desktop_app.library.stores.lookup import Lookup
from desktop_app.library.stores.meta_store import MetaStore
from desktop_app.library.stores.planning_queries import PlanningQueries
from desktop_app.library.stores.quoted_folders import QuotedFolders
from desktop_app.library.stores.source_store import SourceStore
from desktop_app.library.stores.table_store import TableStore
from desktop_app.library.stores.vector_queue import VectorQueue
from desktop_app.library.stores.vector_store import VectorStore

# While terms are made again: the version of cutting them, and the last chunk that has them.
_RENEWING, _RENEWED = "renewing_terms", "renewed_terms_to"
_AT_ONCE = 500

TermsProgress = Callable[[int, int], None]
"""Called with (chunks done, chunks in all) while the word index is made anew."""


def _unheard(_done: int, _total: int) -> None:
    """Nobody waits for it."""


class Catalogue:
    """The stores of one database. Each may be used by several threads; a method that writes is one transaction unless it says
    otherwise."""

    def __init__(self, path: Path, renewing: TermsProgress = _unheard) -> None:
        """Open or create; ``renewing`` is called where an older library takes more than a moment. Raises ``EnvironmentProblem``: library_newer, library_damaged, library_read_only, disk_full."""
        self.database = Database(path)
        self.meta = MetaStore(self.database)
        self.files = FileStore(self.database)
        self.sources = SourceStore(self.database, self.files)
        self.chunks = ChunkStore(self.database)
        self.vectors = VectorStore(self.database)
        self.outbox = IndexOutbox(self.database)
        self.quoted = QuotedFolders(self.database)
        self.vector_queue = VectorQueue(self.database, self.quoted)
        self.planning = PlanningQueries(self.database)
        self.known_content = KnownContent(self.database)
        self.lookup = Lookup(self.database)
        self.file_facts = FileFacts(self.database)
        self.tables = TableStore(self.database)
        self.kept_facts = KeptFacts(self.database)
        try:
            schema.prepare(self.database.connection(), path.parent)
            if self.meta.get("words") != str(words.VERSION):
                if self.meta.get(_RENEWING) != str(words.VERSION):
                    self._empty_terms()
                self._fill_terms(renewing)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the database; no store can be used after it."""
        self.database.close()

    def rebuild_terms(self) -> None:
        """Index all chunks again: after a repair, or after the way of cutting terms has changed (or at the very first opening, when there are
        none). A block a transaction: what is killed on the way goes on at the next opening, 40 s of processor time for 100,000 chunks."""
        self._empty_terms()
        self._fill_terms(_unheard)

    def _empty_terms(self) -> None:
        with self.database.writing() as connection:
            fulltext.recreate(connection)
            facts = (("words", ""), (_RENEWING, str(words.VERSION)), (_RENEWED, "0"))
            connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", facts)

    def _fill_terms(self, renewing: TermsProgress) -> None:
        """From the chunk on that was reached last."""
        total = self.chunks.count()
        done = total - self.chunks.count(after=int(self.meta.get(_RENEWED)))
        while chunks := self.chunks.after(int(self.meta.get(_RENEWED)), _AT_ONCE):
            if done:
                renewing(done, total)
            with self.database.writing() as connection:
                for chunk in chunks:
                    fulltext.add(connection, [(chunk.id, fulltext.rows([(chunk.text, chunk.trail)], chunk.path)[0])])
                connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_RENEWED, str(chunks[-1].id)))
            done += len(chunks)
        with self.database.writing() as connection:
            connection.execute("DELETE FROM meta WHERE key IN (?, ?)", (_RENEWING, _RENEWED))
            connection.execute("INSERT OR REPLACE INTO meta VALUES ('words', ?)", (str(words.VERSION),))

# SPDX-License-Identifier: Apache-2.0
"""The Engine: what Inkstone does with one library, as blocking methods.

No pipe, no printing, no Qt. It is closed: its parts are its own, and whoever needs something of them finds a method here; what keeps
conversations and tables, loads the language model and reads the texts of files is handed out as it is (``tests/test_floors.py`` holds that).

The stdio server (``server``) calls it from its lanes; the command line calls it directly. It is the single writer: opening takes
the library's lock. Start order: library, then on demand the embedding model, the reader processes, the model process. Stop order is
the reverse (``close``).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from desktop_app.answering.answerer import Answerer
from desktop_app.answering.asked import Asked
from desktop_app.answering.listener import Listener
from desktop_app.contract.answer import Answer
from desktop_app.contract.exclude_rules import ExcludeRules
from desktop_app.contract.index_run import IndexReport, IndexRequest
from desktop_app.contract.ledger import EVERYWHERE, WHOLE_LEDGER, LedgerQuery, LedgerRow, NamedPath, Scope, Source
from desktop_app.contract.messages import Status
from desktop_app.contract.passage import SearchResult
from desktop_app.contract.reports.duplicate_report import DuplicateReport
from desktop_app.contract.reports.evaluation_report import ArmFigures, Comparison, Matched, Question, Target
from desktop_app.contract.search_page import FolderCount, SearchOrder
from desktop_app.documents.process.pool import ReaderPool
from desktop_app.embedding.factory import BUNDLED, open_embedder
from desktop_app.engine import added_paths, doctor, models_here
from desktop_app.engine.added_paths import AddedPaths
from desktop_app.engine.checker_slot import CheckerSlot
from desktop_app.engine.embedding_slot import EmbeddingSlot
from desktop_app.engine.index_job import IndexJob
from desktop_app.engine.indexer import Indexer
from desktop_app.engine.kept_turns import KeptTurn, KeptTurns
from desktop_app.engine.language_model_slot import LanguageModelSlot
from desktop_app.engine.lazy_embedder import ModelDiffersError
from desktop_app.engine.measured import MeasuredSpeeds
from desktop_app.engine.models_here import ModelsHere
from desktop_app.engine.reranker_slot import RerankerSlot
from desktop_app.engine.source_text import SourceText
from desktop_app.foundation import hardware, paths
from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.foundation.errors import Problem, UsageProblem
from desktop_app.foundation.policy import log_retention, policy_in_force, policy_limits
from desktop_app.foundation.settings import Settings
from desktop_app.indexing import excludes, mounted, sources
from desktop_app.indexing.forecasting.progress import NO_LISTENER, RunListener
from desktop_app.indexing.watching.file_watcher import Watched
from desktop_app.library.catalogue import TermsProgress
from desktop_app.library.conversation_store import ConversationStore
from desktop_app.library.library import Library
from desktop_app.library.name_search import NameSearch
from desktop_app.library.stores.table_store import TableStore
from desktop_app.models import importing
from desktop_app.models.language_model import Loading
from desktop_app.retrieval import comparison, duplicates, evaluation, questions, similar, trust
from desktop_app.retrieval.best_sentence import with_best_sentences
from desktop_app.retrieval.page_search import PageSearch
from desktop_app.retrieval.retriever import Retriever

log = logging.getLogger(__name__)

_READERS = 2


class Engine:
    """``embedding``: "bundled", "light", "none", a folder or a GGUF file, or "" for what the library was made with (a new one: "bundled").
    Another one than it was made with is prepared by the next ``index``, and takes over when it is ready.

    ``reranker``: a folder, or "" for none. ``model_folder``: where a model that checks written answers may lie, "" for nowhere.
    ``settings``: None for those of this user, opened here.

    ``patient``: searches wait until the embedding model is loaded (the command line: the same question always gives the same
    passages); otherwise the first seconds go by words alone (the window: an answer at once). ``changed`` is called, from any
    thread but never before this constructor has returned, when something a status line shows has changed; ``renewing`` as of ``Catalogue``.
    """

    def __init__(
        self,
        folder: Path,
        *,
        embedding: str = "",
        reranker: str = "",
        model_folder: str = "",
        patient: bool = True,
        settings: Settings | None = None,
        changed: Callable[[], None] = lambda: None,
        renewing: TermsProgress = lambda _done, _total: None,
    ) -> None:
        settings = settings or policy_in_force.settings()
        policy_limits.check_fixed("library", str(folder))
        self._library = Library(folder, renewing)
        self._embedding = EmbeddingSlot(
            self._library, self._library.embedding or embedding or BUNDLED, changed, settings.text("embedding_backend")
        )
        self._wanted = embedding  # by whoever opened it; looked at by the next run
        self._running = threading.Lock()  # held by an indexing run, and by whatever else changes chunks
        embedder = self._embedding.for_search if patient else self._embedding.ready
        self._reranker = RerankerSlot(reranker, patient=patient)
        self._retriever = Retriever(self._library, embedder, self._reranker.wait if patient else self._reranker.ready)
        self._names = NameSearch(self._library.catalogue)
        self._page_search = PageSearch(self._library, self._retriever, self._names)
        checker = CheckerSlot(model_folder)
        self._answerer = Answerer(self._library, self._retriever, checker.wait if patient else checker.ready, self._names)
        self._turns = KeptTurns(self._library.conversations)
        self._source_text = SourceText(self._library.catalogue)
        self._readers = ReaderPool(_reader_count())
        self._indexer = Indexer(self._library, self._readers, _reader_count(), settings, changed=changed)
        self._speeds = MeasuredSpeeds(paths.home() / "measured.json")
        self._llm = LanguageModelSlot(self._speeds, changed)
        self.forget_old()

    def close(self) -> None:
        """End the model process and the readers, and release the library."""
        self._llm.close()
        self._readers.close()
        self._embedding.close()
        self._reranker.close()
        self._library.close()

    # ---- what it is and how it stands -------------------------------------------------------------------------------

    @property
    def folder(self) -> Path:
        """Where the library lies."""
        return self._library.folder

    @property
    def set_aside(self) -> str:
        """The name that a damaged file of conversations was given on opening, "" when all is well."""
        return self._library.set_aside

    @property
    def embedding(self) -> str:
        """The embedding model that answers: "bundled", "light", "none", a folder or a GGUF file."""
        return self._embedding.choice

    @property
    def pending_embedding(self) -> str:
        """The embedding model that is to replace it, or ""."""
        return self._embedding.pending_choice

    @property
    def embedding_problem(self) -> Problem | None:
        """Why the embedding model that was asked for so far cannot be used."""
        return self._embedding.problem

    @property
    def offered_embedding(self) -> str:
        """The embedding model that would find more than the one in use, or ""."""
        return self._embedding.offered

    @property
    def reranker(self) -> str:
        """The reranker's folder, or ""."""
        return self._reranker.choice

    def status(self, *, indexing: bool, paused: bool) -> Status:
        """What a status line shows. Whether a run is under way, and paused, is known to whoever began it."""
        slot, model = self._embedding, self._llm.process
        embedder = slot.ready()
        return Status(
            embedding=slot.state,
            embedding_name=embedder.facts.name if embedder else slot.choice,
            embedding_problem=slot.problem.code if slot.problem else "",
            embedding_data=slot.problem.data if slot.problem else {},
            embedding_languages=",".join(embedder.facts.languages) if embedder else "",
            embedding_next=slot.pending_name,
            embedding_next_percent=int(slot.pending_share * 100),
            embedding_rebuilt=-1 if slot.rebuilt is None else int(slot.rebuilt * 100),
            set_aside=self.set_aside,
            llm=self._llm.state,
            llm_path=model.path,
            # Rounded, so that the same state is not sent again for a page more or less.
            llm_memory=round(model.memory, -8),
            indexing=("paused" if paused else "running") if indexing else "idle",
            gentle=self._indexer.throttle.reason or "" if indexing else "",
            children=[pid for pid in (model.pid, *slot.pids(), *self._readers.pids()) if pid],
        )

    def diagnose(self) -> dict[str, dict[str, Any]]:
        """Sections of plain values about the machine, the models and the library, fit for JSON; takes seconds."""
        return doctor.examine(self._library, self._embedding, self._reranker, self._llm.process)

    # ---- sources and indexing ---------------------------------------------------------------------------------------

    def add_sources(self, paths: Sequence[str]) -> list[str]:
        """Remember picked folders and files; returns their absolute paths. All are checked before any is added."""
        return sources.add(self._library.catalogue, paths)

    def add_documents(self, paths: Sequence[str], *, as_documents: bool = False) -> AddedPaths:
        """As ``add_sources``, without the models among the paths: those are told, also where a folder holds both; with ``as_documents`` a
        folder is added whatever else lies in it."""
        found = AddedPaths(documents=list(paths)) if as_documents else added_paths.sort_out(paths)
        found.documents = self.add_sources(found.documents)
        return found

    def name_library(self, name: str) -> None:
        """Give the library another name; its folder keeps its own."""
        self._library.rename(name)

    def remove_source(self, path: str) -> None:
        """Forget a source and what was indexed from it; the documents are not touched."""
        if path not in self._library.catalogue.sources.paths():
            raise UsageProblem("source_unknown", path=path)
        with self._running:
            self._library.catalogue.sources.remove(path)
            self._library.catalogue.vectors.drop_orphaned()
            self._library.flush_vectors()

    def index(self, request: IndexRequest, cancel: Cancellation, listener: RunListener = NO_LISTENER) -> IndexReport:
        """Bring what ``request`` names up to date. Raises ``Cancelled`` or a ``Problem``; what was finished stays."""
        with self._running, self._library.being_filled():
            if not self._library.catalogue.chunks.count():
                self._readers.prepare()  # a first run reads something for certain
            wanted, self._wanted = self._wanted, ""
            report = IndexJob(self._library, self._embedding, self._indexer, request, listener, cancel).run(wanted)
            self._measure_trust(cancel)
            return report

    def _measure_trust(self, cancel: Cancellation) -> None:
        """After every run, whether or not it read anything: the one before may have been killed before it measured. The model is loaded
        only where there is something to measure. Whatever stands against that, the files are indexed; the next run tries again."""
        try:
            embedder = self._embedding.usable(cancel)
            if embedder is not None:
                trust.measure(self._library, embedder, cancel.check)
        except (Cancelled, ModelDiffersError, Problem) as reason:
            log.info("how far the embedding model can be trusted is measured after the next run: %r", reason)

    def tidy(self, cancel: Cancellation) -> bool:
        """Give back the room of deleted chunks where it is worth it; whether anything was. Waits while a question is answered.
        Raises ``Cancelled`` or a ``Problem``; the library is whole at any moment."""
        self.forget_old()
        with self._running:
            return self._library.tidy(lambda: self._indexer.throttle.wait_for_no_question(cancel))

    def set_gentle(self, choice: str) -> None:
        """How hard indexing works from now on: "auto", "on" or "off"."""
        self._indexer.throttle.choose(choice)

    def note_typing(self) -> None:
        """A key was pressed; indexing gives way for a moment."""
        self._indexer.throttle.typed()

    def give_up(self, path: str) -> bool:
        """Do not wait any longer for a file that is being read now; whether it is."""
        return self._readers.give_up(path)

    @property
    def paused(self) -> bool:
        """Whether reading is paused; remembered with the library, so that the next start does not go on unasked."""
        return self._library.catalogue.meta.get("paused") == "yes"

    def set_paused(self, paused: bool) -> None:
        """Remember whether reading is paused."""
        if paused != self.paused:
            self._library.catalogue.meta.put("paused", "yes" if paused else "")

    def rules(self) -> ExcludeRules:
        """What is left out of this library."""
        return excludes.load(self._library.catalogue)

    def set_rules(self, rules: ExcludeRules) -> None:
        """Leave out other files from the next ``index`` on. Raises ``UsageProblem("pattern_invalid")``."""
        excludes.save(self._library.catalogue, rules)

    def add_excludes(self, patterns: Sequence[str]) -> None:
        """Leave out more, beside what is left out already. Raises ``UsageProblem("pattern_invalid")``."""
        if patterns:
            excludes.add_patterns(self._library.catalogue, patterns)

    def watched(self) -> Watched:
        """What to watch for changes, as it is now."""
        catalogue = self._library.catalogue
        paths_picked = catalogue.sources.paths()
        folders = tuple(path for path in paths_picked if catalogue.sources.was_folder(path))
        files = tuple(path for path in paths_picked if path not in folders)
        own = (str(self._library.folder), str(paths.home()))
        return Watched(folders, files, self.rules(), own, lambda root: self._indexer.walked.get(root, 0.0))

    def sources(self) -> list[Source]:
        """The picked folders and files, in the order they were added."""
        return self._library.catalogue.sources.all()

    def out_of_reach(self, missing: Sequence[str]) -> set[str]:
        """Of files that are not at their places those on a disk or share that is away; the others are gone."""
        return mounted.out_of_reach(self._library.catalogue, missing)

    def files(self, query: LedgerQuery = WHOLE_LEDGER) -> tuple[list[LedgerRow], int]:
        """A page of the ledger, and how many rows match in all."""
        return self._library.catalogue.files.page(query)

    def names(self, text: str, limit: int) -> list[NamedPath]:
        """Folders and files whose names hold every part of ``text``, the best first."""
        return self._names.find(text, limit)

    def subfolders(self, folder: str) -> list[FolderCount]:
        """The folders right below ``folder`` that hold files of the library; "": the sources."""
        if folder:
            return self._library.catalogue.file_facts.subfolders(folder)
        return [FolderCount(source.path, sum(source.counts.values())) for source in self.sources()]

    def counts(self) -> dict[str, int]:
        """Files per ledger state, over the whole library."""
        return self._library.catalogue.files.counts()

    def needing(self) -> int:
        """Files of the whole library that could not be read, or only in part, and were not dismissed."""
        return self._library.catalogue.files.needing()

    def with_hidden(self) -> int:
        """Files of the whole library with hidden passages."""
        return self._library.catalogue.files.with_hidden()

    def dismiss(self, paths: Sequence[str], *, dismissed: bool) -> None:
        """Note that the user does not mind why these files could not be read, or that they do again."""
        self._library.catalogue.files.dismiss(paths, dismissed=dismissed)

    def chunk_count(self) -> int:
        """Passages of the whole library."""
        return self._library.catalogue.chunks.count()

    def choose_embedding(self, embedding: str) -> None:
        """Want another embedding model; the next ``index`` prepares it while the present one answers."""
        free = self._running.acquire(blocking=False)
        try:
            self._embedding.choose(embedding, at_once=free)
        finally:
            if free:
                self._running.release()

    # ---- questions --------------------------------------------------------------------------------------------------

    def search(self, question: str, top: int, scope: Scope = EVERYWHERE, order: SearchOrder = "best") -> SearchResult:
        """The ``top`` first hits within ``scope``, with the near misses after them. Raises ``UsageProblem``: question_empty,
        question_too_long."""
        with self._indexer.throttle.question():
            found = self._page_search.search(question, top, scope, order)
            return with_best_sentences(found, self._retriever.sentence_vectors)

    def similar(self, text: str, chunk_id: int, top: int) -> SearchResult:
        """Passages like a selected text, or like a passage. Raises ``UsageProblem("question_empty")``."""
        return similar.similar(self._library, self._retriever.embedder_for(text), text, chunk_id, top)

    def duplicates(self, *, report: duplicates.FilesProgress, cancel: Cancellation) -> DuplicateReport:
        """Copies and versions over the whole library."""
        return duplicates.find(self._library.catalogue, report=report, cancel=cancel)

    def ask(
        self,
        asked: Asked,
        *,
        llm: str,
        listener: Listener,
        loading: Loading,
        cancel: Cancellation,
        kept: KeptTurn | None = None,
    ) -> tuple[Answer, int]:
        """Answer with the GGUF file ``llm`` or ("") with quotes. ``kept``: the turn it is kept as, or nowhere.
        Returns the answer and the conversation's id (0 for none)."""
        load = partial(self._llm.load, llm, loading, cancel) if llm else None
        with self._turns.answering(kept, asked, listener, cancel) as turn, self._indexer.throttle.question():
            turn.answer = self._answerer.answer(turn.asked, listener=turn.listener, cancel=cancel, model=load)
        answer = turn.answer
        with suppress(Problem):  # a full disk must not cost the answer
            self._library.catalogue.quoted.note([citation.path for citation in answer.citations])
        return answer, kept.conversation if kept else 0

    @property
    def turns(self) -> KeptTurns:
        """Questions that are kept from the moment they are asked."""
        return self._turns

    @property
    def tables(self) -> TableStore:
        """The tables of the files as data."""
        return self._library.catalogue.tables

    def interrupt_questions(self) -> None:
        """What is stopped from now on ends because the program does."""
        self._turns.close()

    @property
    def conversations(self) -> ConversationStore:
        """Kept conversations. Delete one by ``delete_conversation``."""
        return self._library.conversations

    def delete_conversation(self, conversation: int) -> None:
        """Delete a conversation; questions of it that are being answered are stopped."""
        self._turns.delete(conversation)

    def forget_old(self) -> None:
        """Delete conversations and lines of logs that are older than the policy of this PC allows."""
        policy, now = policy_in_force.in_force(), time.time()
        if days := policy.days("conversation_days"):
            for conversation in self.conversations.asked_before(now - days * 86_400):
                self.delete_conversation(conversation)
        if days := policy.days("log_days"):
            log_retention.forget_old_lines(paths.logs(), days, now)

    @property
    def source_text(self) -> SourceText:
        """The texts of files, for a reader: read-only."""
        return self._source_text

    # ---- how well it is searched ------------------------------------------------------------------------------------

    def match_questions(self, asked: Sequence[Question], blank: int) -> Matched:
        """What of this library answers a person's own questions. Raises ``UsageProblem("library_empty")``."""
        if not self._library.catalogue.files.searchable_count()[0]:
            raise UsageProblem("library_empty")
        return questions.match(self._library.catalogue, asked, blank)

    def evaluate(
        self, targets: Sequence[Target], *, cancel: Cancellation, report: evaluation.EvaluationProgress
    ) -> dict[str, ArmFigures]:
        """How often the right place comes first: by words, by meaning, by both, and re-ranked."""
        reranking = self._retriever if self._reranker.wait() is not None else None
        arms = evaluation.arms(self._library, self._embedding.wait(cancel), reranking)
        return evaluation.evaluate(arms, targets, cancel=cancel, report=report)

    def compare_embeddings(
        self, asked: Sequence[Question], choices: Sequence[str], *, cancel: Cancellation, report: comparison.ComparisonProgress
    ) -> Comparison:
        """Several embedding models on the documents of this library, which stays as it is."""
        return comparison.compare(self._library, asked, choices, open_embedder, cancel=cancel, report=report)

    # ---- models -----------------------------------------------------------------------------------------------------

    @property
    def llm(self) -> LanguageModelSlot:
        """The language model: to be loaded ahead or unloaded."""
        return self._llm

    def models(self, folder: str, cancel: Cancellation) -> ModelsHere:
        """What lies in the chosen folder ("" for none) and in the caches of this PC, and what was measured of it."""
        return models_here.look(folder, self._speeds, cancel)

    def import_model(self, path: str, folder: str, progress: importing.CopyProgress, cancel: Cancellation) -> str:
        """Copy a model into a model folder; returns where it lies. Raises ``Cancelled`` or a ``Problem``; nothing half stays there."""
        return importing.copy_model(path, folder, progress, cancel)

    def warm_up(self) -> None:
        """Load the embedding model and the reranker ahead of the first question. One that cannot be used is seen in the status, or
        when it is chosen."""
        for slot in (self._embedding, self._reranker):
            try:
                slot.wait()
            except Problem as problem:
                log.warning("a model cannot be used: %s", problem)
            except Cancelled:
                log.info("closed before the embedding model was loaded")

    def choose_reranker(self, reranker: str) -> None:
        """Use another reranker, "" for none. Raises ``EnvironmentProblem``; then the old one stays."""
        self._reranker.choose(reranker)


def _reader_count() -> int:
    return min(_READERS, hardware.cores())

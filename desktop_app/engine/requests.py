# SPDX-License-Identifier: Apache-2.0
"""Handlers: each request as calls of the Engine, and its reply.

The server looks them up by the class of the request (``HANDLERS``). A question has two: it is kept as soon as it is asked (``keep``), and
answered when those before it are (``ask``).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from desktop_app.answering import computed_answer
from desktop_app.answering.asked import Asked
from desktop_app.answering.listener import Listener
from desktop_app.contract import messages as m
from desktop_app.contract.exclude_rules import ExcludeRules
from desktop_app.contract.ledger import StoredChunk
from desktop_app.engine.engine import Engine
from desktop_app.engine.kept_turns import BESIDE, GO_ON, KeptTurn
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.indexing.forecasting.progress import RunListener
from desktop_app.tables.computing import form_rows
from desktop_app.tables.computing.calculation import FIRST_PAGE

Send = Callable[[Any], None]

# Tokens are sent together at most this often, so that a fast model does not flood the window.
_TOKEN_INTERVAL = 0.03


# ---- library --------------------------------------------------------------------------------------------------------


def _overview(engine: Engine, request: m.Overview, *_: object) -> m.Reply:
    return m.OverviewResult(
        request.id,
        library=str(engine.folder),
        sources=engine.sources(),
        counts=engine.counts(),
        chunks=engine.chunk_count(),
        embedding=engine.embedding,
        embedding_next=engine.pending_embedding,
        embedding_offered=engine.offered_embedding,
        needing=engine.needing(),
        with_hidden=engine.with_hidden(),
    )


def _add_sources(engine: Engine, request: m.AddSources, *_: object) -> m.Reply:
    found = engine.add_documents(request.paths, as_documents=request.as_documents)
    return m.SourcesAdded(request.id, found.documents, found.models, found.mixed)


def _index(engine: Engine, request: m.Index, send: Send, cancel: Cancellation) -> m.Reply:
    listener = RunListener(
        progress=lambda progress: send(m.RunProgress(request.id, progress)),
        forecast=lambda made: send(m.RunForecast(request.id, made)),
    )
    report = engine.index(request.run, cancel, listener)
    return m.IndexResult(
        request.id,
        files=report.files,
        chunks=report.chunks,
        seconds=report.seconds,
        offline=list(report.offline),
        embedding=report.embedding,
    )


def _rules(engine: Engine, request: m.Rules, *_: object) -> m.Reply:
    rules = engine.rules()
    return m.RulesResult(
        request.id,
        patterns=list(rules.patterns),
        hidden=rules.hidden,
        max_megabytes=rules.max_megabytes,
    )


def _progress(request: m.EngineRequest, send: Send) -> Callable[[int, int], None]:
    return lambda done, total: send(m.Progress(request.id, done, total))


def _duplicates(engine: Engine, request: m.Duplicates, send: Send, cancel: Cancellation) -> m.Reply:
    return m.DuplicatesResult(request.id, engine.duplicates(report=_progress(request, send), cancel=cancel))


# ---- questions ------------------------------------------------------------------------------------------------------


def keep(engine: Engine, request: m.Ask, send: Send, cancel: Cancellation) -> KeptTurn | None:
    """Keep a question as soon as it is asked, before it waits for others; nothing is kept of an empty one. Raises ``Problem``."""
    if not request.question.strip():
        return None
    wanted = BESIDE if request.beside else GO_ON if request.go_on else ""
    kept = engine.turns.begin(_asked(request), cancel, conversation=request.conversation, turn=request.turn, wanted=wanted)
    send(m.Began(request.id, kept.conversation, kept.turn))
    return kept


def ask(engine: Engine, request: m.Ask, send: Send, cancel: Cancellation, kept: KeptTurn | None) -> m.Reply:
    """Answer a question; ``kept``: what ``keep`` made of it. Raises ``Problem`` or ``Cancelled``."""
    tokens = _TokenStream(request.id, send)
    listener = Listener(
        quoted=lambda answer: send(m.Quoted(request.id, answer)),
        passages=lambda found: send(m.PassagesFound(request.id, list(found))),
        reading=lambda done, total, seconds: send(m.Reading(request.id, done, total, seconds)),
        summing_up=lambda done, total, seconds: send(m.SummingUp(request.id, done, total, seconds)),
        thought=lambda text: tokens.add(text, thought=True),
        token=tokens.add,
    )
    answer, conversation = engine.ask(
        _asked(request),
        llm=request.llm,
        listener=listener,
        loading=lambda fraction: send(m.ModelLoading(request.id, request.llm, fraction)),
        cancel=cancel,
        kept=kept,
    )
    tokens.flush()
    return m.Answered(request.id, answer, conversation, kept.turn if kept else 0)


# ---- the text of one file -------------------------------------------------------------------------------------------


def _context(engine: Engine, request: m.Context, *_: object) -> m.Reply:
    found = engine.source_text.around(request.chunk_id, request.before, request.after, request.path, request.text)
    return m.ContextResult(
        request.id,
        path=found.path,
        chunk_id=found.chunk_id,
        chunks=_shown(found.chunks),
        exists=found.exists,
        changed=found.changed,
        first=found.first,
        total=found.total,
    )


def _file_chunks(engine: Engine, request: m.FileChunks, *_: object) -> m.Reply:
    chunks, total = engine.source_text.stretch(request.path, request.first, request.count)
    return m.FileChunksResult(request.id, request.path, request.first, _shown(chunks), total)


def _file_headings(engine: Engine, request: m.FileHeadings, _send: Send, cancel: Cancellation) -> m.Reply:
    return m.FileHeadingsResult(request.id, request.path, *engine.source_text.headings(request.path, cancel))


def _find_in_file(engine: Engine, request: m.FindInFile, _send: Send, cancel: Cancellation) -> m.Reply:
    found, more = engine.source_text.find(request.path, request.words, cancel)
    return m.FindInFileResult(request.id, request.path, request.words, found, more)


def _shown(chunks: Iterable[StoredChunk]) -> list[m.ContextChunk]:
    return [m.ContextChunk(c.id, c.text, c.locator, list(c.trail), list(c.pieces)) for c in chunks]


# ---- the tables of an answer ----------------------------------------------------------------------------------------


def _table_choices(engine: Engine, request: m.TableChoices, *_: object) -> m.Reply:
    return m.TableChoicesResult(request.id, *form_rows.choices(engine.tables, request.form, request.column))


def _form_rows(engine: Engine, request: m.FormRows, *_: object) -> m.Reply:
    page = form_rows.page(engine.tables, request.form, request.after)
    rule = computed_answer.rule(engine.tables, request.form, request.question) if request.after == FIRST_PAGE else ""
    return m.FormRowsResult(request.id, page.columns, page.rows, page.after, rule, page.total)


# ---- models ---------------------------------------------------------------------------------------------------------


def _models(engine: Engine, request: m.Models, _send: Send, cancel: Cancellation) -> m.Reply:
    here = engine.models(request.folder, cancel)
    code, data = (here.problem.code, here.problem.data) if here.problem else ("", {})
    return m.ModelsResult(request.id, request.folder, here.entries, code, data, here.rates, here.recommended)


def _measure_model(engine: Engine, request: m.MeasureModel, send: Send, cancel: Cancellation) -> m.Reply:
    speed = engine.llm.measure(request.llm, lambda fraction: send(m.ModelLoading(request.id, request.llm, fraction)), cancel)
    return m.ModelMeasured(request.id, speed.reads, speed.writes)


def _import_model(engine: Engine, request: m.ImportModel, send: Send, cancel: Cancellation) -> m.Reply:
    return m.ModelImported(request.id, engine.import_model(request.path, request.folder, _progress(request, send), cancel))


def _warm_up(engine: Engine, request: m.WarmUp, send: Send, cancel: Cancellation) -> m.Reply:
    if request.llm:
        engine.llm.load_ahead(request.llm, lambda fraction: send(m.ModelLoading(request.id, request.llm, fraction)), cancel)
    else:
        engine.llm.unload()
    return m.Done(request.id)


# ---- conversations --------------------------------------------------------------------------------------------------


def _open_conversation(engine: Engine, request: m.OpenConversation, *_: object) -> m.Reply:
    kept = engine.conversations.read(request.conversation, last=request.last, before=request.before, since=request.since)
    return m.ConversationResult(request.id, kept.head, list(kept.turns), kept.scope, kept.preset, kept.before)


# ---- kept searches --------------------------------------------------------------------------------------------------


def _kept_searches(engine: Engine, request: m.EngineRequest, *_: object) -> m.Reply:
    return m.KeptSearchesResult(request.id, engine.conversations.searches.all())


def _keep_search(engine: Engine, request: m.KeepSearch, *_: object) -> m.Reply:
    engine.conversations.searches.keep(request.query, request.scope, request.order, request.name)
    return _kept_searches(engine, request)


def _rename_search(engine: Engine, request: m.RenameSearch, *_: object) -> m.Reply:
    engine.conversations.searches.rename(request.search, request.name)
    return _kept_searches(engine, request)


def _forget_search(engine: Engine, request: m.ForgetSearch, *_: object) -> m.Reply:
    engine.conversations.searches.forget(request.search)
    return _kept_searches(engine, request)


HANDLERS: dict[type[m.EngineRequest], Callable[[Engine, Any, Send, Cancellation], object]] = {
    # The whole work is one method of the Engine.
    m.RemoveSource: lambda engine, request, *_: engine.remove_source(request.path),
    m.Dismiss: lambda engine, request, *_: engine.dismiss(request.paths, dismissed=request.dismissed),
    m.NameLibrary: lambda engine, request, *_: engine.name_library(request.name),
    m.SetRules: lambda engine, request, *_: engine.set_rules(
        ExcludeRules(tuple(request.patterns), request.hidden, request.max_megabytes)
    ),
    m.ChooseEmbedding: lambda engine, request, *_: engine.choose_embedding(request.embedding),
    m.ChooseReranker: lambda engine, request, *_: engine.choose_reranker(request.reranker),
    m.RenameConversation: lambda engine, request, *_: engine.conversations.rename(request.conversation, request.title),
    m.DeleteConversation: lambda engine, request, *_: engine.delete_conversation(request.conversation),
    m.PinConversation: lambda engine, request, *_: engine.conversations.pin(request.conversation, pinned=request.pinned),
    m.SetPreset: lambda engine, request, *_: engine.conversations.set_preset(request.conversation, request.preset),
    # A result of its own.
    m.Overview: _overview,
    m.AddSources: _add_sources,
    m.Rules: _rules,
    m.Files: lambda engine, request, *_: m.FilesResult(request.id, *engine.files(request.query)),
    m.FindNames: lambda engine, request, *_: m.NamesFound(request.id, request.text, engine.names(request.text, request.limit)),
    m.Search: lambda engine, request, *_: m.SearchDone(
        request.id, engine.search(request.question, request.top, request.scope, request.order)
    ),
    m.Subfolders: lambda engine, request, *_: m.SubfoldersResult(request.id, request.folder, engine.subfolders(request.folder)),
    m.KeptSearches: _kept_searches,
    m.KeepSearch: _keep_search,
    m.RenameSearch: _rename_search,
    m.ForgetSearch: _forget_search,
    m.Similar: lambda engine, request, *_: m.SearchDone(
        request.id, engine.similar(request.text, request.chunk_id, request.top)
    ),
    m.Context: _context,
    m.FileChunks: _file_chunks,
    m.FileHeadings: _file_headings,
    m.FindInFile: _find_in_file,
    m.TableChoices: _table_choices,
    m.FormRows: _form_rows,
    m.Doctor: lambda engine, request, *_: m.DoctorResult(request.id, engine.diagnose()),
    m.Conversations: lambda engine, request, *_: m.ConversationsResult(request.id, engine.conversations.heads()),
    m.OpenConversation: _open_conversation,
    m.SearchConversations: lambda engine, request, *_: m.ConversationsFound(
        request.id, request.text, engine.conversations.search(request.text)
    ),
    # They take long: they report progress through ``send`` and can be cancelled.
    m.Index: _index,
    m.Duplicates: _duplicates,
    m.Models: _models,
    m.ImportModel: _import_model,
    m.MeasureModel: _measure_model,
    m.WarmUp: _warm_up,
}
"""What answers each class of request but ``Ask``: it returns the reply, or anything else where that is ``Done``.
It raises ``Problem`` or ``Cancelled``."""


def _asked(request: m.Ask) -> Asked:
    return Asked(
        request.question,
        scope=request.scope,
        searched_as=request.searched_as,
        as_typed=request.as_typed,
        preset=request.preset,
        form=request.form,
    )


class _TokenStream:
    """Joins tokens that come close together into one message."""

    def __init__(self, request_id: int, send: Send) -> None:
        self._id = request_id
        self._send = send
        self._text = ""
        self._thought = False
        self._sent = 0.0
        self._lock = threading.Lock()

    def add(self, text: str, *, thought: bool = False) -> None:
        with self._lock:
            if thought != self._thought:
                self._flush()
                self._thought = thought
            self._text += text
            if time.monotonic() - self._sent >= _TOKEN_INTERVAL:
                self._flush()

    def flush(self) -> None:
        with self._lock:
            self._flush()

    def _flush(self) -> None:
        if self._text:
            self._send(m.Token(self._id, self._text, self._thought))
            self._text = ""
            self._sent = time.monotonic()

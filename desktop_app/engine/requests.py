# SPDX-License-Identifier: Apache-2.0
"""Each request of the protocol, turned into calls of the Engine and a reply."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from desktop_app.answering.answerer import Listener
from desktop_app.answering.asked import Asked
from desktop_app.contract import messages as m
from desktop_app.contract.exclude_rules import DEFAULT_PATTERNS, Rules
from desktop_app.engine.engine import Engine
from desktop_app.engine.kept_turns import BESIDE, GO_ON, KeptTurn
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.indexing.forecasting.progress import RunListener

Send = Callable[[Any], None]

# Tokens are sent together at most this often, so that a fast model does not flood the window.
_TOKEN_INTERVAL = 0.03


class Handlers:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._kept: dict[int, KeptTurn] = {}  # questions that wait or are being answered, by their request
        self._verbs: dict[type[m.Request], Callable[[Any, Send, Cancellation], m.Reply]] = {
            m.Overview: self._overview,
            m.AddSources: self._add_sources,
            m.RemoveSource: self._remove_source,
            m.Index: self._index,
            m.Rules: self._rules,
            m.SetRules: self._set_rules,
            m.Files: self._files,
            m.Search: self._search,
            m.Similar: self._similar,
            m.Duplicates: self._duplicates,
            m.Ask: self._ask,
            m.Context: self._context,
            m.Models: self._models,
            m.WarmUp: self._warm_up,
            m.ChooseEmbedding: self._choose_embedding,
            m.ChooseReranker: self._choose_reranker,
            m.Doctor: self._doctor,
            m.Conversations: self._conversations,
            m.OpenConversation: self._open_conversation,
            m.RenameConversation: self._rename_conversation,
            m.DeleteConversation: self._delete_conversation,
            m.PinConversation: self._pin_conversation,
            m.SetPreset: self._set_preset,
            m.SearchConversations: self._search_conversations,
        }

    def handle(self, request: m.Request, send: Send, cancel: Cancellation) -> m.Reply:
        """The final reply; progress goes through ``send``. Raises ``Problem`` or ``Cancelled``."""
        return self._verbs[type(request)](request, send, cancel)

    def keep(self, request: m.Ask, send: Send, cancel: Cancellation) -> None:
        """Keep a question as soon as it is asked, before it waits for others; nothing is kept of an empty one. Raises ``Problem``."""
        if not request.question.strip():
            return
        wanted = BESIDE if request.beside else GO_ON if request.go_on else ""
        kept = self._engine.keep_question(
            _asked(request), cancel, conversation=request.conversation, turn=request.turn, wanted=wanted
        )
        self._kept[request.id] = kept
        send(m.Began(request.id, kept.conversation, kept.turn))

    def stopped(self, request: int) -> None:
        """A request was cancelled while it waited."""
        kept = self._kept.pop(request, None)
        if kept is not None:
            self._engine.stop_question(kept)

    # ---- library ----------------------------------------------------------------------------------------------------

    def _overview(self, request: m.Overview, _send: Send, _cancel: Cancellation) -> m.Reply:
        return m.OverviewResult(
            request.id,
            library=str(self._engine.folder),
            sources=self._engine.sources(),
            counts=self._engine.counts(),
            chunks=self._engine.chunk_count(),
            embedding=self._engine.embedding,
            embedding_next=self._engine.next_embedding,
            embedding_offered=self._engine.offered_embedding,
        )

    def _add_sources(self, request: m.AddSources, _send: Send, _cancel: Cancellation) -> m.Reply:
        self._engine.add_sources(request.paths)
        return m.Done(request.id)

    def _remove_source(self, request: m.RemoveSource, _send: Send, _cancel: Cancellation) -> m.Reply:
        self._engine.remove_source(request.path)
        return m.Done(request.id)

    def _index(self, request: m.Index, send: Send, cancel: Cancellation) -> m.Reply:
        listener = RunListener(
            progress=lambda progress: send(m.RunProgress(request.id, progress)),
            forecast=lambda made: send(m.Forecast(request.id, made)),
        )
        done = self._engine.index(request.run, cancel, listener)
        return m.IndexResult(
            request.id,
            files=done.files,
            chunks=done.chunks,
            seconds=done.seconds,
            offline=list(done.offline),
            embedding=done.embedding,
        )

    def _rules(self, request: m.Rules, _send: Send, _cancel: Cancellation) -> m.Reply:
        rules = self._engine.rules()
        return m.RulesResult(
            request.id,
            patterns=list(rules.patterns),
            hidden=rules.hidden,
            max_megabytes=rules.max_megabytes,
            defaults=list(DEFAULT_PATTERNS),
        )

    def _set_rules(self, request: m.SetRules, _send: Send, _cancel: Cancellation) -> m.Reply:
        self._engine.set_rules(Rules(tuple(request.patterns), request.hidden, request.max_megabytes))
        return m.Done(request.id)

    def _files(self, request: m.Files, _send: Send, _cancel: Cancellation) -> m.Reply:
        rows, total = self._engine.files(request.query)
        return m.FilesResult(request.id, rows, total)

    def _choose_embedding(self, request: m.ChooseEmbedding, _send: Send, _cancel: Cancellation) -> m.Reply:
        self._engine.choose_embedding(request.embedding)
        return m.Done(request.id)

    def _choose_reranker(self, request: m.ChooseReranker, _send: Send, _cancel: Cancellation) -> m.Reply:
        self._engine.choose_reranker(request.reranker)
        return m.Done(request.id)

    def _doctor(self, request: m.Doctor, _send: Send, _cancel: Cancellation) -> m.Reply:
        return m.DoctorResult(request.id, self._engine.diagnose())

    # ---- questions --------------------------------------------------------------------------------------------------

    def _search(self, request: m.Search, _send: Send, _cancel: Cancellation) -> m.Reply:
        return m.SearchDone(request.id, self._engine.search(request.question, request.top, request.scope))

    def _similar(self, request: m.Similar, _send: Send, _cancel: Cancellation) -> m.Reply:
        return m.SearchDone(request.id, self._engine.similar(request.text, request.chunk_id, request.top))

    def _duplicates(self, request: m.Duplicates, send: Send, cancel: Cancellation) -> m.Reply:
        def report(done: int, total: int) -> None:
            send(m.Progress(request.id, done, total))

        return m.DuplicatesResult(request.id, self._engine.duplicates(report=report, cancel=cancel))

    def _ask(self, request: m.Ask, send: Send, cancel: Cancellation) -> m.Reply:
        tokens = _TokenStream(request.id, send)
        listener = Listener(
            quoted=lambda answer: send(m.Quoted(request.id, answer)),
            passages=lambda found: send(m.PassagesFound(request.id, list(found))),
            reading=lambda done, total, seconds: send(m.Reading(request.id, done, total, seconds)),
            thought=lambda text: tokens.add(text, thought=True),
            token=tokens.add,
        )
        kept = self._kept.pop(request.id, None)
        answer, conversation = self._engine.ask(
            _asked(request),
            llm=request.llm,
            listener=listener,
            loading=self._loading_told(request.id, request.llm, send),
            cancel=cancel,
            kept=kept,
        )
        tokens.flush()
        return m.Answered(request.id, answer, conversation, kept.turn if kept else 0)

    def _context(self, request: m.Context, _send: Send, _cancel: Cancellation) -> m.Reply:
        chunks, exists, changed = self._engine.context(request.chunk_id, request.before, request.after)
        shown = [m.ContextChunk(c.id, c.text, c.locator, list(c.trail), list(c.pieces)) for c in chunks]
        path = chunks[0].path if chunks else ""
        return m.ContextResult(request.id, path, request.chunk_id, shown, exists, changed)

    # ---- models -----------------------------------------------------------------------------------------------------

    def _models(self, request: m.Models, _send: Send, cancel: Cancellation) -> m.Reply:
        entries, problem = self._engine.models(request.folder, cancel)
        code, data = (problem.code, problem.data) if problem else ("", {})
        return m.ModelsResult(request.id, request.folder, entries, code, data)

    def _warm_up(self, request: m.WarmUp, send: Send, cancel: Cancellation) -> m.Reply:
        if request.llm:
            told = self._loading_told(request.id, request.llm, send)
            self._engine.load_ahead(request.llm, told, cancel)
        else:
            self._engine.unload_model()
        return m.Done(request.id)

    def _loading_told(self, request_id: int, llm: str, send: Send) -> Callable[[float], None]:
        return lambda fraction: send(m.ModelLoading(request_id, llm, fraction))

    # ---- conversations ----------------------------------------------------------------------------------------------

    def _conversations(self, request: m.Conversations, _send: Send, _cancel: Cancellation) -> m.Reply:
        return m.ConversationsResult(request.id, self._engine.conversations())

    def _open_conversation(self, request: m.OpenConversation, _send: Send, _cancel: Cancellation) -> m.Reply:
        kept = self._engine.conversation(request.conversation, last=request.last, before=request.before, since=request.since)
        return m.ConversationResult(request.id, kept.head, list(kept.turns), kept.scope, kept.preset, kept.before)

    def _search_conversations(self, request: m.SearchConversations, _send: Send, _cancel: Cancellation) -> m.Reply:
        return m.ConversationsFound(request.id, request.text, self._engine.search_conversations(request.text))

    def _rename_conversation(self, request: m.RenameConversation, _send: Send, _cancel: Cancellation) -> m.Reply:
        self._engine.rename_conversation(request.conversation, request.title)
        return m.Done(request.id)

    def _delete_conversation(self, request: m.DeleteConversation, _send: Send, _cancel: Cancellation) -> m.Reply:
        self._engine.delete_conversation(request.conversation)
        return m.Done(request.id)

    def _pin_conversation(self, request: m.PinConversation, _send: Send, _cancel: Cancellation) -> m.Reply:
        self._engine.pin_conversation(request.conversation, pinned=request.pinned)
        return m.Done(request.id)

    def _set_preset(self, request: m.SetPreset, _send: Send, _cancel: Cancellation) -> m.Reply:
        self._engine.set_preset(request.conversation, request.preset)
        return m.Done(request.id)


def _asked(request: m.Ask) -> Asked:
    return Asked(
        request.question,
        scope=request.scope,
        searched_as=request.searched_as,
        as_typed=request.as_typed,
        preset=request.preset,
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

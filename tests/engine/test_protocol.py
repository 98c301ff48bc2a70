# SPDX-License-Identifier: Apache-2.0
"""The protocol over real pipes: the handshake, lines that are no messages, and one end for every request."""

from __future__ import annotations

import io
from pathlib import Path

import msgspec
import psutil
import pytest
from library.making import make_words_older

from desktop_app.contract import messages as m
from desktop_app.contract.form import COUNT, Form
from desktop_app.contract.preset import Preset
from desktop_app.engine.server import _Server
from desktop_app.ipc import pipes
from engine.conftest import Start, paper_mountain


def test_the_greeting_comes_first_then_the_status(start: Start, library: Path) -> None:
    engine = start(library)
    assert engine.received[0] == m.Initialized(m.PROTOCOL)
    status = engine.status(lambda status: True)
    assert (status.embedding, status.llm, status.indexing, status.children) == ("none", "none", "idle", [])
    assert engine.close() == 0


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (msgspec.json.encode(m.Initialize(m.PROTOCOL + 1)), str(m.PROTOCOL + 1)),
        (b"GET / HTTP/1.1", "?"),
        (b'{"type":"search","id":1,"question":"\xff\xfe"}', "?"),
        (b'{"type":"initialize","protocol":1,"x":' + b"[" * 50_000, "?"),
        (msgspec.json.encode(m.Overview(1)), "?"),
    ],
    ids=["newer", "no JSON", "no UTF-8", "endless", "no greeting"],
)
def test_another_first_line_is_refused_and_the_engine_leaves(start: Start, library: Path, line: bytes, found: str) -> None:
    engine = start(library, initialize=False)
    engine.raw(line)
    refused = engine.wait(lambda message: True)
    assert refused == m.ErrorReply(0, "engine_version", {"found": found, "known": str(m.PROTOCOL)})
    assert engine.close() == 3
    assert not (library / "catalogue.sqlite").exists()


def test_an_older_library_says_how_far_its_words_are(start: Start, library: Path) -> None:
    make_words_older(library, 1_200)
    engine = start(library)
    asked = engine.send(m.Search, question="质保期")
    found = engine.wait(lambda message: isinstance(message, m.SearchDone))
    assert found.id == asked, "what is asked meanwhile waits, and is answered"
    told = [message for message in engine.received if isinstance(message, m.Progress)]
    assert told == [m.Progress(0, 500, 1_200), m.Progress(0, 1_000, 1_200)]
    assert [type(message) for message in engine.received[:4]] == [m.Initialized, m.Progress, m.Progress, m.Status]


def test_nothing_said_at_all_ends_quietly(start: Start, library: Path) -> None:
    engine = start(library, initialize=False)
    assert engine.close() == 3
    assert engine.received == []


MALFORMED = [
    (b'{"type":"search","id":71}', 71),
    (b'{"type":"search","id":72,"question":5}', 72),
    (b'{"type":"teleport","id":73}', 73),
    (b'{"type":"search","id":true}', 0),  # True counts as a number
    (b'{"id":74}', 74),
    (b'{"type":"search","id":"75","question":"x"}', 0),
    (b'{"type":"search","id":76,"question":"\xff"}', 0),
    (b'{"type":"search","id":77,"question":', 0),
    (b'{"type":"search","id":78,"x":' + b"[" * 50_000, 0),
    (b"[1,2]", 0),
    (b"null", 0),
    (b"", 0),
]


def test_a_malformed_line_is_told_with_its_id_and_the_engine_goes_on(start: Start, library: Path) -> None:
    engine = start(library)
    for line, number in MALFORMED:
        before = len(engine.received)
        engine.raw(line)
        failed = engine.wait(lambda message: isinstance(message, m.ErrorReply), since=before)
        assert (failed.id, failed.code) == (number, "message_malformed"), line
        assert failed.data["detail"]
    assert isinstance(engine.ask(m.Overview), m.OverviewResult)
    assert engine.close() == 0


def test_a_line_without_end_is_passed_over_and_answered(start: Start, library: Path) -> None:
    engine = start(library)
    before = psutil.Process(engine.pid).memory_info().rss
    assert engine.process.stdin is not None
    engine.process.stdin.write(b'{"type":"search","id":81,"question":"')
    for _ in range(400):
        engine.process.stdin.write(b"x" * (1 << 20))
    engine.raw(b'"}')
    failed = engine.wait(lambda message: isinstance(message, m.ErrorReply))
    assert (failed.id, failed.code) == (81, "message_malformed")
    assert isinstance(engine.ask(m.Overview), m.OverviewResult)
    assert psutil.Process(engine.pid).memory_info().rss - before < 200 << 20
    assert engine.close() == 0


def test_an_answer_that_the_window_would_not_take_fails_its_request() -> None:
    stream = io.BytesIO()
    server = object.__new__(_Server)
    server._writer = pipes.LineWriter(stream, longest=200)
    server._send(m.ErrorReply(85, "internal", {"detail": "x" * 300}))
    failed = m.reply_decoder.decode(stream.getvalue())
    assert (failed.id, failed.code, failed.data) == (85, "internal", {"detail": "a line of more than 200 bytes"})


def test_every_request_type_ends_exactly_once(start: Start, library: Path, office: Path, tmp_path: Path) -> None:
    engine = start(library)
    assert engine.ask(m.AddSources, paths=[str(office)]) == m.SourcesAdded(1, [str(office)])
    indexed = engine.ask(m.Index)
    assert (indexed.files["indexed"], indexed.offline) == (3, [])
    answered = engine.ask(m.Ask, question="合同编号是什么？")
    assert answered.conversation > 0
    (tmp_path / "空的模型").mkdir()
    expected = [
        (m.Overview, {}, m.OverviewResult),
        (m.Pause, {"paused": True}, m.Done),
        (m.Pause, {"paused": False}, m.Done),
        (m.Gentle, {"gentle": "on"}, m.Done),
        (m.Gentle, {"gentle": "auto"}, m.Done),
        (m.Typing, {}, m.Done),
        (m.Watch, {"watched": False}, m.Done),
        (m.NameLibrary, {"name": "合同室"}, m.Done),
        (m.Rules, {}, m.RulesResult),
        (m.SetRules, {"patterns": ["*.bak"], "hidden": False, "max_megabytes": 0}, m.Done),
        (m.SetRules, {"patterns": ["!"], "hidden": False, "max_megabytes": 0}, m.ErrorReply),
        (m.GiveUp, {"path": str(office / "没有.pdf")}, m.Done),
        (m.Files, {}, m.FilesResult),
        (m.FindNames, {"text": "合同"}, m.NamesFound),
        (m.Search, {"question": "合同"}, m.SearchDone),
        (m.Search, {"question": " "}, m.ErrorReply),
        (m.Similar, {"text": "合同编号"}, m.SearchDone),
        (m.Similar, {"text": " "}, m.ErrorReply),
        (m.Duplicates, {}, m.DuplicatesResult),
        (m.ChooseReranker, {"reranker": ""}, m.Done),
        (m.ChooseReranker, {"reranker": str(tmp_path)}, m.ErrorReply),
        (m.Context, {"chunk_id": answered.answer.citations[0].chunk_id}, m.ContextResult),
        (m.Context, {"chunk_id": 123_456}, m.ContextResult),
        (m.FileChunks, {"path": answered.answer.citations[0].path, "first": 0, "count": 5}, m.FileChunksResult),
        (m.FileChunks, {"path": "/没有.pdf", "first": 0, "count": 5}, m.FileChunksResult),
        (m.FileHeadings, {"path": answered.answer.citations[0].path}, m.FileHeadingsResult),
        (m.FindInFile, {"path": answered.answer.citations[0].path, "words": "合同"}, m.FindInFileResult),
        (m.TableChoices, {"form": Form((9,), COUNT)}, m.ErrorReply),
        (m.FormRows, {"form": Form((9,), COUNT)}, m.ErrorReply),
        (m.Dismiss, {"paths": [str(office / "没有.pdf")], "dismissed": True}, m.Done),
        (m.Subfolders, {}, m.SubfoldersResult),
        (m.KeepSearch, {"query": "合同", "name": "常用"}, m.KeptSearchesResult),
        (m.RenameSearch, {"search": 1, "name": "合同编号"}, m.KeptSearchesResult),
        (m.KeptSearches, {}, m.KeptSearchesResult),
        (m.ForgetSearch, {"search": 1}, m.KeptSearchesResult),
        (m.Models, {}, m.ModelsResult),
        (m.Models, {"folder": str(tmp_path / "空的模型")}, m.ModelsResult),
        (m.ImportModel, {"path": str(tmp_path / "没有.gguf"), "folder": str(tmp_path)}, m.ErrorReply),
        (m.MeasureModel, {"llm": str(tmp_path / "没有.gguf")}, m.ErrorReply),
        (m.WarmUp, {}, m.Done),
        (m.ChooseEmbedding, {"embedding": "none"}, m.Done),
        (m.ChooseEmbedding, {"embedding": str(tmp_path / "没有")}, m.ErrorReply),
        (m.Doctor, {}, m.DoctorResult),
        (m.Conversations, {}, m.ConversationsResult),
        (m.OpenConversation, {"conversation": answered.conversation}, m.ConversationResult),
        (m.RenameConversation, {"conversation": answered.conversation, "title": "新"}, m.Done),
        (m.PinConversation, {"conversation": answered.conversation, "pinned": True}, m.Done),
        (m.SetPreset, {"conversation": answered.conversation, "preset": Preset("快")}, m.Done),
        (m.SearchConversations, {"text": "合同"}, m.ConversationsFound),
        (m.DeleteConversation, {"conversation": answered.conversation}, m.Done),
        (m.OpenConversation, {"conversation": answered.conversation}, m.ErrorReply),
        (m.RemoveSource, {"path": str(office)}, m.Done),
        (m.RemoveSource, {"path": str(office)}, m.ErrorReply),
        (m.AddSources, {"paths": [str(office / "没有.txt")]}, m.ErrorReply),
    ]
    asked = {kind for kind, _, _ in expected} | {m.AddSources, m.Index, m.Ask}
    assert asked == {kind for kind in m.AnyRequest.__args__ if issubclass(kind, m.EngineRequest)}
    numbers = []
    for kind, fields, reply in expected:
        number = engine.send(kind, **fields)
        assert isinstance(engine.end(number), reply), (kind, fields, engine.end(number))
        numbers.append(number)
    assert engine.close() == 0
    assert [len(engine.ends(number)) for number in numbers] == [1] * len(numbers)


def test_many_at_once_each_end_once(start: Start, library: Path, office: Path) -> None:
    engine = start(library)
    engine.ask(m.AddSources, paths=[str(office)])
    numbers = [engine.send(m.Index)]
    for n in range(40):
        numbers += [
            engine.send(m.Search, question=f"合同 {n}"),
            engine.send(m.Files),
            engine.send(m.Ask, question="年休假几天"),
        ]
    for number in numbers:
        engine.end(number)
    assert engine.close() == 0
    assert {number: len(engine.ends(number)) for number in numbers} == dict.fromkeys(numbers, 1)


def test_a_request_cancelled_before_its_turn_ends_at_once_and_once(start: Start, library: Path, tmp_path: Path) -> None:
    """The index lane is held by a paused run; what waits behind it can still be called off."""
    engine = start(library)
    folder = paper_mountain(tmp_path / "排队", 60)
    engine.ask(m.AddSources, paths=[str(folder)])
    engine.ask(m.Pause, paused=True)
    first = engine.send(m.Index)
    engine.status(lambda status: status.indexing == "paused")
    waiting = engine.send(m.RemoveSource, path=str(folder))
    engine.cancel(waiting)
    assert engine.end(waiting) == m.ErrorReply(waiting, m.CANCELLED)
    assert engine.ends(first) == []
    engine.ask(m.Pause, paused=False)
    assert engine.end(first).files["indexed"] == 60
    assert isinstance(engine.ask(m.RemoveSource, path=str(folder)), m.Done)  # the lane has passed the cancelled one
    assert engine.ends(waiting) == [m.ErrorReply(waiting, m.CANCELLED)]
    assert engine.ask(m.Overview).embedding == "none"

# SPDX-License-Identifier: Apache-2.0
"""Questions through the engine: without a model, with llama.cpp on a tiny GGUF, stopped, and with files that are no models."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from tiny_gguf import ANSWER

from desktop_app.contract import messages as m
from desktop_app.contract.answer import Answer
from engine.conftest import Start, without_model
from engine.engine_process import EngineProcess

pytestmark = pytest.mark.slow

QUESTION = "合同编号是什么？"


@pytest.fixture
def engine(start: Start, library: Path, office: Path) -> EngineProcess:
    engine = start(library)
    engine.ask(m.AddSources, paths=[str(office)])
    engine.ask(m.Index)
    return engine


def kinds(engine: EngineProcess, number: int) -> list[type]:
    """The kinds of messages of a request, each run of equals once."""
    found: list[type] = []
    for message in engine.replies(number):
        if not found or found[-1] is not type(message):
            found.append(type(message))
    return found


def text_of(engine: EngineProcess, number: int) -> str:
    return "".join(message.text for message in engine.replies(number) if isinstance(message, m.Token))


def test_without_a_model_the_sentence_is_quoted(engine: EngineProcess, office: Path) -> None:
    number = engine.send(m.Ask, question=QUESTION)
    answer = engine.end(number).answer
    assert kinds(engine, number) == [m.Began, m.Answered]
    assert (answer.found, answer.mode, answer.stopped) == (True, "extractive", False)
    first = answer.citations[0]
    assert first.path == str(office / "合同" / "采购合同.txt")
    assert "HT-2024-018" in first.quote
    context = engine.ask(m.Context, chunk_id=first.chunk_id)
    chunk = next(chunk for chunk in context.chunks if chunk.chunk_id == first.chunk_id)
    assert chunk.text[first.start : first.end] == first.quote


def test_nothing_relevant_is_said(engine: EngineProcess) -> None:
    answer = engine.ask(m.Ask, question="Who won the football world cup?").answer
    assert (answer.found, answer.citations) == (False, ())
    assert (answer.searched_files, answer.total_files) == (3, 3)


@pytest.mark.needs("llama_cpp")
def test_with_a_model_it_streams_and_cites_what_was_sent(engine: EngineProcess, tiny_gguf: Path) -> None:
    number = engine.send(m.Ask, question=QUESTION, llm=str(tiny_gguf))
    answer = engine.end(number).answer
    assert kinds(engine, number) == [m.Began, m.Quoted, m.ModelLoading, m.PassagesFound, m.Reading, m.Token, m.Answered]
    loading = [message.fraction for message in engine.replies(number) if isinstance(message, m.ModelLoading)]
    assert loading == sorted(loading)
    assert loading[-1] == 1.0
    assert text_of(engine, number) == answer.text == ANSWER
    found = next(message.passages for message in engine.replies(number) if isinstance(message, m.PassagesFound))
    assert tuple(found) == answer.sent
    sent = {passage.chunk_id: passage.text for passage in answer.sent}
    assert [citation.number for citation in answer.citations] == [1]
    for citation in answer.citations:
        assert sent[citation.chunk_id][citation.start : citation.end] == citation.quote
    assert (answer.found, answer.mode, answer.checks.supported, answer.checks.unsupported) == (True, "llm", 1, 0)
    assert set(answer.timings) >= {"search", "first_token", "total"}
    status = engine.status(lambda status: status.llm == "ready")
    assert status.llm_path == str(tiny_gguf)
    assert set(status.children) == {child.pid for child in engine.children()}  # the model and the idle readers
    assert len(engine.children("model")) == 1
    second = engine.send(m.Ask, question=QUESTION, llm=str(tiny_gguf))
    engine.end(second)
    assert m.ModelLoading not in kinds(engine, second)  # it is loaded


def test_warm_up_loads_and_frees(engine: EngineProcess, tiny_gguf_q8: Path) -> None:
    number = engine.send(m.WarmUp, llm=str(tiny_gguf_q8))
    assert engine.end(number) == m.Done(number)
    assert kinds(engine, number) == [m.ModelLoading, m.Done]
    assert engine.status(lambda status: status.llm == "ready").llm_memory > 0
    before = len(engine.received)
    engine.ask(m.WarmUp, llm="")
    freed = engine.status(lambda status: status.llm == "none", since=before)
    assert (freed.llm_path, freed.llm_memory) == ("", 0)
    assert set(freed.children) == {child.pid for child in engine.children("reader")}
    assert engine.children("model") == []


def test_cancel_while_it_writes_keeps_what_was_written(engine: EngineProcess, endless_gguf: Path) -> None:
    number = engine.send(m.Ask, question=QUESTION, llm=str(endless_gguf))
    engine.wait(lambda message: isinstance(message, m.Token) and message.id == number)
    told = engine.replies(number)
    engine.cancel(number)
    answered = engine.end(number)
    assert isinstance(answered, m.Answered)
    assert answered.answer.stopped
    assert answered.answer.text
    # Bounded: what may still come is what was on its way, not the thousands of tokens the model had to go.
    assert len(engine.replies(number)) < len(told) + 200
    assert len(answered.answer.text) < 8_000
    kept = engine.ask(m.OpenConversation, conversation=answered.conversation)
    assert [turn.answer for turn in kept.turns] == [answered.answer]
    following = engine.ask(m.Ask, question=QUESTION)
    assert following.answer.found


def test_cancel_before_the_first_token_keeps_the_quotes(engine: EngineProcess, endless_gguf: Path) -> None:
    number = engine.send(m.Ask, question=QUESTION, llm=str(endless_gguf))
    engine.wait(lambda message: isinstance(message, m.ModelLoading) and message.id == number)
    engine.cancel(number)
    answer = engine.end(number).answer
    assert answer.stopped
    if not text_of(engine, number):  # else the cancel came after the first token
        assert (answer.found, answer.citations[0].quote) == (True, "合同编号是 HT-2024-018。")
    assert len(engine.ends(number)) == 1


@pytest.mark.needs("llama_cpp")
@pytest.mark.parametrize("what", ["missing", "no gguf", "cut off"])
def test_what_is_no_model_fails_with_its_code(engine: EngineProcess, tiny_gguf: Path, tmp_path: Path, what: str) -> None:
    path = tmp_path / "我的模型.gguf"
    if what == "no gguf":
        path.write_bytes(b"PK\3\4" + bytes(5000))
    elif what == "cut off":
        path.write_bytes(tiny_gguf.read_bytes()[:-5000])
    code = {"missing": "gguf_missing", "no gguf": "gguf_not", "cut off": "gguf_truncated"}[what]
    for request in (m.Ask, m.WarmUp):
        fields = {"question": QUESTION} if request is m.Ask else {}
        failed = engine.ask(request, llm=str(path), **fields)
        assert (failed.code, failed.data["path"]) == (code, str(path))
    (turn,) = engine.ask(m.OpenConversation, conversation=1).turns
    assert (turn.question, turn.state, turn.answer.problem) == (QUESTION, "failed", code)
    assert turn.answer.citations[0].quote == "合同编号是 HT-2024-018。"  # what was shown stays
    assert engine.ask(m.Ask, question=QUESTION).answer.found
    assert engine.ask(m.Ask, question=QUESTION, llm=str(tiny_gguf)).answer.text == ANSWER


def test_a_trained_model_streams_from_the_shared_folder(engine: EngineProcess, shared: Path) -> None:
    models = sorted((shared / "models").glob("*.gguf"))
    if not models:
        pytest.skip("no GGUF in ../shared/models")
    for model in models:
        number = engine.send(m.Ask, question="How much may a hotel room cost?", llm=str(model))
        answer = engine.end(number).answer
        assert bool(text_of(engine, number)) != answer.refused
        sent = {passage.chunk_id for passage in answer.sent}
        assert {citation.chunk_id for citation in answer.citations} <= sent
        assert answer.mode == "llm"


def test_conversations_are_kept_whole(start: Start, library: Path, office: Path, engine: EngineProcess) -> None:
    first = engine.ask(m.Ask, question=QUESTION)
    second = engine.ask(m.Ask, question="年休假多少天？", conversation=first.conversation)
    assert second.conversation == first.conversation
    other = engine.ask(m.Ask, question="What may a hotel room cost?")
    engine.ask(m.RenameConversation, conversation=first.conversation, title="  合同与休假 ")
    engine.close()
    engine = start(library)
    heads = engine.ask(m.Conversations).conversations
    assert [(head.id, head.title, head.turns) for head in heads] == [
        (other.conversation, "What may a hotel room cost?", 1),
        (first.conversation, "合同与休假", 2),
    ]
    opened = engine.ask(m.OpenConversation, conversation=first.conversation)
    answers = [turn.answer for turn in opened.turns]
    assert answers == [first.answer, second.answer]
    assert msgspec.json.decode(msgspec.json.encode(answers), type=list[Answer]) == answers
    engine.ask(m.DeleteConversation, conversation=first.conversation)
    assert [head.id for head in engine.ask(m.Conversations).conversations] == [other.conversation]
    for request, fields in ((m.OpenConversation, {}), (m.RenameConversation, {"title": "x"})):
        assert engine.ask(request, conversation=first.conversation, **fields).code == "conversation_unknown"
    gone = engine.ask(m.Ask, question=QUESTION, conversation=first.conversation)  # deleted meanwhile: a new one
    assert gone.conversation not in (0, first.conversation)


def test_context_tells_whether_the_file_is_still_what_was_read(engine: EngineProcess, office: Path) -> None:
    chunk = engine.ask(m.Search, question="年休假").result.passages[0].chunk_id
    path = office / "手册.md"
    context = engine.ask(m.Context, chunk_id=chunk, before=0, after=0)
    assert (context.path, context.exists, context.changed, len(context.chunks)) == (str(path), True, False, 1)
    path.write_text("# 休假\n\n年休假改为二十天。\n", encoding="utf-8")
    context = engine.ask(m.Context, chunk_id=chunk)
    assert (context.exists, context.changed) == (True, True)
    path.unlink()
    context = engine.ask(m.Context, chunk_id=chunk)
    assert (context.exists, context.changed, context.path) == (False, False, str(path))
    assert "十五天" in " ".join(chunk.text for chunk in context.chunks)
    unknown = engine.ask(m.Context, chunk_id=10**9)
    assert (unknown.chunks, unknown.exists) == ([], False)


def test_a_second_engine_on_the_library_is_refused(start: Start, engine: EngineProcess, library: Path) -> None:
    second = start(library)
    failed = second.wait(lambda message: isinstance(message, m.ErrorReply))
    assert failed == m.ErrorReply(0, "library_locked", {"path": str(library)})
    assert second.close() == 3
    assert engine.ask(m.Ask, question=QUESTION).answer.found
    engine.close()
    third = start(library)
    assert third.ask(m.Overview).counts == {"indexed": 3}


def test_a_library_of_a_newer_format_is_refused_and_not_touched(start: Start, tmp_path: Path) -> None:
    library = without_model(tmp_path / "新版")
    (library / "library.toml").write_text("format = 99\n", encoding="utf-8")
    engine = start(library)
    failed = engine.wait(lambda message: isinstance(message, m.ErrorReply))
    assert (failed.code, failed.data["found"], failed.data["known"]) == ("library_newer", "99", "1")
    assert engine.close() == 3
    assert (library / "library.toml").read_text(encoding="utf-8") == "format = 99\n"

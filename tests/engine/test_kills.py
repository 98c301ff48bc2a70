# SPDX-License-Identifier: Apache-2.0
"""``kill -9`` of each process at work, over the engine's own pipes: what it costs, and that going on loses and doubles nothing."""

from __future__ import annotations

import os
import signal
import sqlite3
from pathlib import Path

import psutil
import pytest
from tiny_gguf import ANSWER

from desktop_app.contract import messages as m
from desktop_app.contract.conversation import FAILED
from desktop_app.contract.index_run import IndexRequest
from desktop_app.contract.ledger import LedgerQuery
from engine.conftest import Start, paper_mountain
from engine.engine_process import EngineProcess, all_gone
from engine.test_indexing import FILES, begun, contents, undisturbed

pytestmark = pytest.mark.slow

QUESTION = "HT-0001-003 的设备由哪个仓库保管？"


def test_a_killed_reader_costs_nothing(start: Start, library: Path, many: Path, tmp_path: Path) -> None:
    """Both readers are stopped until each surely holds a file, then killed inside it."""
    engine = start(library)
    number = begun(engine, many)
    readers = engine.children("reader")
    assert readers
    for reader in readers:
        os.kill(reader.pid, signal.SIGSTOP)
    for reader in readers:
        reader.kill()
    result = engine.end(number)
    assert all_gone(readers)
    assert (result.files["indexed"], result.files["failed"]) == (FILES, 0)
    as_undisturbed(engine, library, start, tmp_path, many)


@pytest.mark.slow
def test_readers_killed_again_and_again_cost_ledger_lines_and_a_retry_mends_them(
    start: Start, library: Path, tmp_path: Path
) -> None:
    """Every reader dies as soon as it is seen, until one file has lost two of them: that file is told in the ledger, no other."""
    folder = paper_mountain(tmp_path / "档案", 12, paragraphs=500)
    engine = start(library)
    engine.ask(m.AddSources, paths=[str(folder)])
    number = engine.send(m.Index)
    while not engine.ends(number):
        for reader in engine.children("reader"):
            try:
                reader.kill()
            except psutil.NoSuchProcess:
                continue
        if engine.ask(m.Files, query=LedgerQuery(("failed",))).total:
            break
    result = engine.end(number)
    failed = engine.ask(m.Files, query=LedgerQuery(("failed",))).rows
    assert result.files["failed"] == len(failed) > 0
    assert {row.reason for row in failed} == {"crashed"}
    assert result.files["indexed"] + len(failed) == 12
    mended = engine.ask(m.Index, run=IndexRequest(retry=("*",)))
    assert (mended.files["indexed"], mended.files["failed"]) == (len(failed), 0)
    as_undisturbed(engine, library, start, tmp_path, folder)


def test_a_killed_model_is_told_and_the_next_question_works(
    start: Start, library: Path, tmp_path: Path, endless_gguf: Path, tiny_gguf: Path
) -> None:
    engine = start(library)
    engine.ask(m.AddSources, paths=[str(paper_mountain(tmp_path / "档案", 3))])
    engine.ask(m.Index)
    number = engine.send(m.Ask, question=QUESTION, llm=str(endless_gguf))
    engine.wait(lambda message: isinstance(message, m.Token) and message.id == number)
    (model,) = engine.children("model")
    model.kill()
    failed = engine.end(number)
    assert (failed.code, failed.data["path"]) == ("llm_crashed", str(endless_gguf))
    assert failed.data["detail"]
    (head,) = engine.ask(m.Conversations).conversations
    (turn,) = engine.ask(m.OpenConversation, conversation=head.id).turns
    assert (turn.question, turn.state, turn.answer.problem) == (QUESTION, FAILED, "llm_crashed")
    assert turn.answer.citations  # the quotes stay
    engine.status(lambda status: status.llm == "failed")
    assert isinstance(engine.ask(m.Search, question="设备"), m.SearchDone)
    answered = engine.ask(m.Ask, question=QUESTION, llm=str(tiny_gguf))
    assert answered.answer.said == ANSWER
    (again,) = engine.children("model")
    again.kill()
    assert all_gone([again])
    assert engine.ask(m.Ask, question=QUESTION, llm=str(tiny_gguf)).answer.said == ANSWER  # killed while idle: nobody notices
    assert engine.close() == 0


def test_a_window_that_goes_away_while_the_model_writes_ends_it(
    start: Start, library: Path, tmp_path: Path, endless_gguf: Path
) -> None:
    engine = start(library)
    engine.ask(m.AddSources, paths=[str(paper_mountain(tmp_path / "档案", 3))])
    engine.ask(m.Index)
    number = engine.send(m.Ask, question=QUESTION, llm=str(endless_gguf))
    engine.wait(lambda message: isinstance(message, m.Token) and message.id == number)
    processes = engine.children()
    assert len(engine.children("model")) == 1
    assert engine.close() == 0
    assert all_gone(processes)


def interrupted(start: Start, library: Path, folder: Path, done: int) -> EngineProcess:
    """An engine killed when ``done`` files were written, and its children gone with it."""
    engine = start(library)
    begun(engine, folder, done=done)
    children = engine.children()
    assert children
    engine.kill()
    assert all_gone(children)
    return engine


@pytest.mark.parametrize("done", [pytest.param(1, marks=pytest.mark.slow), 100])
def test_a_killed_engine_takes_its_children_along_and_the_next_goes_on(
    start: Start, library: Path, many: Path, tmp_path: Path, done: int
) -> None:
    interrupted(start, library, many, done)
    engine = start(library)
    counts = engine.ask(m.Overview).counts
    assert sum(counts.values()) == FILES
    assert counts["indexed"] >= done
    result = engine.ask(m.Index)
    assert result.files["indexed"] == counts.get("pending", 0)
    assert result.files["unchanged"] == counts["indexed"]
    as_undisturbed(engine, library, start, tmp_path, many)


@pytest.mark.slow
@pytest.mark.heavy  # tests/indexing/test_kill.py shows the same in short
@pytest.mark.timeout(900)
def test_a_killed_engine_loses_and_doubles_no_vector(start: Start, tmp_path: Path) -> None:
    """With the bundled embedding model and Chroma: twice killed, then completed, against a run that nobody disturbed."""
    folder = paper_mountain(tmp_path / "合同", 150, paragraphs=1)
    library = tmp_path / "向量库"
    for _ in range(2):
        interrupted(start, library, folder, 1)
    engine = start(library)
    assert isinstance(engine.ask(m.Index), m.IndexResult)
    health, given = engine.ask(m.Doctor).report["library"], answers(engine)
    engine.close()
    calm = start(tmp_path / "对照库")
    calm.ask(m.AddSources, paths=[str(folder)])
    calm.ask(m.Index)
    expected, expected_answers = calm.ask(m.Doctor).report["library"], answers(calm)
    calm.close()
    assert health["healthy"]
    assert (health["files"], health["chunks"], health["vectors"]) == (
        expected["files"],
        expected["chunks"],
        expected["vectors"],
    )
    assert health["vectors"] == health["chunks"] > 0
    assert contents(library) == contents(tmp_path / "对照库")
    assert stored_vectors(library) == stored_vectors(tmp_path / "对照库")
    assert given == expected_answers


def as_undisturbed(engine: EngineProcess, library: Path, start: Start, tmp_path: Path, folder: Path) -> None:
    """Asserts that the library holds and answers what one that nobody disturbed does; ends its engine."""
    given = answers(engine)
    engine.close()
    assert contents(library) == undisturbed(start, tmp_path, folder)
    calm = start(tmp_path / "对照")
    assert given == answers(calm)
    assert any(given)
    calm.close()


def answers(engine: EngineProcess) -> list[list[tuple[str, str, float]]]:
    """The passages, with their scores, that an engine gives for a question in Chinese, one in English and a code."""
    found = [engine.ask(m.Search, question=question) for question in (QUESTION, "Which warehouse keeps it?", "HT-0042-000")]
    return [[(passage.path, passage.text, passage.score) for passage in one.result.passages] for one in found]


def stored_vectors(library: Path) -> dict[bytes, bytes]:
    connection = sqlite3.connect(library / "catalogue.sqlite")
    try:
        return dict(connection.execute("SELECT hash, vector FROM vectors").fetchall())
    finally:
        connection.close()

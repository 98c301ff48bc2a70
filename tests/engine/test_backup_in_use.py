# SPDX-License-Identifier: Apache-2.0
"""A backup beside the real engine while it reads: what it holds is searched as it was."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from desktop_app.contract import messages as m
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.library.maintenance import backup, checking
from engine.conftest import Start
from engine.engine_process import EngineProcess

QUESTION = "合同编号是什么"


def nothing(_done: int, _total: int) -> None:
    pass


def hits(engine: EngineProcess) -> list[tuple[str, str, float]]:
    found = engine.ask(m.Search, question=QUESTION).result.passages
    return [(one.path, one.text, round(one.score, 4)) for one in found]


def test_a_backup_during_a_run_is_searched_alike(start: Start, library: Path, office: Path, many: Path, tmp_path: Path) -> None:
    engine = start(library)
    engine.ask(m.AddSources, paths=[str(office)])
    engine.ask(m.Index)
    question = engine.ask(m.Ask, question=QUESTION)
    best = hits(engine)[0][:2]
    engine.ask(m.AddSources, paths=[str(many)])
    run = engine.send(m.Index)
    engine.wait(
        lambda one: (
            isinstance(one, m.RunProgress) and one.id == run and one.progress.stage == "reading" and one.progress.done > 5
        )
    )
    facts = backup.back_up(library, tmp_path / "备份.inkstone", nothing, Cancellation())
    assert facts.files >= 3
    assert isinstance(engine.end(run), m.IndexResult), "the run went on"
    place = tmp_path / "恢复"
    backup.restore(tmp_path / "备份.inkstone", place, nothing, Cancellation())
    assert checking.check(place, nothing, Cancellation()) == []
    with closing(sqlite3.connect(place / "catalogue.sqlite")) as connection:
        whole = "SELECT count(*) FROM files WHERE chunks <> (SELECT count(*) FROM chunks WHERE file = files.id)"
        assert connection.execute(whole).fetchone() == (0,)
    copy = start(place)
    assert hits(copy)[0][:2] == best
    assert [head.id for head in copy.ask(m.Conversations).conversations] == [question.conversation]
    copy.ask(m.Index)
    # Passages of one score come in the order of their ids, which is that in which the files were read.
    after, meant = hits(copy), hits(engine)
    assert after[0] == meant[0], "after the rest was read, both are the same"
    assert [score for *_, score in after] == [score for *_, score in meant]

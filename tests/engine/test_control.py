# SPDX-License-Identifier: Apache-2.0
"""The person's hand on a run: a pause that lasts, a stop that takes it along, a disk that will not do, a standstill written down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from desktop_app.contract import messages as m
from desktop_app.contract.index_run import WHOLE_LIBRARY, Forecast, IndexRequest
from desktop_app.contract.measuring_process import Row
from desktop_app.embedding.choosing import choices
from desktop_app.embedding.choosing.choices import Choice
from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.engine import indexer
from desktop_app.engine.engine import Engine
from desktop_app.foundation import paths
from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.indexing.forecasting import progress
from desktop_app.indexing.forecasting.progress import RunListener
from desktop_app.wording import forecast_texts
from engine.conftest import Start, paper_mountain, without_model
from engine.test_indexing import FILES, begun, stopped_midway

pytestmark = pytest.mark.slow


@pytest.mark.slow
def test_a_pause_outlives_the_engine(start: Start, library: Path, many: Path) -> None:
    engine = start(library)
    stopped_midway(engine, many)
    engine.close()
    again = start(library)
    before = again.ask(m.Overview).counts
    number = again.send(m.Index)
    again.status(lambda status: status.indexing == "paused")
    assert again.ask(m.Overview).counts == before
    again.ask(m.Pause, paused=False)
    assert again.end(number).files["indexed"] == before["pending"]
    again.close()
    third = start(library)
    assert third.ask(m.Index).files["unchanged"] == FILES  # it did not wait for anybody


@pytest.mark.slow
def test_a_pause_outlives_a_kill(start: Start, library: Path, many: Path) -> None:
    engine = start(library)
    stopped_midway(engine, many)
    engine.kill()
    again = start(library)
    number = again.send(m.Index)
    again.status(lambda status: status.indexing == "paused")
    again.ask(m.Pause, paused=False)
    assert again.end(number).files["failed"] == 0


def test_a_run_that_is_stopped_takes_its_pause_along(start: Start, library: Path, many: Path) -> None:
    engine = start(library)
    number = stopped_midway(engine, many)
    engine.cancel(number)
    assert engine.end(number) == m.ErrorReply(number, m.CANCELLED)
    result = engine.ask(m.Index)
    assert result.files["indexed"] > 0


def test_status_tells_why_it_goes_gently(start: Start, library: Path, many: Path) -> None:
    engine = start(library)
    number = begun(engine, many)
    engine.ask(m.Gentle, gentle="on")
    engine.status(lambda status: status.gentle == "chosen")
    engine.ask(m.Gentle, gentle="off")
    assert engine.end(number).files["indexed"] == FILES
    last = [message for message in engine.received if isinstance(message, m.Status)][-1]
    assert (last.indexing, last.gentle) == ("idle", "")


def test_a_forecast_comes_before_the_first_file_and_with_the_sample(start: Start, library: Path, many: Path) -> None:
    engine = start(library)
    number = begun(engine, many, done=1)
    engine.end(number)
    told = [one for one in engine.replies(number) if isinstance(one, m.RunForecast)]
    reading = next(n for n, one in enumerate(engine.replies(number)) if isinstance(one, m.RunProgress) and one.progress.done)
    assert isinstance(next(one for one in engine.replies(number)[:reading] if isinstance(one, m.RunForecast)), m.RunForecast)
    assert [one.forecast.basis for one in told][:2] == ["guessed", "sampled"]
    assert told[0].forecast.files == FILES
    assert told[1].forecast.chunks == pytest.approx(engine.end(number).chunks, rel=0.1)
    assert told[0].forecast.disk_free > 0
    again = engine.send(m.Index, run=IndexRequest(retry=("*",)))
    engine.end(again)


# ---- in this process -------------------------------------------------------------------------------------------------


@pytest.fixture
def office_engine(tmp_path: Path) -> Iterator[Engine]:
    with closing(Engine(without_model(tmp_path / "库"))) as engine:
        engine.add_sources([str(paper_mountain(tmp_path / "档案", 60))])
        yield engine


def test_a_disk_that_will_not_do_ends_the_run_before_it_is_full(office_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexer, "_WORTH_STOPPING", 0)
    monkeypatch.setattr(progress, "_INTERVAL", 0.0)  # so small a folder may be read between two looks
    office_engine._indexer.disk_free = lambda: 100_000
    told: list[Forecast] = []
    with pytest.raises(EnvironmentProblem) as caught:
        office_engine.index(WHOLE_LIBRARY, Cancellation(), RunListener(forecast=told.append))
    assert caught.value.code == "disk_short"
    assert told[-1].disk_left > 100_000
    kept = office_engine._library.catalogue.files.counts()
    office_engine._indexer.disk_free = lambda: 1 << 40
    done = office_engine.index(WHOLE_LIBRARY, Cancellation())
    assert done.files["indexed"] == kept["pending"]


def test_a_second_run_begins_with_what_was_remembered(office_engine: Engine) -> None:
    told: list[Forecast] = []
    office_engine.index(WHOLE_LIBRARY, Cancellation(), RunListener(forecast=told.append))
    assert told[0].basis == "guessed"
    assert (paths.home() / "measured.json").is_file()
    for file in office_engine.sources():
        for path in Path(file.path).rglob("*.txt"):
            path.write_text(path.read_text(encoding="utf-8") + "\n\n补充一段。", encoding="utf-8")
    told.clear()
    office_engine.index(WHOLE_LIBRARY, Cancellation(), RunListener(forecast=told.append))
    assert told[0].basis == "remembered"
    assert told[0].chunks == pytest.approx(office_engine._library.catalogue.chunks.count(), rel=0.3)


def test_a_first_forecast_goes_by_the_pace_that_the_model_was_measured_with(
    office_engine: Engine, bundled_embedder: Embedder
) -> None:
    facts, told, cancel = bundled_embedder.facts, list[Forecast](), Cancellation()
    choices.store(facts.fingerprint, Choice(facts.backend, (Row(facts.backend, rate=1.0, mean=1.0, least=1.0),)))

    def hear(made: Forecast) -> None:
        told.append(made)
        cancel.cancel()

    with pytest.raises(Cancelled):
        office_engine._indexer.run(WHOLE_LIBRARY, bundled_embedder, listener=RunListener(forecast=hear), cancel=cancel)
    assert told[0].basis == "guessed"
    assert told[0].seconds == pytest.approx(told[0].chunks, rel=0.1)


def test_a_broken_memory_is_no_obstacle(office_engine: Engine) -> None:
    (paths.home() / "measured.json").write_text('{"x": [', encoding="utf-8")
    done = office_engine.index(WHOLE_LIBRARY, Cancellation())
    assert done.files["indexed"] == 60


def test_where_every_thread_stands_is_written_down() -> None:
    indexer.dump_stacks()
    text = (paths.logs() / "standstill.log").read_text(encoding="utf-8")
    assert "test_where_every_thread_stands" in text


# ---- in words --------------------------------------------------------------------------------------------------------


def made(**changes: float) -> Forecast:
    fields: dict[str, float] = {
        "files": 1_950, "bytes": 4e9, "chunks": 80_000, "scans": 12, "seconds_low": 590, "seconds": 720, "seconds_high": 900,
        "disk": 340e6, "disk_left": 300e6, "memory": 1e9, "disk_free": 80e9, "memory_free": 6e9,
    }  # fmt: skip
    return Forecast("sampled", **{**fields, **changes})  # type: ignore[arg-type]


def test_a_forecast_in_one_line() -> None:
    assert forecast_texts.line(made()) == "1,950 files · 10 to 15 min · 340 MB on disk · 12 scans"
    assert forecast_texts.tight(made()) == ""
    assert "200 MB" in forecast_texts.tight(made(disk_free=200e6))
    assert "500 MB" in forecast_texts.tight(made(memory_free=500e6))

# SPDX-License-Identifier: Apache-2.0
"""The engine notices changes and says so; the window asks for an Index as usual. Not on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop_app.contract import messages as m
from desktop_app.contract.index_run import IndexRequest
from engine.conftest import Start

pytestmark = pytest.mark.slow  # it waits until a folder has been quiet


def changed(engine: object, since: int) -> list[str]:
    return engine.wait(lambda message: isinstance(message, m.SourcesChanged), since=since).paths  # type: ignore[attr-defined]


def test_a_new_file_is_told_and_a_run_over_its_source_reads_it(
    start: Start, library: Path, office: Path, tmp_path: Path
) -> None:
    engine = start(library)
    engine.ask(m.AddSources, paths=[str(office)])
    engine.ask(m.Index)
    since = len(engine.received)
    assert engine.ask(m.SetRules, patterns=["*.log"], hidden=True, max_megabytes=0)
    (office / "合同" / "新合同.txt").write_text("付款期限为十日。", encoding="utf-8")
    assert changed(engine, since) == [str(office)]
    result = engine.ask(m.Index, run=IndexRequest((str(office),), reason="changed"))
    assert (result.files["indexed"], result.files["unchanged"]) == (1, 3)
    rules = engine.ask(m.Rules)
    assert (rules.patterns, rules.hidden, rules.max_megabytes) == (["*.log"], True, 0)
    failed = engine.ask(m.SetRules, patterns=["!"], hidden=True, max_megabytes=0)
    assert (failed.code, failed.data) == ("pattern_invalid", {"pattern": "!"})


def test_watching_can_be_switched_off_and_on(start: Start, library: Path, office: Path, home: Path) -> None:
    home.mkdir(parents=True, exist_ok=True)
    (home / "settings.toml").write_text("watch = false\n", encoding="utf-8")
    engine = start(library)
    engine.ask(m.AddSources, paths=[str(office)])
    engine.ask(m.Index)
    (office / "一.txt").write_text("没人看见", encoding="utf-8")
    assert isinstance(engine.ask(m.Watch, watched=True), m.Done)
    since = len(engine.received)
    (office / "二.txt").write_text("看见了", encoding="utf-8")
    # What was written in the moment the watching began may be missed; the next change is not.
    while True:
        try:
            engine.wait(lambda message: isinstance(message, m.SourcesChanged), since=since, within=8)
            break
        except AssertionError:
            (office / "二.txt").write_text("又看见了", encoding="utf-8")
    assert isinstance(engine.ask(m.Watch, watched=False), m.Done)

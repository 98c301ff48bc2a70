# SPDX-License-Identifier: Apache-2.0
"""The real engine under a policy: what an administrator rules out is not done, whoever asks."""

from __future__ import annotations

import os
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop_app.contract import messages as m
from desktop_app.contract.ledger import LedgerQuery
from desktop_app.foundation import paths
from engine.conftest import Start

pytestmark = pytest.mark.slow

Policed = Callable[[str], Path]


def states(engine: object) -> dict[str, tuple[str, str]]:
    """Name -> state and reason of every file."""
    rows = engine.ask(m.Files, query=LedgerQuery()).rows  # type: ignore[attr-defined]
    return {os.path.basename(row.path): (row.state, row.reason) for row in rows}


def test_only_allowed_places_and_formats_are_read(start: Start, library: Path, office: Path, policed: Policed) -> None:
    with zipfile.ZipFile(office / "附件.zip", "w") as archive:
        archive.writestr("inside.txt", "The secret word is alabaster.")
        archive.writestr("inside.md", "The open word is terracotta.")
    other = office.parent / "elsewhere"
    other.mkdir()
    (other / "far.md").write_text("The word is obsidian.", encoding="utf-8")
    (office / "link.md").symlink_to(other / "far.md")
    policed(f"document_places = ['{office}']\nformats = ['md', 'zip']\n")
    engine = start(library)
    refused = engine.ask(m.AddSources, paths=[str(other)])
    assert (refused.code, refused.data["places"]) == ("source_not_allowed", str(office))
    engine.ask(m.AddSources, paths=[str(office)])
    engine.ask(m.Index)
    found = states(engine)
    assert found["手册.md"][0] == "indexed"
    assert found["Travel.txt"] == found["采购合同.txt"] == found["link.md"] == ("skipped", "not_allowed")
    for word, hits in (("terracotta", True), ("alabaster", False), ("obsidian", False)):
        assert bool(engine.ask(m.Search, question=word, top=5).result.passages) == hits, word


def test_what_is_ruled_out_later_is_forgotten(start: Start, library: Path, office: Path, policed: Policed) -> None:
    engine = start(library)
    engine.ask(m.AddSources, paths=[str(office)])
    engine.ask(m.Index)
    assert engine.ask(m.Search, question="hotel", top=5).result.passages
    engine.close()
    policed("formats = ['md']\n")
    engine = start(library)
    engine.ask(m.Index)
    assert states(engine)["Travel.txt"] == ("skipped", "not_allowed")
    assert not engine.ask(m.Search, question="hotel", top=5).result.passages
    engine.close()
    policed("# everything again\n")
    engine = start(library)
    engine.ask(m.Index)
    assert engine.ask(m.Search, question="hotel", top=5).result.passages


def test_a_library_elsewhere_is_not_opened(start: Start, library: Path, policed: Policed, tmp_path: Path) -> None:
    policed(f"library_places = ['{tmp_path / 'allowed'}']\n")
    problem = start(library).wait(lambda message: isinstance(message, m.ErrorReply))
    assert problem.code == "library_not_allowed"
    assert not (library / "catalogue.sqlite").exists()
    policed(f"[fixed]\nlibrary = '{tmp_path / 'other'}'\n")
    problem = start(library).wait(lambda message: isinstance(message, m.ErrorReply))
    assert problem.code == "setting_fixed"


def test_another_model_than_the_fixed_one_is_refused(
    start: Start, library: Path, office: Path, policed: Policed, tmp_path: Path
) -> None:
    policed(f"model_places = ['{tmp_path / 'models'}']\n[fixed]\nreranker = ''\n")
    engine = start(library)
    engine.ask(m.AddSources, paths=[str(office)])
    engine.ask(m.Index)
    model = tmp_path / "my.gguf"
    model.write_bytes(b"GGUF")
    assert engine.ask(m.WarmUp, llm=str(model)).code == "model_not_allowed"
    assert engine.ask(m.Ask, question="年休假几天?", llm=str(model)).code == "model_not_allowed"
    assert engine.ask(m.ChooseReranker, reranker=str(tmp_path)).code == "setting_fixed"
    assert engine.ask(m.Ask, question="年休假几天?", llm="").answer.citations


def test_settings_by_hand_have_no_effect_in_the_engine(start: Start, library: Path, tmp_path: Path, policed: Policed) -> None:
    from PIL import Image

    folder = tmp_path / "scans"
    folder.mkdir()
    Image.new("RGB", (40, 40), "white").save(folder / "scan.png")
    paths.settings_file().write_text('ocr = "always"\n', encoding="utf-8")
    policed("[fixed]\nocr = 'off'\n")
    engine = start(library)
    engine.ask(m.AddSources, paths=[str(folder)])
    engine.ask(m.Index)
    rows = engine.ask(m.Files, query=LedgerQuery()).rows
    assert [(row.reason, row.detail) for row in rows] == [("no_text", "OCR is off")]


def test_old_conversations_and_logs_are_deleted(start: Start, library: Path, office: Path, policed: Policed) -> None:
    engine = start(library)
    engine.ask(m.AddSources, paths=[str(office)])
    engine.ask(m.Index)
    for question in ("年休假几天?", "加班须经谁批准?"):
        engine.ask(m.Ask, question=question, llm="")
    heads = engine.ask(m.Conversations).conversations
    assert len(heads) == 2
    engine.close()
    with sqlite3.connect(library / "conversations.sqlite") as database:
        database.execute("UPDATE conversations SET updated = updated - 31 * 86400, pinned = 1 WHERE title LIKE '%年休假%'")
    database.close()
    log = paths.logs() / "engine.log"
    log.parent.mkdir(exist_ok=True)
    log.write_text("2020-01-31 09:00:00,000 1 INFO a:1: an old line\n", encoding="utf-8")
    policy = policed("conversation_days = 30\nlog_days = 30\n")
    engine = start(library)
    assert engine.ask(m.Doctor).report["program"]["policy"] == str(policy)
    assert [head.title for head in engine.ask(m.Conversations).conversations] == ["加班须经谁批准?"]
    engine.close()
    for file in library.glob("conversations.sqlite*"):
        assert "年休假".encode() not in file.read_bytes()
    assert "an old line" not in log.read_text(encoding="utf-8")


def test_no_process_goes_on_with_a_broken_policy(start: Start, library: Path, policed: Policed) -> None:
    policed("copy = 'no'\n")
    problem = start(library).wait(lambda message: isinstance(message, m.ErrorReply))
    assert (problem.code, problem.data["line"]) == ("policy_value", "1")
    assert not (library / "catalogue.sqlite").exists()

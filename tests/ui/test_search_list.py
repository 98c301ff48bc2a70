# SPDX-License-Identifier: Apache-2.0
"""The hits of a search taken along: text, table, document."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import fake_engine
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.contract.passage import SearchResult
from desktop_app.ui.search import search_list
from desktop_app.ui.search.search_view import SearchView

NEAR = replace(fake_engine.PASSAGES[4], hit=False)
RESULT = SearchResult("请假", (*fake_engine.PASSAGES[:4], NEAR), 9, 9, hits=4, hit_files=4)


def test_the_text_names_file_and_place_of_each_hit() -> None:
    told = search_list.as_text(RESULT).split("\n\n")
    assert len(told) == 4, "near misses are not taken along"
    assert told[0].startswith("1. 员工手册.pdf, p. 12\n员工申请年休假")


def test_the_table_opens_in_other_programs_and_runs_nothing() -> None:
    bad = replace(fake_engine.PASSAGES[0], text='=HYPERLINK("http://x")')
    data = search_list.as_csv(replace(RESULT, passages=(bad, *RESULT.passages[1:])))
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows[0] == ["No.", "File", "Place", "Text", "Changed", "Path"]
    assert len(rows) == 5
    assert rows[1][3] == '\'=HYPERLINK("http://x")'


@pytest.mark.parametrize("kind", ["docx", "html", "md", "csv"])
def test_every_format_holds_the_places(
    day: QApplication,
    qtbot: QtBot,
    engine,
    tmp_path: Path,
    kind: str,  # type: ignore[no-untyped-def]
) -> None:
    view = SearchView(engine())
    qtbot.addWidget(view)
    view.search("many 住宿")
    qtbot.waitUntil(lambda: not view.searching)
    path = tmp_path / f"列表.{kind}"
    assert view._result is not None
    view._taking.save(str(path), kind, view._result, view._all_hits)
    qtbot.waitUntil(path.exists, timeout=20_000)
    if kind in ("md", "csv"):
        text = path.read_text(encoding="utf-8-sig")
        assert text.count("附件二") >= 40, "all hits, not only the thirty that are listed"
        assert "p. 12" in text


def test_the_list_is_copied(day: QApplication, qtbot: QtBot, engine) -> None:  # type: ignore[no-untyped-def]
    view = SearchView(engine())
    qtbot.addWidget(view)
    view.search("请假")
    qtbot.waitUntil(lambda: not view.searching)
    view.copy_list()
    assert QApplication.clipboard().text().startswith("1. 员工手册.pdf, p. 12\n")

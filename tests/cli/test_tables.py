# SPDX-License-Identifier: Apache-2.0
"""``inkstone tables``: a line for each table as JSON, and its report."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.command import inkstone

pytestmark = pytest.mark.slow


@pytest.fixture
def with_tables(tmp_path: Path) -> tuple[Path, Path]:
    folder = tmp_path / "台账"
    folder.mkdir()
    (folder / "费用.csv").write_text("项目,金额（元）,日期\n测量,120,2026/1/4\n运输,80,2026/2/1\n合计,200,\n", encoding="utf-8")
    (folder / "fees.md").write_text("| Part | Amount |\n|---|---|\n| Bolt | $2 |\n| Nut | €3 |\n", encoding="utf-8")
    library = tmp_path / "库"
    done = inkstone("index", folder, "--library", library, "--embedding", "none", "--json")
    assert done.code == 0, done.err
    return folder, library


def test_tables_as_json(with_tables: tuple[Path, Path]) -> None:
    folder, library = with_tables
    run = inkstone("tables", "--library", library, "--json")
    assert (run.code, run.err) == (0, "")
    english, chinese = run.lines
    assert (chinese["path"], chinese["rows"], chinese["hidden_rows"], chinese["totals"], chinese["doubts"]) == (
        str(folder / "费用.csv"),
        2,
        0,
        1,
        [],
    )
    assert chinese["columns"] == [
        {"name": "项目", "kind": "text", "unit": "", "at": 0},
        {"name": "金额（元）", "kind": "money", "unit": "元", "at": 1},
        {"name": "日期", "kind": "date", "unit": "", "at": 2},
    ]
    assert english["doubts"] == ["mixed_units"]


def test_tables_of_one_file_for_people(with_tables: tuple[Path, Path]) -> None:
    folder, library = with_tables
    run = inkstone("tables", "--library", library, "--file", folder / "费用.csv")
    assert (run.code, run.err) == (0, "")
    assert run.out.splitlines() == [
        str(folder / "费用.csv"),
        "  2 rows, 1 total left out",
        "  项目 (text); 金额（元） (amount of money, 元); 日期 (date)",
    ]
    run = inkstone("tables", "--library", library, "--file", folder / "fees.md")
    assert run.out.splitlines()[-1] == "  To be taken with care: a column has more than one currency or unit."


def test_a_file_without_tables(with_tables: tuple[Path, Path]) -> None:
    _, library = with_tables
    run = inkstone("tables", "--library", library, "--file", "/nirgends")
    assert (run.code, run.out, run.err) == (0, "No tables were found.\n", "")


def test_facts_of_files_with_their_places(tmp_path: Path) -> None:
    folder, library = tmp_path / "contracts", tmp_path / "library"
    folder.mkdir()
    (folder / "lease.txt").write_text("Lease agreement\n\nThe lease ends on 30 June 2026.\n", encoding="utf-8")
    (folder / "supply contract.txt").write_text("Goods\n\nThe contract ends on 1 May 2026.\n", encoding="utf-8")
    done = inkstone("index", folder, "--library", library, "--embedding", "none", "--json")
    assert done.code == 0, done.err
    run = inkstone("ask", "Which contracts expire in 2026?", "--library", library, "--json")
    assert run.code == 0, run.err
    answer = run.lines[-1]
    assert (answer["mode"], answer["certainty"], answer["form"]["measure"]) == ("computed", "answer", "files")
    assert answer["files"] == [str(folder / "lease.txt")]
    assert answer["perhaps"] == [str(folder / "supply contract.txt")]
    assert [(row["values"], row["locator"]["lines"]) for row in answer["rows"]] == [
        ({"end": "2026-06-30"}, [3, 3]),
        ({"end": "2026-05-01"}, [3, 3]),
    ]
    assert [one["quote"] for one in answer["citations"]] == [
        "The lease ends on 30 June 2026.",
        "The contract ends on 1 May 2026.",
    ]

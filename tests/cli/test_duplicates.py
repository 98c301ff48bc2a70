# SPDX-License-Identifier: Apache-2.0
"""``inkstone duplicates``: its JSON, its report, its exit code."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cli.command import inkstone

pytestmark = pytest.mark.slow

POLICY = (
    "员工出差须事先填写申请单，由部门经理批准。住宿标准为每晚四百五十元，超出部分自理。报销须在返回后十个工作日内提交。\n" * 1
)
REST = "交通费按实际发生额报销，须附发票原件。招待费须注明招待对象与事由，由分管领导批准后方可报销。\n"


@pytest.fixture
def with_versions(tmp_path: Path) -> tuple[Path, Path]:
    folder = tmp_path / "制度"
    folder.mkdir()
    (folder / "差旅.txt").write_text(POLICY + REST, encoding="utf-8")
    shutil.copy2(folder / "差旅.txt", folder / "差旅 - 副本.txt")
    (folder / "差旅 2025.md").write_text(POLICY.replace("四百五十", "五百") + REST, encoding="utf-8")
    (folder / "别的.txt").write_text(
        "A hotel room may cost up to 140 euros a night in every city of the country.\n", encoding="utf-8"
    )
    library = tmp_path / "库"
    done = inkstone("index", folder, "--library", library, "--embedding", "none", "--json")
    assert done.code == 0, done.err
    return folder, library


def test_copies_and_versions_as_json(with_versions: tuple[Path, Path]) -> None:
    folder, library = with_versions
    run = inkstone("duplicates", "--library", library, "--json")
    assert (run.code, run.err) == (0, "")
    exact, near, done = run.lines
    assert (exact["class"], near["class"]) == ("exact", "near")
    assert {file["path"] for file in exact["files"]} == {str(folder / "差旅.txt"), str(folder / "差旅 - 副本.txt")}
    newest, *older = near["files"]
    assert set(newest) == {"path", "modified", "size", "similarity", "newest"}
    assert (newest["path"], newest["newest"], newest["similarity"]) == (str(folder / "差旅 2025.md"), True, 1.0)
    assert len(older) == 2
    assert all(0.9 < file["similarity"] < 1 and not file["newest"] for file in older)
    assert {name: done[name] for name in ("event", "exact", "near", "compared")} == {
        "event": "done",
        "exact": 1,
        "near": 1,
        "compared": 4,
    }


def test_the_report_says_which_is_newest_and_how_similar(with_versions: tuple[Path, Path]) -> None:
    _, library = with_versions
    run = inkstone("duplicates", "--library", library)
    assert (run.code, run.err) == (0, "")
    assert "The same text:" in run.out
    assert "Versions of one another:" in run.out
    assert run.out.count("newest") == 2
    assert "% the same" in run.out
    chinese = inkstone("duplicates", "--library", library, LANG="zh_CN.UTF-8")
    assert "内容相同：" in chinese.out


def test_without_copies_it_says_so(library: Path) -> None:
    run = inkstone("duplicates", "--library", library)
    assert (run.code, run.err) == (0, "")
    assert "No copies and no versions were found." in run.out
    assert "Compared 4 files." in run.out or "Compared 5 files." in run.out

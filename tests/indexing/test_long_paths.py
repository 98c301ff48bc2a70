# SPDX-License-Identifier: Apache-2.0
"""Documents that only the extended form of their paths opens, as Windows has them beyond 259 characters.

Played on every system: the paths that are picked lead nowhere, their extended forms to the files.
"""

from __future__ import annotations

import os
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from desktop_app.cli import text_output
from desktop_app.contract.document import Document
from desktop_app.contract.exclude_rules import ExcludeRules
from desktop_app.contract.reader_process import Read, ReadDone
from desktop_app.documents.process import reader_worker
from desktop_app.documents.viewing.kept_file import KeptFile
from desktop_app.engine import added_paths
from desktop_app.engine.source_text import SourceText
from desktop_app.foundation import windows_paths
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.foundation.errors import UsageProblem
from desktop_app.foundation.policy import policy_limits
from desktop_app.indexing import excludes
from desktop_app.indexing.scan import Walk
from desktop_app.indexing.watching import file_watcher
from desktop_app.library.library import Library
from desktop_app.library.maintenance import library_folder
from indexing.office import Desk, Reader, counts, fill, write


class DeepReader(Reader):
    """Opens what it is given as a reader process does."""

    def read(self, path: str, cancel: Cancellation, /, **ways: Any) -> Document:
        return super().read(windows_paths.extended(path), cancel, **ways)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the files really are."""
    return fill(tmp_path / "there")


@pytest.fixture
def picked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same folder, by a path that cannot be opened."""
    picked = folder.with_name("办公室 Office")

    def extended(path: str) -> str:
        return str(folder) + path.removeprefix(str(picked)) if path.startswith(str(picked)) else path

    monkeypatch.setattr(windows_paths, "extended", extended)
    return picked


@pytest.fixture
def desk(library: Library) -> Desk:
    return Desk(library, DeepReader())


def test_they_are_found_read_and_noticed(desk: Desk, folder: Path, picked: Path) -> None:
    assert desk.index(picked).files == counts(indexed=6)
    rows = desk.library.catalogue.files.page()[0]
    assert {os.path.dirname(os.path.dirname(row.path)) for row in rows} == {str(picked), str(picked / "二〇二四年")}
    assert desk.index(picked).files == counts(unchanged=6)
    file = folder / "Travel" / "第2号 交货.txt"
    write(file, 2, "改过。")
    (folder / "Travel" / "第5号 验收.txt").unlink()
    assert desk.index(picked).files == counts(indexed=1, unchanged=4, removed=1)
    file.rename(folder / "交货.txt")
    assert desk.index(picked).files == counts(unchanged=5), "moved, not read again"


def test_one_that_is_picked_by_itself(desk: Desk, folder: Path, picked: Path) -> None:
    assert desk.index(picked / "Travel" / "第2号 交货.txt").files == counts(indexed=1)


def test_a_folder_that_is_never_entered_is_known_by_its_own_path(picked: Path) -> None:
    walk = Walk(str(picked), Cancellation(), excludes.Matcher(ExcludeRules()), excludes.never_entered(picked / "Travel"))
    assert {Path(found[0]).relative_to(picked).parts[0] for found in walk} == {"采购 部门", "二〇二四年"}


def test_a_source_says_that_it_is_there_and_whether_it_changed(desk: Desk, folder: Path, picked: Path) -> None:
    desk.index(picked)
    path = picked / "Travel" / "第2号 交货.txt"
    shown = SourceText(desk.library.catalogue)
    found = shown.around(0, 1, 1, str(path), "交货")
    assert (found.exists, found.changed) == (True, False)
    write(folder / path.relative_to(picked), 2, "改过。")
    assert shown.around(0, 1, 1, str(path), "交货").changed
    (folder / "新.txt").write_text("新", encoding="utf-8")
    assert shown.around(0, 1, 1, str(picked / "新.txt"), "").exists


def test_a_command_does_not_call_it_missing(picked: Path) -> None:
    assert not text_output.is_missing(str(picked / "Travel" / "第2号 交货.txt"))
    assert text_output.is_missing(str(picked / "Travel" / "没有.txt"))


def test_documents_and_models_among_them_are_told_apart(picked: Path) -> None:
    added = added_paths.sort_out([str(picked)])
    assert (added.documents, added.models) == ([str(picked)], [])


def test_a_watched_one_is_looked_at(folder: Path, picked: Path) -> None:
    assert file_watcher._look(str(picked)) == file_watcher._look(str(folder)) is not None


def test_a_reader_process_opens_them(picked: Path) -> None:
    path = picked / "Travel" / "第2号 交货.txt"
    opened: list[Path] = []

    def read(file: Path, *_ways: object) -> Document:
        opened.append(file)
        return Document("plain", ())

    writer: Any = None
    done = reader_worker._answer(read, Read(1, str(path), (), "auto"), writer, writer)
    assert isinstance(done, ReadDone)
    assert opened[0].is_file()


def test_the_viewer_opens_them(picked: Path) -> None:
    path = str(picked / "Travel" / "第2号 交货.txt")
    kept = KeptFile()
    with closing(kept.get(path, "", lambda file, _password: file.open("rb"))) as opened:
        assert "HT-0002" in opened.read().decode()


def test_a_link_that_leads_out_of_the_allowed_places_is_seen(
    folder: Path, picked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It lies in an allowed folder: only a look at it says that it is a link."""
    outside = tmp_path / "外面.txt"
    outside.write_text("别的", encoding="utf-8")
    try:
        (folder / "链接.txt").symlink_to(outside)
    except OSError:
        pytest.skip("links cannot be made here")
    limits = policy_limits.DocumentLimits()
    monkeypatch.setattr(limits, "_places", [os.path.normcase(os.path.realpath(folder))])
    assert limits.allow(str(picked / "a.txt"))
    assert not limits.allow(str(picked / "链接.txt"))


def test_a_library_gets_a_place_with_room_for_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite and Chroma open plain paths."""
    library_folder.free_folder(tmp_path / ("a" * 200))
    monkeypatch.setattr(sys, "platform", "win32")
    library_folder.free_folder(Path("C:\\资料库"))
    with pytest.raises(UsageProblem, match="path_too_long"):
        library_folder.free_folder(Path("C:\\" + "a" * 160))

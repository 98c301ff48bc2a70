# SPDX-License-Identifier: Apache-2.0
"""The form in which Windows opens a path whatever its length and names, by the text alone."""

from __future__ import annotations

import os
from pathlib import PureWindowsPath

import pytest

from desktop_app.foundation import windows_paths
from desktop_app.foundation.windows_paths import absolute, extended, has_kept_name, is_long, on_windows, plain

DEEP = "\\很深的文件夹" * 60


@pytest.mark.parametrize(
    ("path", "opened"),
    [
        ("C:\\", "\\\\?\\C:\\"),
        ("C:\\资料\\aux.txt", "\\\\?\\C:\\资料\\aux.txt"),
        ("C:/资料/a b.pdf", "\\\\?\\C:\\资料\\a b.pdf"),
        ("C:\\资料\\.\\旧\\..\\report.", "\\\\?\\C:\\资料\\report."),
        ("d:" + DEEP, "\\\\?\\d:" + DEEP),
        ("\\\\server\\share", "\\\\?\\UNC\\server\\share"),
        ("\\\\server\\share\\con\\ends in blank ", "\\\\?\\UNC\\server\\share\\con\\ends in blank "),
        ("//server/share/a.txt", "\\\\?\\UNC\\server\\share\\a.txt"),
    ],
)
def test_an_absolute_path_is_taken_as_it_stands(monkeypatch: pytest.MonkeyPatch, path: str, opened: str) -> None:
    assert on_windows(path) == on_windows(opened) == opened
    assert PureWindowsPath(opened).name == PureWindowsPath(path).name
    assert PureWindowsPath(opened).is_absolute()
    monkeypatch.setattr(windows_paths, "_HERE", True)
    assert on_windows(plain(opened)) == opened


@pytest.mark.parametrize("path", ["", "a.txt", "C:a.txt", "\\a.txt", "\\\\.\\COM1", "\\\\?\\Volume{1}\\a"])
def test_what_names_no_file_of_a_drive_stays_as_it_is(path: str) -> None:
    assert on_windows(path) == path


def test_a_path_below_lies_below() -> None:
    """A walk takes the beginning away again."""
    for root in ("C:\\", "C:\\a", "\\\\server\\share", "\\\\server\\share\\a"):
        inside = PureWindowsPath(root, "b", "c.")
        assert root + on_windows(str(inside))[len(on_windows(root)) :] == str(inside)


def test_a_typed_path_becomes_absolute_without_the_names_of_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows_paths, "_HERE", True)
    monkeypatch.setattr(os, "getcwd", lambda: "C:\\资料")
    assert absolute("aux.txt") == "C:\\资料\\aux.txt"
    assert absolute("..\\report.") == "C:\\report."
    assert absolute("\\a") == "C:\\a"
    assert absolute("D:/a/./b") == "D:\\a\\b"
    assert absolute("\\\\?\\D:\\a") == "D:\\a"
    assert absolute("\\\\?\\UNC\\server\\share\\a") == "\\\\server\\share\\a"


@pytest.mark.skipif(windows_paths._HERE, reason="of other systems")
def test_elsewhere_a_path_stays_what_it_is() -> None:
    for path in ("/资料/aux.txt", "\\\\?\\C:\\a", "a", ""):
        assert extended(path) == plain(path) == path
        assert absolute(path) == os.path.abspath(path)


def test_what_other_programs_refuse() -> None:
    assert not is_long("C:\\" + "a" * 256)
    assert is_long("C:\\" + "a" * 257)
    assert is_long("C:\\" + "😀" * 129)
    assert is_long("C:\\" + "a" * 200, below=100)
    for kept in ("aux", "AUX.txt", "Con.tar.gz", "nul .txt", "com1", "LPT¹.doc", "report.", "blank "):
        assert has_kept_name(f"C:\\资料\\{kept}"), kept
        assert has_kept_name(f"\\\\server\\share\\{kept}\\a.txt"), kept
    for free in ("auxiliary.txt", "com", "com10.txt", "a.aux", ".con", "con-tract.docx"):
        assert not has_kept_name(f"C:\\资料\\{free}"), free
    assert not has_kept_name("\\\\con\\aux\\a.txt"), "a server and a share are no names of files"

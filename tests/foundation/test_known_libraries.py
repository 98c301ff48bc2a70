# SPDX-License-Identifier: Apache-2.0
"""The list of libraries: order, names, moves, and a file that is not one."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop_app.foundation import known_libraries
from desktop_app.foundation.known_libraries import KnownLibraries


def test_the_one_used_last_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = KnownLibraries(tmp_path / "libraries.toml")
    clock = iter((100.0, 200.0, 300.0))
    monkeypatch.setattr(known_libraries.time, "time", lambda: next(clock))
    for folder in ("/甲", "/乙", "/甲/"):
        known.opened(folder)
    assert [(one.folder, one.used) for one in known.all()] == [("/甲", 300.0), ("/乙", 200.0)]
    known.add("/乙", "合同室")
    assert known.name_of("/乙/") == "合同室"
    assert known.all()[1].used == 200.0
    known.moved("/乙", "/丙")
    assert (known.name_of("/丙"), known.name_of("/乙")) == ("合同室", "")
    known.forget("/丙")
    assert [one.folder for one in known.all()] == ["/甲"]


@pytest.mark.parametrize("content", [b"", b"[", b"a = 1", b'[[library]]\nfolder = "/x"', b"library = 7", b"\xff\xfe"])
def test_a_file_that_is_no_list_is_begun_anew(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "libraries.toml"
    file.write_bytes(content)
    known = KnownLibraries(file)
    assert known.all() == []
    known.add("/甲")
    assert [one.folder for one in known.all()] == ["/甲"]


def test_what_cannot_be_written_is_not_missed(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    KnownLibraries(tmp_path / "file" / "libraries.toml").opened("/甲")

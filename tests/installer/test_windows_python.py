# SPDX-License-Identifier: Apache-2.0
"""The embeddable Python of the native Windows build is laid out as the build expects it."""

from __future__ import annotations

import io
import marshal
import tarfile
import zipfile
from pathlib import Path

import pytest
import windows_python
from building.recipe import BuildError


def archive(folder: Path, files: dict[str, str]) -> Path:
    made = folder / "python.tar.gz"
    with tarfile.open(made, "w:gz") as packed:
        for name, text in files.items():
            entry = tarfile.TarInfo(f"python/{name}")
            entry.size = len(text.encode())
            packed.addfile(entry, io.BytesIO(text.encode()))
    return made


def test_the_archive_becomes_an_embeddable_package(tmp_path: Path) -> None:
    files = {
        "python311.dll": "1",
        "python.exe": "not wanted",
        "vcruntime140.dll": "2",
        "LICENSE.txt": "3",
        "DLLs/_ssl.pyd": "4",
        "DLLs/tcl86t.dll": "not wanted",
        "DLLs/_testcapi.pyd": "not wanted",
        "libs/python311.lib": "not wanted",
        "Lib/os.py": "name = '砚'\n",
        "Lib/json/__init__.py": "",
        "Lib/test/test_os.py": "not wanted",
        "Lib/site-packages/pip/__init__.py": "not wanted",
    }
    made = windows_python.embeddable(archive(tmp_path, files))
    assert made == windows_python.embeddable(archive(tmp_path, files))
    with zipfile.ZipFile(io.BytesIO(made)) as outer:
        assert outer.namelist() == ["LICENSE.txt", "_ssl.pyd", "python311.dll", "python311.zip", "vcruntime140.dll"]
        with zipfile.ZipFile(io.BytesIO(outer.read("python311.zip"))) as inner:
            assert inner.namelist() == ["json/__init__.pyc", "os.pyc"]
            space: dict[str, object] = {}
            exec(marshal.loads(inner.read("os.pyc")[16:]), space)
    assert space["name"] == "砚"


def test_python_imports_its_bytecode_from_the_zip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "library.zip"
    place.write_bytes(windows_python.zipped({"only_in_the_zip.pyc": windows_python.bytecode(b"answer = 42\n", "x.py")}))
    monkeypatch.syspath_prepend(place)
    import only_in_the_zip  # type: ignore[import-not-found]

    assert only_in_the_zip.answer == 42


def test_another_layout_is_said(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="laid out in another way"):
        windows_python.embeddable(archive(tmp_path, {"bin/python3": ""}))

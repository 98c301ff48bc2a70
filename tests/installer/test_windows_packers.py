# SPDX-License-Identifier: Apache-2.0
"""What the portable zip and the set-up program for Windows are made of."""

from __future__ import annotations

import hashlib
import tomllib
import zipfile
from pathlib import Path

import pytest
from building import windows_setup, windows_sign, windows_stub, windows_zip
from building.recipe import Build, BuildError

FILES = {
    "Inkstone.exe": b"MZ",
    "installed.toml": b'form = "setup"\nversion = "1.2.3"\nlight = false\n',
    "program/desktop_app/a$b.py": b"x = 1\n",
    "program/desktop_app/resources/samples/办公室 Sample Office/员工手册.txt": "休假".encode(),
    "runtime/python311.dll": b"MZ" * 5000,
}


@pytest.fixture
def build(tmp_path: Path) -> Build:
    made = Build("windows", False, "1.2.3", 1_700_000_000, tmp_path / "work", tmp_path / "out", tmp_path / "cache")
    for name, data in FILES.items():
        path = made.tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return made


def test_the_zip_holds_the_tree_as_a_portable_one(build: Build) -> None:
    windows_zip.pack(build)
    with zipfile.ZipFile(build.out / "Inkstone-1.2.3-windows-portable.zip") as packed:
        assert packed.namelist() == sorted(f"Inkstone/{name}" for name in FILES)
        stored = tomllib.loads(packed.read("Inkstone/installed.toml").decode())
        assert stored == {"form": "portable", "version": "1.2.3", "light": False}
        assert packed.read("Inkstone/runtime/python311.dll") == FILES["runtime/python311.dll"]
        assert {info.date_time for info in packed.infolist()} == {(2023, 11, 14, 22, 13, 20)}


def test_two_zips_of_one_tree_are_the_same(build: Build) -> None:
    hashes = []
    for _ in range(2):
        windows_zip.pack(build)
        hashes.append(hashlib.sha256(next(build.out.iterdir()).read_bytes()).hexdigest())
        (build.tree / "Inkstone.exe").touch()
    assert hashes[0] == hashes[1]


@pytest.mark.parametrize("name", ["a:b.txt", "folder /a.txt", "ends.", "INKSTONE.EXE"])
def test_a_name_that_windows_does_not_take_is_refused(build: Build, name: str) -> None:
    path = build.tree / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")
    with pytest.raises(BuildError, match="on Windows"):
        windows_zip.tree_files(build)


def test_a_tree_that_is_not_there_is_said(build: Build) -> None:
    (build.tree / "installed.toml").unlink()
    with pytest.raises(BuildError, match="run the steps before"):
        windows_zip.pack(build)


def test_the_files_of_the_setup_are_listed_in_order(build: Build) -> None:
    files = windows_zip.tree_files(build)
    lines = windows_setup.file_list(build, files).splitlines()
    assert lines[:3] == [
        r'SetOutPath "$INSTDIR\~new"',
        f'File "/oname=Inkstone.exe" "{build.tree}/Inkstone.exe"',
        f'File "/oname=installed.toml" "{build.tree}/installed.toml"',
    ]
    assert r'SetOutPath "$INSTDIR\~new\program\desktop_app"' in lines
    assert f'File "/oname=a$$b.py" "{build.tree}/program/desktop_app/a$$b.py"' in lines  # $ begins a variable of NSIS
    assert windows_setup.entries(files) == ["Uninstall.exe", "program", "runtime", "Inkstone.exe", "installed.toml"]


def test_open_with_is_offered_for_what_the_program_reads() -> None:
    endings = windows_setup.endings()
    assert {"pdf", "docx", "ofd", "wps", "eml"} <= set(endings)
    assert endings == sorted(set(endings))
    assert len("|".join(endings)) < 1000  # one string of NSIS


def test_a_signing_command_that_fails_is_said(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    file = build.tree / "Inkstone.exe"
    monkeypatch.setenv("INKSTONE_SIGN", "printf signed | tee -a")
    windows_sign.sign(file)
    assert file.read_bytes() == b"MZsigned"
    monkeypatch.setenv("INKSTONE_SIGN", "echo no certificate; false")
    with pytest.raises(BuildError, match=r"did not sign Inkstone\.exe:\nno certificate"):
        windows_sign.sign(file)
    monkeypatch.delenv("INKSTONE_SIGN")
    windows_sign.sign(file)
    assert file.read_bytes() == b"MZsigned"


def test_a_broken_download_is_told_in_our_words() -> None:
    theirs = ("Installer integrity check has failed. Common causes include\nincomplete download and damaged media. Contact the\n"
              "installer's author to obtain a new copy.\n\nMore information at:\nhttp://nsis.sf.net/NSIS_Error\0NSIS Error\0")  # fmt: skip
    program = b"MZ" + theirs.encode("utf-16-le") + b"end"
    reworded = windows_stub.reworded(program)
    assert len(reworded) == len(program)
    assert reworded.endswith(b"end")
    texts = [text for text in reworded[2:-3].decode("utf-16-le").split("\0") if text]
    assert texts == [windows_stub.DAMAGED, "Inkstone"]
    with pytest.raises(BuildError, match="was NSIS changed"):
        windows_stub.reworded(reworded)


def test_what_this_build_compiles_is_signed(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    llama = build.tree / "packages" / "llama_cpp" / "lib" / "llama.dll"
    llama.parent.mkdir(parents=True)
    llama.write_bytes(b"MZ")
    monkeypatch.setenv("INKSTONE_SIGN", "printf signed | tee -a")
    windows_sign.sign_tree(build)
    assert llama.read_bytes() == (build.tree / "Inkstone.exe").read_bytes() == b"MZsigned"
    assert (build.tree / "runtime" / "python311.dll").read_bytes() == FILES["runtime/python311.dll"]  # signed by its makers

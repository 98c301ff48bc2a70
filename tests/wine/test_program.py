# SPDX-License-Identifier: Apache-2.0
"""The Windows tree, started and asked under Wine: launcher, commands, window.

    INKSTONE_TREE=build/installers/windows/Inkstone .venv/bin/python -m pytest -m heavy tests/wine/test_program.py

Heavy: some ten minutes, with Wine and mingw-w64, on the tree that ``packaging/build.py windows`` made. ``INKSTONE_SMOKE_GGUF`` names a
model to answer with, ``INKSTONE_SCREENSHOTS`` a folder for the picture of the window.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.wine import windows_pc
from tests.wine.windows_pc import WindowsPC

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "packaging"))

from building import smoke  # noqa: E402 - found by the line above

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(1800)]
ENVIRONMENT = 3


@pytest.fixture(scope="session")
def tree() -> Path:
    place = Path(os.environ.get("INKSTONE_TREE") or ROOT / "build" / "installers" / "windows" / "Inkstone").resolve()
    if not (place / "Inkstone.exe").is_file():
        pytest.skip(f"{place} holds no Inkstone.exe: packaging/build.py windows makes one")
    return place


@pytest.fixture(scope="session")
def pc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WindowsPC]:
    if tool := windows_pc.lacking():
        pytest.skip(f"{tool} is not installed")
    with windows_pc.display() as display:
        pc = WindowsPC(tmp_path_factory.mktemp("wine") / "prefix", display)
        yield pc
        pc.switch_off()


@pytest.fixture(scope="session")
def program(pc: WindowsPC, tree: Path) -> Path:
    return pc.install(tree)


def home(pc: WindowsPC, name: str) -> dict[str, str]:
    place = pc.drive / windows_pc.FOLDER / name
    place.mkdir(exist_ok=True)
    return {"INKSTONE_HOME": pc.named(place)}


def test_it_does_what_a_person_does_first(pc: WindowsPC, program: Path, tmp_path: Path) -> None:
    """Version, doctor, the sample office, ten questions, a search, a model, the window: the list that every system's tree is asked."""
    place = pc.drive / windows_pc.FOLDER / "try"
    place.mkdir()
    runner = smoke.Runner(("wine", str(program / "Inkstone.com")), pc.environment, pc.named)
    smoke.try_program(
        runner, program / "program", place, (program / "installed.toml").read_text().split('version = "')[1].split('"')[0]
    )


def test_the_program_writes_nothing_into_its_own_folder(pc: WindowsPC, program: Path, tree: Path) -> None:
    pc.run(program / "Inkstone.com", "doctor", **home(pc, "doctor"))
    assert {path.relative_to(program) for path in program.rglob("*")} == {path.relative_to(tree) for path in tree.rglob("*")}


def test_arguments_come_as_they_were_typed(pc: WindowsPC, program: Path) -> None:
    """A star is not a pattern of files, quotes and characters outside of the code page stay."""
    asked = '* "质保 😀" C:\\'
    done = pc.run(program / "Inkstone.com", "search", asked, "--json", folder=program, **home(pc, "arguments"))
    assert asked.replace("\\", "\\\\").replace('"', '\\"') in done.stdout.decode(), done.stderr.decode()


def test_the_window_program_answers_through_pipes_too(pc: WindowsPC, program: Path) -> None:
    one, other = (pc.run(program / name, "--version", **home(pc, "version")) for name in ("Inkstone.exe", "Inkstone.com"))
    assert one.stdout.startswith(b"inkstone ")
    assert (one.stdout, one.returncode) == (other.stdout, other.returncode)


def test_nothing_foreign_is_loaded(pc: WindowsPC, program: Path, tmp_path: Path) -> None:
    """Libraries and modules in the folder where it is started, a foreign PYTHONHOME, and another Python's search path."""
    for name in (
        "python311.dll",
        "python3.dll",
        "vcruntime140.dll",
        "sqlite3.dll",
        "_ctypes.pyd",
        "python311._pth",
        "Inkstone._pth",
    ):
        (tmp_path / name).write_bytes(b"not a library")
    for name in ("json", "sitecustomize", "desktop_app"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('foreign')\n", encoding="utf-8")
    foreign = {
        "PYTHONHOME": pc.named(tmp_path),
        "PYTHONPATH": pc.named(tmp_path),
        "PYTHONSTARTUP": pc.named(tmp_path / "json.py"),
    }
    done = pc.run(program / "Inkstone.com", "--version", folder=tmp_path, **foreign, **home(pc, "foreign"))
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(("chinese", "words"), [(False, "needs Windows 10, version 1809"), (True, "需要 Windows 10 1809")])
def test_an_old_windows_is_told_before_python_starts(pc: WindowsPC, program: Path, chinese: bool, words: str) -> None:
    pc.set_version("win81")
    try:
        done = pc.run(program / "Inkstone.com", "--version", **(pc.in_chinese() if chinese else {}))
    finally:
        pc.set_version("win10")
    assert (done.returncode, done.stdout) == (ENVIRONMENT, b"")
    assert words in done.stderr.decode()


@pytest.mark.parametrize(
    ("gone", "chinese", "words"),
    [
        ("runtime/python311.dll", False, "A file of Inkstone is missing"),
        ("runtime/python311.zip", True, "缺少 Inkstone 的文件"),
        ("program/desktop_app", False, "unpack all of it first"),
    ],
)
def test_a_missing_file_is_named(pc: WindowsPC, program: Path, gone: str, chinese: bool, words: str) -> None:
    away = program.parent / "away"
    (program / gone).rename(away)
    try:
        done = pc.run(program / "Inkstone.com", "--version", **(pc.in_chinese() if chinese else {}))
    finally:
        away.rename(program / gone)
    told = done.stderr.decode()
    assert (done.returncode, done.stdout) == (ENVIRONMENT, b"")
    assert words in told
    assert pc.named(program / gone).rsplit("\\", 2)[-1] in told


def test_a_broken_library_is_named(pc: WindowsPC, program: Path) -> None:
    library = program / "runtime" / "python311.dll"
    away = library.with_name("away")
    library.rename(away)  # a hard link: the tree's own must stay as it is
    try:
        library.write_bytes(b"MZ half a download")
        done = pc.run(program / "Inkstone.com", "--version")
    finally:
        away.replace(library)
    assert done.returncode == ENVIRONMENT
    assert "damaged or kept from loading" in done.stderr.decode()


def test_two_people_use_it_at_once(pc: WindowsPC, program: Path) -> None:
    """Each has a home of their own; the program's folder is shared."""
    office = pc.named(program / "program" / "desktop_app" / "resources" / "samples" / "办公室 Sample Office" / "IT")
    started = [
        subprocess.Popen(
            ["wine", str(program / "Inkstone.com"), "index", office, "--embedding", "none", "--json"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **pc.environment, **home(pc, name)},
        )
        for name in ("甲", "乙")
    ]
    for process in started:
        said, told = process.communicate(timeout=600)
        assert process.returncode == 0, (said, told)


def test_paths_that_windows_takes_only_in_their_extended_form(pc: WindowsPC, program: Path) -> None:
    """Wine keeps the names of devices and drops dots, as Windows does: without the extended form a reader waits for AUX without end. It
    sets paths no limit of 259 characters; that is left to tests/indexing/test_long_paths.py and to Windows."""
    office = program / "program" / "desktop_app" / "resources" / "samples" / "办公室 Sample Office"
    documents = pc.drive / "documents"
    deep = documents.joinpath(*["很深的文件夹 with a long name"] * 12)
    for place in (documents / "aux", documents / "旧的.", deep):
        place.mkdir(parents=True)
        (place / "con.txt").write_text("The auxiliary pump costs 4200 euros.", encoding="utf-8")
        shutil.copy(next(office.rglob("*.pdf")), place / "nul.pdf")
    assert len(pc.named(deep / "nul.pdf")) > 300
    library = home(pc, "extended")
    done = pc.run(program / "Inkstone.com", "index", pc.named(documents), "--embedding", "none", "--json", **library)
    assert done.returncode == 0, done.stderr.decode()
    rows = map(json.loads, pc.run(program / "Inkstone.com", "files", "--json", **library).stdout.splitlines())
    read = {
        pc.named(place / name) for place in (documents / "aux", documents / "旧的.", deep) for name in ("con.txt", "nul.pdf")
    }
    assert {row["path"]: row["state"] for row in rows} == dict.fromkeys(read, "indexed")
    one = pc.named(documents / "aux" / "con.txt")
    done = pc.run(program / "Inkstone.com", "index", one, "--embedding", "none", **home(pc, "extended one"))
    assert (done.returncode, done.stderr) == (0, b""), "a file that was picked by itself"


def test_no_child_stays_when_its_parent_is_killed(pc: WindowsPC, program: Path) -> None:
    office = pc.named(program / "program" / "desktop_app" / "resources" / "samples" / "办公室 Sample Office")
    command = subprocess.Popen(
        ["wine", str(program / "Inkstone.com"), "index", office, "--embedding", "none"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **pc.environment, **home(pc, "killed")},
    )
    try:
        windows_pc.until(lambda: bool(pc.processes("Inkstone.exe")), "no reader was started")
    finally:
        command.kill()
        command.wait()
    windows_pc.until(lambda: not pc.processes("Inkstone.exe"), "a reader stayed")


def test_the_window_is_shown(pc: WindowsPC, program: Path, tmp_path: Path) -> None:
    if tool := windows_pc.lacking("xdotool", "import"):
        pytest.skip(f"{tool} is not installed")
    picture = Path(os.environ.get("INKSTONE_SCREENSHOTS") or tmp_path) / "window-windows.png"
    pc.photograph(program / "Inkstone.exe", picture, **home(pc, "window"))
    print(f"   the window: {picture}")

# SPDX-License-Identifier: Apache-2.0
"""The built Windows set-up program under Wine: installed, used, updated, removed.

    INKSTONE_SETUP=dist/Inkstone-0.1.0-windows-setup.exe INKSTONE_WINE=$PWD/tests/wine/wine32.sh \\
        .venv/bin/python -m pytest -s -m heavy -o faulthandler_timeout=0 tests/wine/test_real_setup.py

Heavy: some fifteen minutes and 2 GB below the temporary folder. One Wine with its 32-bit part does it all; the libraries that
``windows_pc.py`` puts into Wine are for the program, the set-up needs none. ``-s`` shows the figures. ``INKSTONE_SCREENSHOTS`` names a
folder for the picture of the window. What the set-up does with a program of a few files, and every bad input: ``test_setup.py``.
"""

from __future__ import annotations

import json
import os
import shutil
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from building import smoke, windows_setup

from tests.wine import windows_pc
from tests.wine.test_setup import RUNNER, Pc, compiled, names, stand_in
from tests.wine.windows_pc import FOLDER, WindowsPC

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(2400)]

PLACE = rf"C:\{FOLDER}\Inkstone"
OLDER = "0.0.9"
DOCUMENTS = "文档"
QUESTION = "文件服务器的备份会保留多少天？"


@pytest.fixture(autouse=True)
def home_of_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library lies where Windows has it, and the models are those that were installed; nothing is of this test's own folders."""
    monkeypatch.delenv("INKSTONE_HOME")
    monkeypatch.delenv("INKSTONE_PREPARED")


@pytest.fixture(scope="module")
def setup(tmp_path_factory: pytest.TempPathFactory) -> Path:
    given = os.environ.get("INKSTONE_SETUP")
    if not given:
        pytest.skip("INKSTONE_SETUP names no set-up program: packaging/build.py windows makes one")
    return Path(shutil.copy(given, tmp_path_factory.mktemp("setup")))  # where a Wine of its own root sees it


@pytest.fixture(scope="module")
def pc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WindowsPC]:
    wine = os.environ.get("INKSTONE_WINE", "wine")
    if tool := windows_pc.lacking(wine, "makensis", "xdotool", "import"):
        pytest.skip(f"{tool} is not installed")
    with windows_pc.display() as display:
        pc = WindowsPC(tmp_path_factory.mktemp("pc") / "prefix", display, wine)
        try:
            if not (pc.drive / "windows" / "syswow64" / "kernel32.dll").is_file():
                pytest.skip(f"{wine} has no 32-bit part, which set-up programs need (tests/wine/wine32.sh)")
            yield pc
        finally:
            pc.switch_off()


@pytest.fixture(scope="module")
def desk(pc: WindowsPC) -> Pc:
    """The same PC as set-up programs are tried on: whole command lines, whole exit codes."""
    return Pc(pc.prefix, pc.wine, compiled(RUNNER, pc.prefix.with_name("runner.exe")))


@pytest.fixture(scope="module")
def before(pc: WindowsPC, desk: Pc) -> set[str]:
    """The files of the PC before anything is installed."""
    desk.command("cmd", "/c", "exit")
    return names(pc.drive)


@pytest.fixture(scope="module")
def program(pc: WindowsPC, desk: Pc, before: set[str], setup: Path) -> Path:
    """Installed silently, for one user, into a folder that no ANSI code page can name."""
    begun = time.monotonic()
    assert desk.run(setup, "/S", "/LANG=zh", f"/D={PLACE}") == (0, "")
    seconds = time.monotonic() - begun
    folder = pc.drive / FOLDER / "Inkstone"
    files = [path for path in folder.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files)
    print(
        f"\n   set-up {setup.stat().st_size / 1e6:.0f} MB, installed in {seconds:.0f} s: {len(files)} files, {size / 1e6:.0f} MB"
    )
    return folder


def test_it_does_what_a_person_does_first(
    pc: WindowsPC, program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Version, doctor, the sample office, ten questions, a search, a model, the window; nothing is written beside the program."""
    model = pc.prefix.with_name("模型😀.gguf")
    shutil.copyfile(smoke.GGUF, model)
    monkeypatch.setenv("INKSTONE_SMOKE_GGUF", str(model))
    installed = names(program)
    begun = time.monotonic()
    runner = smoke.Runner((pc.wine, str(program / "Inkstone.com")), pc.environment, pc.named)
    smoke.try_program(runner, program / "program", tmp_path, version(program))
    print(f"   asked in {time.monotonic() - begun:.0f} s")
    assert names(program) == installed


def test_an_update_keeps_the_library(pc: WindowsPC, desk: Pc, program: Path, setup: Path, tmp_path: Path) -> None:
    new = version(program)
    everything = names(program)
    index(pc, program)
    picture = Path(os.environ.get("INKSTONE_SCREENSHOTS") or tmp_path) / "window-installed.png"
    pc.photograph(program / "Inkstone.exe", picture)
    cited = ask(pc, program)
    assert cited[0].endswith("信息安全须知.md")
    library = contents(desk)
    assert library
    uninstall(pc, desk, program)
    older = stand_in(tmp_path / "older", OLDER)
    windows_setup.pack(older)
    assert desk.run(older.out / f"{older.name}-setup.exe", "/S", "/LANG=zh", f"/D={PLACE}") == (0, "")
    assert version(program) == OLDER
    begun = time.monotonic()
    assert desk.run(setup, "/S") == (0, "")
    print(f"   updated in {time.monotonic() - begun:.0f} s")
    assert version(program) == new
    assert names(program) == everything
    assert contents(desk) == library
    assert ask(pc, program) == cited


def test_uninstalling_leaves_libraries_and_nothing_else(pc: WindowsPC, desk: Pc, before: set[str], program: Path) -> None:
    index(pc, program)
    begun = time.monotonic()
    uninstall(pc, desk, program)
    print(f"   uninstalled in {time.monotonic() - begun:.0f} s")
    home = f"users/{desk.user.name}/AppData/Local/Inkstone/"
    left = {name for name in names(pc.drive) - before if "/Temp/~nsu" not in name}
    print("   left:", *sorted(left), sep="\n      ")
    kept = {name for name in left if name.startswith(home)}
    assert {name.partition("/")[0] for name in left - kept} == {DOCUMENTS}
    assert len(names(pc.drive / DOCUMENTS)) == 3
    assert {name.removeprefix(home).partition("/")[0] for name in kept} <= {"libraries", "libraries.toml", "settings.toml"}
    assert contents(desk)
    assert [key for key in desk.registry(r"HKCU\Software") if "Inkstone" in key] == []


def version(program: Path) -> str:
    return str(tomllib.loads((program / "installed.toml").read_text(encoding="utf-8"))["version"])


def index(pc: WindowsPC, program: Path) -> None:
    """Some documents, into the library of the user."""
    office = program / "program" / "desktop_app" / "resources" / "samples" / "办公室 Sample Office"
    shutil.copytree(office / "IT", pc.drive / DOCUMENTS, dirs_exist_ok=True)
    done = pc.run(program / "Inkstone.com", "index", pc.named(pc.drive / DOCUMENTS), "--json", seconds=600)
    assert done.returncode == 0, done.stderr.decode()


def ask(pc: WindowsPC, program: Path) -> list[str]:
    """The files that are cited first for a question on them."""
    done = pc.run(program / "Inkstone.com", "ask", QUESTION, "--llm", "none", "--json", seconds=600)
    assert done.returncode == 0, done.stderr.decode()
    return [cited["path"] for cited in json.loads(done.stdout)["citations"]]


def contents(desk: Pc) -> set[str]:
    return names(desk.local / "Inkstone" / "libraries")


def uninstall(pc: WindowsPC, desk: Pc, program: Path) -> None:
    """As Windows' list of programs does it: a copy in Temp does the work, which Windows deletes when it starts the next time."""
    desk.run(program / "Uninstall.exe", "/S")
    windows_pc.until(lambda: not program.exists(), "the folder of the program stayed")
    windows_pc.until(lambda: not pc.processes("Un.exe"), "the uninstaller did not end")

# SPDX-License-Identifier: Apache-2.0
"""Inkstone starts with its own Python alone: variables of another one, and files where it is started, do not reach it."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from desktop_app.ipc import roles

ROOT = Path(__file__).resolve().parents[1]
SPEC = importlib.util.spec_from_file_location("launchers", ROOT / "packaging" / "launchers.py")
assert SPEC is not None
assert SPEC.loader is not None
launchers = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(launchers)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pip's launcher stays on Windows")


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """A folder of modules that tell when they are run; beside it "ran" appears then."""
    folder = tmp_path / "外来 模块"
    folder.mkdir()
    told = f"open({str(tmp_path / 'ran')!r}, 'a').write(__name__)\n"
    for name in ("json", "logging", "sitecustomize", "startup"):
        (folder / f"{name}.py").write_text(told, encoding="utf-8")
    return folder


@pytest.fixture
def hostile(foreign: Path, tmp_path: Path) -> dict[str, str]:
    return {
        **os.environ,
        "LANG": "C.UTF-8",
        "PYTHONHOME": str(tmp_path / "另一个 Python"),
        "PYTHONPATH": str(foreign),
        "PYTHONSTARTUP": str(foreign / "startup.py"),
        "PYTHONINSPECT": "1",
        "PYTHONEXECUTABLE": str(foreign / "python"),
        "__PYVENV_LAUNCHER__": str(foreign / "python"),
    }


def test_the_launcher_and_the_readers_it_starts(tmp_path: Path, foreign: Path, hostile: dict[str, str]) -> None:
    """From a folder that holds a json.py, by way of a link, as a desktop entry or a person's own bin folder has it."""
    place = tmp_path / "环境 bin"
    place.mkdir()
    link = tmp_path / "inkstone-link"
    link.symlink_to(launchers.write(place, sys.executable))
    document = tmp_path / "合同.txt"
    document.write_text("质保期为十八个月。", encoding="utf-8")
    done = subprocess.run(
        [link, "index", document, "--embedding", "none", "--library", tmp_path / "库", "--json"],
        env=hostile,
        cwd=foreign,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert b'"indexed": 1' in done.stdout
    assert not (tmp_path / "ran").exists(), (tmp_path / "ran").read_text()


def test_the_hostile_environment_is_one(tmp_path: Path, foreign: Path, hostile: dict[str, str]) -> None:
    """Without isolation the same variables break Python, or run the foreign modules."""
    plain = [sys.executable, "-c", "import json"]
    assert subprocess.run(plain, env=hostile, capture_output=True, check=False).returncode != 0
    del hostile["PYTHONHOME"]
    subprocess.run(plain, env=hostile, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    assert (tmp_path / "ran").exists()


@pytest.mark.parametrize("role", ["engine", "model", "reader", "measure"])
def test_every_role(role: str, tmp_path: Path, hostile: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each ends quietly when its standard input ends; one that Python cannot start, or that ran something else, says so."""
    for name, value in hostile.items():
        monkeypatch.setenv(name, value)
    process = roles.start(role, ["--library", str(tmp_path / "库")] if role == "engine" else [], keep_stderr=True)
    _, errors = process.communicate(timeout=120)
    assert (process.returncode, errors.decode()) == (3, "")  # nobody greeted it
    assert not (tmp_path / "ran").exists()


@pytest.mark.skipif(shutil.which("make") is None, reason="no make")
def test_make_hands_nothing_on(tmp_path: Path, hostile: dict[str, str]) -> None:
    python = tmp_path / "python"
    python.write_text(
        '#!/bin/sh\necho "$@"\nenv | grep -E "^(PYTHON(HOME|PATH|STARTUP|INSPECT|EXECUTABLE)|__PYVENV_LAUNCHER__)="\nexit 0\n',
        encoding="utf-8",
    )
    python.chmod(0o755)
    for name in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL"):  # `make test` runs this
        hostile.pop(name, None)
    command = ["make", "--old-file=.venv/.ready", "run", f"PY={python}"]
    done = subprocess.run(command, env=hostile, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["-I -m desktop_app"]

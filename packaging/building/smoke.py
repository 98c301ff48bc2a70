# SPDX-License-Identifier: Apache-2.0
"""Starts the finished tree and asks it, before it is packed.

What a person would do first: version, doctor, the sample office indexed, ten questions (five of them Chinese) whose first quote must stand
at the labelled place, a search, an answer by a small GGUF model, the window shown for a moment. With an empty home, variables and modules
of a foreign Python, a folder whose name has spaces and Chinese and which cannot be written, and no network where the system lets us
take it away. Any line on standard error that is not known, a traceback, or a file left in the tree fails the build.

``try_program`` takes a ``Runner``, so that a tree of Windows is tried in the same way natively and under Wine.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from building.recipe import ROOT, Build, BuildError

GGUF = ROOT.parent / "shared" / "models" / "tiny-reader-q8_0.gguf"
QUESTIONS = ROOT / "tests" / "sample_questions.jsonl"
HOME = "家 用户"
"""Below the place of a trial: what becomes INKSTONE_HOME. A user that the program is started as must own it."""
_HOST = {"linux": "linux", "win32": "windows", "darwin": "macos"}.get(sys.platform, "")
_SECONDS = 600.0  # for one command, on a busy build machine
_KNOWN = (
    re.compile(r"inkstone: WARNING qt\.default: EnableNonClientDpiScaling\(\) failed for HWND .+"),  # under Wine
    re.compile(r"\d+ (files|个文件) · .+"),  # what indexing foresees, in the language that was installed
    re.compile(
        r"inkstone: WARNING qt\.default: This plugin does not support raise\(\)"
    ),  # a window on no display, shown by a second start
)


@dataclass(frozen=True, slots=True)
class Runner:
    """How the program is started. ``command``: what stands before its arguments. ``environment``: of it. ``named``: a path of this
    machine as the program is to be given it, which is another one under Wine."""

    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    named: Callable[[Path], str] = str


def try_tree(build: Build) -> None:
    """The step. Raises ``BuildError``: what was asked, and what came instead."""
    if build.system != _HOST:
        print(
            f"   A tree of {build.system} cannot be started here as it is: tests/installer and the workflow of its system try it."
        )
        return
    build.work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="试用 Inkstone 家 ", dir=build.work) as made:
        place = Path(made)
        tree = place / "程序 文件" / "Inkstone"
        shutil.copytree(build.tree, tree, symlinks=True, copy_function=os.link)
        _seal(tree, 0o555)
        try:
            before = _listing(tree)
            try_program(
                Runner((*_without_network(), str(_starter(tree, build.system)))), tree / "program", place, build.version
            )
            changed = sorted(_listing(tree).items() ^ before.items())
        finally:
            _seal(tree, 0o755)
    if changed:
        raise BuildError(f"The program wrote into its own folder: {', '.join(sorted({path for path, _ in changed})[:5])}")


def try_program(runner: Runner, program: Path, place: Path, version: str) -> None:
    """Ask everything; the home and what is foreign are made below ``place``. Raises ``BuildError``."""
    trial = _Trial(runner, place)
    said = trial.ask("--version")
    if said.strip() != f"inkstone {version}":
        raise BuildError(f"--version says {said.strip()!r}, not {version}.")
    json.loads(trial.ask("doctor", "--json"))
    office = program / "desktop_app" / "resources" / "samples" / "办公室 Sample Office"
    files = sum(1 for path in office.rglob("*") if path.is_file())
    done = _lines(trial.ask("index", runner.named(office), "--json"))[-1]
    if done.get("files", {}).get("indexed") != files:
        raise BuildError(f"Of the {files} files of the sample office not all were indexed: {done}")
    questions = ten_questions()
    text = "".join(f"{question['question']}\n" for question in questions)
    answers = _lines(trial.ask("chat", "--llm", "none", "--json", text=text))
    if len(answers) != len(questions):
        raise BuildError(f"{len(questions)} questions brought {len(answers)} answers.")
    wrong = [why for question, answer in zip(questions, answers, strict=True) if (why := misplaced(question, answer))]
    if wrong:
        raise BuildError("The first quote stands at a wrong place:\n  " + "\n  ".join(wrong))
    found = _lines(trial.ask("search", questions[0]["question"], "--json"))[0]["passages"][0]
    if not _same_file(found["path"], questions[0]["file"]):
        raise BuildError(f"search found {found['path']} first, not {questions[0]['file']}.")
    _ask_a_model(trial, questions[3]["question"])
    trial.show_the_window()
    if trial.foreign_ran.exists():
        raise BuildError(f"A foreign module ran inside Inkstone: {trial.foreign_ran.read_text(encoding='utf-8')}")
    print(f"   {len(questions)} of {len(questions)} questions answered at the right place")


def ten_questions() -> list[dict[str, Any]]:
    """Labelled questions on the sample office, five Chinese and five English."""
    every = _lines(QUESTIONS.read_text(encoding="utf-8"))
    return [
        question
        for language in ("zh", "en")
        for question in [each for each in every if each["set"] == "main" and each["lang"] == language][:5]
    ]


def misplaced(question: dict[str, Any], answer: dict[str, Any]) -> str:
    """Why the first citation is not the labelled place; empty where it is."""
    cited = next(iter(answer.get("citations", [])), None)
    if cited is None:
        return f"{question['question']}: nothing is cited."
    locator = dict(cited["locator"])
    headings = locator.get("headings", [])
    for name, wanted in question["place"].items():
        there = wanted in headings if name == "heading" else locator.get(name) == wanted
        if not there:
            return f"{question['question']}: {name} {wanted} is wanted, {locator} cited."
    return "" if _same_file(cited["path"], question["file"]) else f"{question['question']}: {cited['path']} is cited."


class _Trial:
    """Starts the program again and again, in one home."""

    def __init__(self, runner: Runner, place: Path) -> None:
        self.runner = runner
        self._home = place / HOME
        self._home.mkdir(exist_ok=True)
        foreign = place / "外来 Python"
        foreign.mkdir()
        self.foreign_ran = place / "ran"
        for name in ("json", "logging", "sitecustomize"):
            text = f"open({runner.named(self.foreign_ran)!r}, 'a').write(__name__)\n"
            (foreign / f"{name}.py").write_text(text, encoding="utf-8")
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("INKSTONE_", "PYTHON", "LC_"))},
            **runner.environment,
            "LANG": "C.UTF-8",
            "LANGUAGE": "en",
            "QT_QPA_PLATFORM": "offscreen",
            "INKSTONE_HOME": runner.named(self._home),
            "PYTHONHOME": runner.named(foreign),
            "PYTHONPATH": runner.named(foreign),
            "PYTHONINSPECT": "1",
        }
        self._folder = foreign  # modules in the folder where it is started must not run either

    def ask(self, *arguments: str, text: str = "") -> str:
        """Run a command to its end; its standard output. Raises ``BuildError`` for any other status than 0 and any odd line."""
        what = " ".join(arguments[:1]) or "the window, asked for again,"
        try:
            done = subprocess.run(
                [*self.runner.command, *arguments],
                input=text.encode("utf-8"),
                capture_output=True,
                env=self._environment,
                cwd=self._folder,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise BuildError(f"{what} did not end within {_SECONDS:.0f} seconds.") from error
        said, told = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
        if done.returncode:
            raise BuildError(f"{what} ended with {done.returncode}: {(told or said).strip()[-2000:]}")
        _refuse_odd(what, told)
        if "Traceback" in said:
            raise BuildError(f"{what} printed a traceback: {said[-2000:]}")
        return said

    def show_the_window(self) -> None:
        """Open the window, and ask for it a second time: only one that is there and answers makes the second start end at once."""
        window = subprocess.Popen(
            self.runner.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,  # Wine gives a program no usable handle for a file of this machine
            stderr=subprocess.STDOUT,
            env=self._environment,
            cwd=self._folder,
        )
        why = ""
        try:
            until = time.monotonic() + _SECONDS
            while not (self._home / "window" / "lock").exists() and not why:
                if window.poll() is not None or time.monotonic() > until:
                    why = "The window did not open"
                time.sleep(0.05)
            if not why:
                self.ask()
                if window.poll() is not None:
                    why = f"The window closed by itself, with {window.returncode}"
        finally:
            window.terminate()
            try:
                told = window.communicate(timeout=60)[0].decode("utf-8", "replace")
            except subprocess.TimeoutExpired as error:
                raise BuildError("A process of the window stayed when the window was ended.") from error
        if why:
            raise BuildError(f"{why}: {told[-2000:]}")
        _refuse_odd("the window", told)


def _ask_a_model(trial: _Trial, question: str) -> None:
    chosen = os.environ.get("INKSTONE_SMOKE_GGUF")
    model = Path(chosen) if chosen else GGUF
    if not model.is_file():
        if chosen:
            raise BuildError(f"INKSTONE_SMOKE_GGUF names {chosen}, which is not there.")
        print("   no model was asked: INKSTONE_SMOKE_GGUF may name a small GGUF file")
        return
    answer = _lines(trial.ask("ask", question, "--llm", trial.runner.named(model), "--json"))[0]
    if answer["mode"] != "llm" or not answer["tokens"].get("written"):
        raise BuildError(f"{model.name} wrote nothing: {answer['problem'] or answer}")


def _lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def _refuse_odd(what: str, told: str) -> None:
    for line in told.splitlines():
        if line.strip() and not any(known.fullmatch(line.strip()) for known in _KNOWN):
            raise BuildError(f"{what} told something odd: {told.strip()[-2000:]}")


def _same_file(path: str, wanted: str) -> bool:
    return path.replace("\\", "/").endswith(f"/{wanted}")


def _starter(tree: Path, system: str) -> Path:
    return tree / {"windows": "Inkstone.com", "linux": "bin/inkstone", "macos": "bin/inkstone"}[system]


def _without_network() -> Sequence[str]:
    """What to start a command with so that it has no network but its own loopback, where that is allowed."""
    for command in (["unshare", "--net"], ["unshare", "--map-root-user", "--net"]):
        if shutil.which(command[0]) and subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0:
            return command
    print("   the network could not be taken away here")
    return ()


def _seal(tree: Path, mode: int) -> None:
    for folder in (tree, *(path for path in tree.rglob("*") if path.is_dir() and not path.is_symlink())):
        folder.chmod(mode)


def _listing(tree: Path) -> dict[str, tuple[int, int]]:
    """Files below ``tree`` with size and time of change."""
    found = {}
    for path in tree.rglob("*"):
        if path.is_file():
            state = path.stat()
            found[path.relative_to(tree).as_posix()] = (state.st_size, state.st_mtime_ns)
    return found

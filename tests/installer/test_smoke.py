# SPDX-License-Identifier: Apache-2.0
"""The trial of a finished tree refuses a wrong answer, an odd line, and a foreign module that runs inside."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest
from building import smoke
from building.recipe import Build, BuildError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the programs tried here are scripts of sh")


def tried(tmp_path: Path, script: str) -> None:
    program = tmp_path / "inkstone"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    place = tmp_path / "trial"
    place.mkdir()
    smoke.try_program(smoke.Runner((str(program),)), tmp_path, place, "0.1.0")


def test_ten_questions_are_asked_half_of_them_chinese() -> None:
    questions = smoke.ten_questions()
    assert [question["lang"] for question in questions] == ["zh"] * 5 + ["en"] * 5
    assert len({question["question"] for question in questions}) == 10


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("echo inkstone 0.0.9", "'inkstone 0.0.9', not 0.1.0"),
        ("echo inkstone 0.1.0; echo 'lib: warning' >&2", "told something odd: lib: warning"),
        ("echo inkstone 0.1.0; echo Traceback", "printed a traceback"),
        ("echo no room >&2; exit 3", "ended with 3: no room"),
        ('[ "$1" = --version ] && echo inkstone 0.1.0 || echo "{}"', "not all were indexed"),
    ],
)
def test_what_is_wrong_fails_the_build(tmp_path: Path, script: str, sentence: str) -> None:
    office = tmp_path / "desktop_app" / "resources" / "samples" / "办公室 Sample Office"
    office.mkdir(parents=True)
    (office / "员工手册.pdf").write_bytes(b"x")
    with pytest.raises(BuildError, match=sentence):
        tried(tmp_path, script)


def test_a_window_that_does_not_open_fails_the_build(tmp_path: Path) -> None:
    program = tmp_path / "inkstone"
    program.write_text("#!/bin/sh\necho no libEGL >&2; exit 1\n", encoding="utf-8")
    program.chmod(0o755)
    with pytest.raises(BuildError, match="did not open: no libEGL"):
        smoke._Trial(smoke.Runner((str(program),)), tmp_path).show_the_window()


def answer(path: str, **locator: object) -> dict[str, Any]:
    return {"citations": [{"path": path, "locator": locator}, {"path": "/other.pdf", "locator": {}}]}


def test_the_first_citation_must_be_the_labelled_place() -> None:
    question = {"question": "几天？", "file": "办公室/员工手册.pdf", "place": {"page": 5, "heading": "9.1 提前通知"}}
    right = {"page": 5, "headings": ["第九章 离职", "9.1 提前通知"]}
    assert smoke.misplaced(question, answer("/家/办公室/员工手册.pdf", **right)) == ""
    assert smoke.misplaced(question, answer(r"Z:\家\办公室\员工手册.pdf", **right)) == ""
    assert "page 5 is wanted" in smoke.misplaced(question, answer("/家/办公室/员工手册.pdf", **{**right, "page": 4}))
    assert "heading" in smoke.misplaced(question, answer("/家/办公室/员工手册.pdf", page=5))
    assert "is cited" in smoke.misplaced(question, answer("/家/办公室/另一本.pdf", **right))
    assert "nothing is cited" in smoke.misplaced(question, {"citations": []})


def test_a_program_that_writes_into_its_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read-only folders stop an ordinary user; the builder may be root, so it is looked at afterwards as well."""
    build = Build(smoke._HOST, light=False, version="0.1.0", epoch=0, work=tmp_path / "work", out=tmp_path, cache=tmp_path)  # type: ignore[arg-type]
    (build.tree / "bin").mkdir(parents=True)
    (build.tree / "bin" / "inkstone").write_text("", encoding="utf-8")

    def writes(runner: smoke.Runner, program: Path, place: Path, version: str) -> None:
        del place, version
        assert os.path.samefile(runner.command[-1], build.tree / "bin" / "inkstone")
        program.parent.chmod(0o755)
        (program.parent / "left.pyc").write_bytes(b"")

    monkeypatch.setattr(smoke, "try_program", writes)
    with pytest.raises(BuildError, match=r"wrote into its own folder: left\.pyc"):
        smoke.try_tree(build)
    assert list(build.work.iterdir()) == [build.tree]

# SPDX-License-Identifier: Apache-2.0
"""``inkstone`` where there is no display: it says so, and does the main job on the sample office in the terminal."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cli.command import inkstone
from desktop_app.foundation import paths


@pytest.mark.slow
@pytest.mark.parametrize(("language", "facts"), [("C.UTF-8", ("175 EUR", "90 天")), ("zh_CN.UTF-8", ("三十日", "186,000"))])
def test_three_cited_answers_without_a_display(home: Path, language: str, facts: tuple[str, str]) -> None:
    run = inkstone(LANG=language)
    assert run.code == 0, run.err
    assert run.err.count("\n") == 1
    assert "Traceback" not in run.err
    questions = re.split(r"(?m)^» ", run.out)
    assert len(questions) == 4
    samples = {file.name for file in (paths.resources() / "samples").rglob("*") if file.is_file()}
    for answer in questions[1:]:
        assert re.search(r"\[1\]$", answer, re.MULTILINE), answer
        cited = re.search(r"(?m)^\[1\] ([^,，:：]+)[,，:：]", answer)
        assert cited, answer
        assert cited.group(1) in samples
    assert facts[0] in questions[1]
    assert facts[1] in questions[3]
    assert (home / "libraries" / "sample").is_dir()
    assert not (home / "libraries" / "default").exists()  # the tour leaves the person's own library alone

# SPDX-License-Identifier: Apache-2.0
"""Every string for people has its Chinese, with the same placeholders, and no Chinese is left over."""

from __future__ import annotations

import ast
import json
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.foundation import paths, translation
from desktop_app.foundation.translation import tr

PACKAGE = Path(__file__).resolve().parents[2] / "desktop_app"


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call of ``tr`` in the program: ("file:line", call)."""
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "tr":
                yield f"{file.relative_to(PACKAGE)}:{node.lineno}", node


CALLS = list(calls())
LITERALS = {
    node.args[0].value: where
    for where, node in CALLS
    if node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
}
CHINESE: dict[str, str] = json.loads((paths.resources() / "translations" / "zh_CN.json").read_text(encoding="utf-8"))


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_call_has_a_literal() -> None:
    loose = [where for where, node in CALLS if not (len(node.args) == 1 and isinstance(node.args[0], ast.Constant))]
    assert not loose, f"the first argument of tr must be a literal, so that it can be translated: {loose}"


def test_every_literal_has_its_chinese() -> None:
    missing = {source: where for source, where in LITERALS.items() if not CHINESE.get(source, "").strip()}
    assert not missing


def test_no_chinese_is_left_over() -> None:
    assert not sorted(set(CHINESE) - set(LITERALS))


def test_placeholders_are_the_same() -> None:
    assert LITERALS.keys() & CHINESE.keys()
    for source in LITERALS.keys() & CHINESE.keys():
        for form in source.split("|") if "{n}" in source else [source]:
            assert fields(CHINESE[source]) == fields(form), (source, LITERALS[source])


def test_every_call_fills_its_placeholders() -> None:
    for where, node in CALLS:
        given = {keyword.arg for keyword in node.keywords}
        if None in given:
            continue  # **values: known only when it runs
        source = node.args[0]
        assert isinstance(source, ast.Constant)
        assert fields(str(source.value)) <= given, where


def test_chinese_has_one_form_and_chinese_marks() -> None:
    for source, chinese in CHINESE.items():
        assert "|" not in chinese or "|" not in source, source
        assert not any(mark in chinese for mark in ("“ ", " ”", " ，", " 。")), chinese


@pytest.fixture
def chinese() -> Iterator[None]:
    translation.use("zh_CN")
    yield
    translation.use("en")


def test_both_forms_in_english() -> None:
    translation.use("en")
    source = "about {n} minute left|about {n} minutes left"
    assert (tr(source, n=1), tr(source, n=2)) == ("about 1 minute left", "about 2 minutes left")


@pytest.mark.usefixtures("chinese")
def test_one_form_in_chinese() -> None:
    source = "about {n} minute left|about {n} minutes left"
    assert tr(source, n=1) == CHINESE[source].format(n=1)
    assert tr("没有译文 {name}", name="甲") == "没有译文 甲"


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh_CN"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "zh_TW", "LANG": "C"}, "zh_CN"),
    ],
)
def test_auto_asks_the_system(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], language: str) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert translation.use("auto") == language
    translation.use("en")


def test_an_unknown_language_is_english() -> None:
    assert translation.use("tlh") == "en"

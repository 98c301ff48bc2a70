# SPDX-License-Identifier: Apache-2.0
"""Every text for people has its Chinese, with the same placeholders, and no Chinese is left over."""

from __future__ import annotations

import ast
import gettext
import io
import runpy
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from desktop_app.foundation import paths, translation
from desktop_app.foundation.translation import tr, trn

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = runpy.run_path(str(ROOT / "packaging" / "translations.py"))
PO = paths.resources() / "translations" / "zh_CN" / "LC_MESSAGES" / "inkstone.po"
Texts = tuple[str, ...]


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call in the program that takes a text: ("file:line", call)."""
    for file in sorted((ROOT / "desktop_app").rglob("*.py")):
        for call in SCRIPT["calls"](file.read_text(encoding="utf-8")):
            yield f"{file.relative_to(ROOT)}:{call.lineno}", call


def catalog() -> Catalog:
    with PO.open("rb") as stream:
        return read_po(stream, locale="zh_CN")


def forms(text: str | Texts) -> Texts:
    return (text,) if isinstance(text, str) else tuple(text)


CALLS = list(calls())
SOURCES: dict[Texts, str] = {SCRIPT["literals"](call): where for where, call in CALLS}
CHINESE: dict[Texts, Texts] = {forms(message.id): forms(message.string) for message in catalog() if message.id}


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_text_has_its_chinese() -> None:
    missing = {source: where for source, where in SOURCES.items() if not all(CHINESE.get(source, ("",)))}
    assert not missing, "write them into the .po file after `make translations`"


def test_no_chinese_is_left_over() -> None:
    assert not sorted(set(CHINESE) - set(SOURCES)), "`make translations` takes them out"


def test_no_text_is_used_both_with_and_without_a_number() -> None:
    """In a .po file the first form is the key, so that both would be one entry."""
    first = [source[0] for source in SOURCES]
    assert len(first) == len(set(first))


def test_placeholders_are_the_same() -> None:
    for source, chinese in CHINESE.items():
        for one in chinese:
            assert fields(one) == fields(source[-1]), (source, SOURCES.get(source))
        assert fields(source[0]) <= fields(source[-1]), source


def test_every_call_fills_its_placeholders() -> None:
    for where, call in CALLS:
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        given = {keyword.arg for keyword in call.keywords} | ({"n"} if name == "trn" else set())
        if None in given or name == "tr_noop":
            continue  # **values, and what is filled elsewhere: known only when it runs
        for text in SCRIPT["literals"](call):
            assert fields(text) <= given, where


def test_chinese_has_one_form_and_chinese_marks() -> None:
    for source, chinese in CHINESE.items():
        assert len(chinese) == 1, source
        assert not any(mark in chinese[0] for mark in ("“ ", " ”", " ，", " 。")), chinese


def read_mo(compiled: bytes) -> dict[object, str]:
    texts: dict[object, str] = dict(vars(gettext.GNUTranslations(io.BytesIO(compiled)))["_catalog"])
    texts.pop("")  # the header names the version of Babel
    return texts


def test_the_compiled_file_is_that_of_the_source_file() -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalog())
    texts = read_mo(PO.with_suffix(".mo").read_bytes())
    assert len(texts) == len(SOURCES)
    assert texts == read_mo(compiled.getvalue()), "run `make translations`"


def test_texts_are_collected_where_a_call_spans_lines_or_stands_in_an_f_string() -> None:
    source = 'f"{tr(\'in an f-string\')}"\ntrn(\n    "one "\n    "line",\n    "{n} lines", 3)\n'
    assert [SCRIPT["literals"](call) for call in SCRIPT["calls"](source)] == [("in an f-string",), ("one line", "{n} lines")]


def test_new_texts_are_added_and_unused_ones_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    known = 'msgid "All files"\nmsgstr "全部文件"\n'
    text = PO.read_text(encoding="utf-8")
    assert known in text
    file = tmp_path / "zh_CN" / "LC_MESSAGES" / "inkstone.po"
    file.parent.mkdir(parents=True)
    file.write_text(text.replace(known, 'msgid "Not in the program"\nmsgstr "程序里没有"\n'), encoding="utf-8")
    monkeypatch.setitem(SCRIPT["main"].__globals__, "TRANSLATIONS", tmp_path)
    assert SCRIPT["main"]() == 1
    made = file.read_text(encoding="utf-8")
    assert 'msgid "All files"\nmsgstr ""\n' in made
    assert "Not in the program" not in made
    assert capsys.readouterr().out == "zh_CN: no translation: 'All files'\n"
    assert "All files" not in read_mo(file.with_suffix(".mo").read_bytes())


def test_a_text_that_is_no_literal_is_refused() -> None:
    (call,) = SCRIPT["calls"]("tr(name)")
    with pytest.raises(ValueError, match="literal"):
        SCRIPT["literals"](call)


@pytest.fixture
def chinese() -> Iterator[None]:
    translation.use("zh_CN")
    yield
    translation.use("en")


def test_english_takes_its_forms_from_the_source() -> None:
    translation.use("en")
    assert [trn("{n} file", "{n} files", n) for n in (0, 1, 2)] == ["0 files", "1 file", "2 files"]


@pytest.mark.usefixtures("chinese")
def test_chinese_has_its_own_form_for_a_number() -> None:
    assert trn("{n} file", "{n} files", 1) == "1 个文件"
    assert trn("{n} file", "{n} files", 2) == "2 个文件"


@pytest.mark.usefixtures("chinese")
def test_a_text_without_translation_is_shown_as_it_is() -> None:
    assert tr("没有译文 {name}", name="甲") == "没有译文 甲"


@pytest.mark.parametrize("damaged", [None, b"", b"no catalogue", PO.with_suffix(".mo").read_bytes()[:2000]])
def test_without_a_readable_translation_the_texts_are_english(
    damaged: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "translations" / "zh_CN" / "LC_MESSAGES" / "inkstone.mo"
    file.parent.mkdir(parents=True)
    if damaged is not None:
        file.write_bytes(damaged)
    monkeypatch.setattr(paths, "resources", lambda: tmp_path)
    translation._load.cache_clear()
    try:
        translation.use("zh_CN")
        assert tr("All files") == "All files"
    finally:
        monkeypatch.undo()
        translation._load.cache_clear()
        translation.use("en")


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh_CN"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "zh_TW", "LANG": "C"}, "zh_CN"),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "zh_CN:en_US"}, "zh_CN"),
        ({"LANG": "zh_CN.UTF-8", "LANGUAGE": "fr:en_GB:zh"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LANGUAGE": ""}, "zh_CN"),
        ({"LANG": "C.UTF-8", "LANGUAGE": "zh_CN"}, "en"),
    ],
)
def test_auto_asks_the_system(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], language: str) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert translation.use("auto") == language
    translation.use("en")


def test_an_unknown_language_is_english() -> None:
    assert translation.use("tlh") == "en"


# What a text of ours does not say, and what it says instead: one word for one thing in the whole program.
ONE_WORD = {
    "砚": "Inkstone",
    "你": "您",
    "嵌入模型": "语义检索模型",
    "向量模型": "语义检索模型",
    "语言模型": "回答模型",
    "阅读": "读取",
    "印章": "红色编号",
    "示例办公室": "示例资料",
    "礼让": "智能调速",
    "待处理": "未能读取",
    "还需约": "约需, 剩余",
    "约还需": "约需, 剩余",
}


def test_one_thing_has_one_name_in_chinese() -> None:
    texts = [text for message in catalog() if message.id for text in forms(message.string)]
    wrong = [f"{text!r}: {instead}, not {word}" for text in texts for word, instead in ONE_WORD.items() if word in text]
    assert not wrong, "\n".join(wrong)

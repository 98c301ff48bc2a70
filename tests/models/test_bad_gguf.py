# SPDX-License-Identifier: Apache-2.0
"""Files that are broken or no language models: one clear sentence each, in both languages, and nothing dies of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import tiny_gguf as maker

from desktop_app.contract.model_process import ChatMessage
from desktop_app.engine.engine import Engine
from desktop_app.foundation import hardware, translation
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.foundation.errors import INTERNAL_CODES, Problem, problem_from
from desktop_app.models.discovery import find_all, find_models
from desktop_app.wording.problem_texts import sentence
from models.bad_gguf import BAD, Bad, larger_than, write_all

QUESTION = [ChatMessage("user", "合同编号是什么？")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, tiny_gguf: Path) -> Path:
    path = tmp_path_factory.mktemp("坏模型")
    write_all(path, tiny_gguf)
    return path


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = Engine(tmp_path / "library", embedding="none")
    yield opened
    opened.close()


def answered(engine: Engine, path: Path) -> str:
    model = engine.llm.load(str(path), lambda _: None, Cancellation())
    return "".join(one.text for one in model.generate(QUESTION, max_tokens=120, cancel=Cancellation()))


def said(problem: Problem) -> None:
    """It names the file, says what is wrong and what to do, in both languages; nothing of it is our own fault."""
    assert problem.code not in INTERNAL_CODES
    before = translation.current()
    try:
        for language in ("en", "zh_CN"):
            translation.use(language)
            told = sentence(problem)
            assert os.path.basename(problem.data["path"]) in told.what
            assert told.todo
            assert "?" not in str(told)
    finally:
        translation.use(before)


def test_there_are_enough_of_them() -> None:
    assert len(BAD) >= 40
    assert len({bad.name for bad in BAD}) == len(BAD)


def test_the_list_of_models_has_each_with_its_reason(folder: Path) -> None:
    found = {os.path.basename(entry.path): entry for entry in find_models(str(folder))}
    for bad in BAD:
        first = bad.name.replace("00003-of", "00001-of")  # a model in several files goes by its first one
        entry = found.pop(first)
        if bad.at == "header":
            assert (entry.problem, entry.fits) == (bad.listed or bad.code, "no"), bad.name
            said(problem_from(entry.problem, {"path": entry.path, **entry.data}))
        else:
            assert entry.problem == "", bad.name
    assert not found


def test_the_caches_of_other_programs_are_listed_without_models_of_other_kinds(folder: Path) -> None:
    told = {entry.problem for entry in find_all("", places=[str(folder)])[0]}
    assert "gguf_truncated" in told
    assert not told & {"gguf_projector", "gguf_adapter", "gguf_no_weights", "gguf_other_kind", "llm_is_encoder"}


def test_a_model_larger_than_the_memory(tmp_path: Path, tiny_gguf: Path) -> None:
    path = tmp_path / "太大.gguf"
    larger_than(path, hardware.detect().memory_total, tiny_gguf)
    (entry,) = find_models(str(path))
    assert (entry.problem, entry.fits) == ("", "no")
    assert entry.size > hardware.detect().memory_total


@pytest.mark.slow
@pytest.mark.needs("llama_cpp")
def test_the_engine_says_what_is_wrong_with_each_and_goes_on(engine: Engine, folder: Path, tiny_gguf: Path) -> None:
    for bad in BAD:
        problem = problem_with(engine, folder / bad.name)
        assert problem.code == bad.code, (bad.name, str(problem))
        said(problem)
    assert answered(engine, tiny_gguf) == maker.ANSWER


@pytest.mark.slow
@pytest.mark.needs("llama_cpp")
def test_what_cannot_be_a_model_never_reaches_llama_cpp(engine: Engine, folder: Path, tmp_path: Path, tiny_gguf: Path) -> None:
    larger_than(tmp_path / "太大.gguf", hardware.detect().memory_total, tiny_gguf)
    (tmp_path / "文件夹.gguf").mkdir()
    (tmp_path / "断链.gguf").symlink_to(tmp_path / "没有")
    others = {"太大.gguf": "llm_does_not_fit", "文件夹.gguf": "gguf_missing", "断链.gguf": "gguf_missing"}
    for path, code in (
        *((folder / bad.name, bad.code) for bad in BAD if bad.at == "header"),
        *((tmp_path / name, code) for name, code in others.items()),
    ):
        problem = problem_with(engine, path)
        assert problem.code == code, (path.name, str(problem))
        said(problem)
        assert not [child for child in psutil.Process().children(recursive=True) if "model" in child.cmdline()[-1:]]


@pytest.mark.slow
@pytest.mark.needs("llama_cpp")
@pytest.mark.parametrize("template", ["{% for x in %}", "{{ raise_exception('no') }}", ""])
def test_a_template_that_fails_is_replaced_and_the_model_answers(template: str, engine: Engine, tmp_path: Path) -> None:
    """It answers a prompt in plain form, whose last sign the tiny model must know."""
    path = maker.write(tmp_path / "模板.gguf", template=template, after=":")
    assert answered(engine, path) == maker.ANSWER


def problem_with(engine: Engine, path: Path) -> Problem:
    with pytest.raises(Problem) as caught:
        answered(engine, path)
    return caught.value


def test_a_bad_one_is_made_of_a_good_one(folder: Path) -> None:
    assert isinstance(BAD[0], Bad)
    assert all((folder / bad.name).is_file() for bad in BAD)

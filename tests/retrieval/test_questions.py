# SPDX-License-Identifier: Apache-2.0
"""Question files: what a line may look like, and what in the library it means."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from library.making import chunk

from desktop_app.contract.document import SourceFile
from desktop_app.contract.reports.evaluation_report import Question
from desktop_app.foundation.errors import UsageProblem
from desktop_app.library.catalogue import Catalogue
from desktop_app.retrieval.questions import match, read

WARRANTY = "质保期为十八个月，自验收合格之日起计算，逾期不再受理。"
PAYMENT = "付款期限为收到发票后三十日，逾期按日计收违约金。"


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    with closing(Catalogue(tmp_path / "catalogue.sqlite")) as made:
        for path, content, *texts in (
            ("/资料/合同/采购.docx", "a", WARRANTY, PAYMENT),
            ("/资料/备份/采购.docx", "b", "别的内容，与合同无关，另行约定。"),
            ("/资料/复印/采购 (1).docx", "a", WARRANTY, PAYMENT),
            ("/资料/scan.pdf", "c"),
        ):
            made.files.store(SourceFile(path, 10, 1, content), [chunk(text) for text in texts], state="indexed")
        yield made


def files(catalogue: Catalogue, path: str) -> set[str]:
    return {file for target in match(catalogue, [Question(1, "?", path=path)]).targets for file in target.files}


def test_a_file_is_named_by_its_path_the_end_of_it_or_its_name(catalogue: Catalogue) -> None:
    right = {"/资料/合同/采购.docx", "/资料/复印/采购 (1).docx"}  # a copy of the right file is right as well
    assert files(catalogue, "/资料/合同/采购.docx") == right
    assert files(catalogue, "合同/采购.docx") == right
    assert files(catalogue, "合同\\采购") == right
    assert files(catalogue, "采购.docx") == right | {"/资料/备份/采购.docx"}
    assert files(catalogue, "购.docx") == set()
    assert files(catalogue, "scan.pdf") == set(), "a file without text can never be found"


def test_a_passage_is_found_whatever_its_layout(catalogue: Catalogue) -> None:
    asked = [
        Question(1, "多久?", passage="质保期为 十八个月，\n自验收合格之日起计算"),
        Question(2, "何时?", passage=f"前文。{PAYMENT}后文"),
        Question(3, "谁?", passage="这段文字在资料库里没有，谁也没有写过它。"),
        Question(4, "哪?", passage="采购 (1)"),
    ]
    matched = match(catalogue, asked)
    assert [target.question.line for target in matched.targets] == [1, 2, 4]
    assert [question.line for question in matched.unmatched] == [3]
    first, second, third = matched.targets
    assert {found.text for found in catalogue.chunks.by_ids(sorted(first.chunks))} == {WARRANTY}
    assert {found.text for found in catalogue.chunks.by_ids(sorted(second.chunks))} == {PAYMENT}
    assert len(first.files) == 2
    assert not third.chunks, "a file's name in place of a passage means the file"


def test_lines_are_read_and_blank_ones_counted(tmp_path: Path) -> None:
    file = tmp_path / "问题.jsonl"
    lines = [
        {"question": "a", "path": "x.pdf", "id": 3},
        {"question": " ", "file": "x"},
        {"question": "b", "passage": "p", "answers": ["c"]},
    ]
    file.write_text("\ufeff" + "\n\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    assert read(file) == ([Question(1, "a", path="x.pdf"), Question(5, "b", passage="p")], 1)


@pytest.mark.parametrize(
    "line", ["{", "[]", '"x"', '{"question": "a"}', '{"question": "a", "path": ""}', '{"question": 3, "path": "x"}', '{"path": "x"}', "[" * 9_999]
)  # fmt: skip
def test_a_line_that_says_too_little_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "问题.jsonl"
    file.write_text('{"question": "a", "path": "x"}\n' + line, encoding="utf-8")
    with pytest.raises(UsageProblem) as caught:
        read(file)
    assert (caught.value.code, caught.value.data["line"]) == ("eval_line", "2")


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "eval_empty"), (b"\n\n", "eval_empty"), (b"\xff\xfe\xfa", "batch_unreadable"), (None, "batch_unreadable")],
)
def test_a_file_without_questions_is_told(tmp_path: Path, content: bytes | None, code: str) -> None:
    file = tmp_path / "问题.jsonl"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(UsageProblem, match=code):
        read(file)

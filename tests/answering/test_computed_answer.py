# SPDX-License-Identifier: Apache-2.0
"""Answers computed over tables and lists of files, with what proves them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import Workbook

from desktop_app.answering.answerer import Answerer
from desktop_app.answering.asked import Asked
from desktop_app.answering.computed_answer import rule
from desktop_app.answering.listener import Listener
from desktop_app.contract.answer import Answer
from desktop_app.contract.document import SourceFile
from desktop_app.contract.form import Condition, Form
from desktop_app.contract.ledger import Scope
from desktop_app.contract.passage import ANSWER
from desktop_app.documents.process import registry
from desktop_app.documents.text import splitting
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.library.library import Library
from desktop_app.retrieval.retriever import Retriever

ROWS = [
    ("合同编号", "对方单位", "类别", "金额（元）", "状态"),
    ("HT-1", "甲方[1]公司", "租赁", 100, "履行中"),
    ("HT-2", "乙*方|公司", "销售", 250.5, "履行中"),
    ("HT-3", "丙公司", "租赁", 40, "作废"),
    ("合计", None, None, 390.5, None),
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("register")
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "台账"
    for row in ROWS:
        sheet.append(row)
    sheet.row_dimensions[4].hidden = True
    book.save(folder / "合同台账.xlsx")
    (folder / "制度.txt").write_text("员工应当保密。\n\n年假为十天。\n\n逾期须付违约金。", encoding="utf-8")
    (folder / "policy.txt").write_text(
        "All data are confidential.\n\nLeave is ten days.\n\nA late return has a penalty.", encoding="utf-8"
    )
    with closing(Library(folder / "library")) as opened:
        for path in sorted(folder.iterdir()):
            if path.is_file():
                document = registry.read(path, lambda _done, _total: None, (), "off", ())
                chunks = splitting.split(document, count_tokens=splitting.estimate_tokens, max_tokens=254)
                opened.catalogue.files.store(
                    SourceFile(str(path), 1, 1, path.name), chunks, state="indexed", document=document, recipe="test"
                )
        yield opened


def ask(library: Library, question: str, earlier: Sequence[Answer] = (), form: Form | None = None, **scope: object) -> Answer:
    answerer = Answerer(library, Retriever(library, lambda: None))
    asked = Asked(question, Scope(**scope), tuple(earlier), form=form)  # type: ignore[arg-type]
    return answerer.answer(asked, listener=Listener(), cancel=Cancellation())


def test_a_sum_is_told_with_its_rule_and_its_rows(library: Library) -> None:
    answer = ask(library, "台账里租赁类合同的金额合计是多少元？")
    assert (answer.mode, answer.found, answer.certainty) == ("computed", True, ANSWER)
    assert answer.computed is not None
    assert (answer.computed.value, answer.computed.matched, answer.computed.hidden) == (140, 2, 1)
    assert answer.text.startswith(
        "**140元** [1]\n\n“金额（元）”的合计，条件：“类别”为租赁。来源：《合同台账.xlsx》工作表“台账”，2行（其中1行已隐藏）。"
    )
    assert [citation.locator.cells for citation in answer.citations] == ["A2:E2", "A4:E4"]
    assert answer.computed.cells[0].ranges == ("C2", "C4", "D2", "D4")
    assert [(answer.text[part.start : part.end][-5:], part.citations) for part in answer.parts[1:]] == [
        ("[1] |", (1,)),
        ("[2] |", (2,)),
    ]
    for citation in answer.citations:
        sent = next(one for one in answer.sent if one.chunk_id == citation.chunk_id)
        assert sent.text[citation.start : citation.end] == citation.quote


def test_signs_of_markdown_in_cells_mean_nothing(library: Library) -> None:
    text = ask(library, "列出履行中的合同的对方单位").text
    assert r"甲方\[1\]公司" in text
    assert r"乙\*方\|公司" in text


def test_groups_are_told_what_they_are_once(library: Library) -> None:
    answer = ask(library, "按类别统计台账里合同的金额（元）")
    assert answer.computed is not None
    assert answer.computed.form.group == "类别"
    assert answer.text.count("按“类别”分组") == 1
    assert "\n\n来源：《合同台账.xlsx》" in answer.text


def test_a_follow_up_keeps_the_form(library: Library) -> None:
    before = ask(library, "台账里租赁类合同的金额合计是多少元？")
    after = ask(library, "那销售类呢？", [before])
    assert after.computed is not None
    assert after.computed.value == 250.5


def test_two_figures_are_told_side_by_side(library: Library) -> None:
    answer = ask(library, "台账里租赁类合同的最高和最低金额分别是多少元？")
    assert answer.text.startswith("**“金额（元）”的最大值：100元；“金额（元）”的最小值：40元** [1]\n\n")
    assert answer.text.count("条件：“类别”为租赁") == 2
    assert answer.found


def test_a_name_that_no_table_knows_is_not_answered_as_the_question_before(library: Library) -> None:
    before = ask(library, "台账里租赁类合同的金额合计是多少元？")
    assert ask(library, "那北京的呢？", [before]).computed is None


def test_every_file_that_holds_a_word_is_listed(library: Library) -> None:
    answer = ask(library, "哪些文件提到保密？中英文都算。")
    assert answer.computed is not None
    assert [Path(str(path)).name for path in answer.computed.listed] == ["policy.txt", "制度.txt"]
    assert [citation.quote for citation in answer.citations] == ["All data are confidential.", "员工应当保密。"]
    assert ask(library, "哪些文件提到保密？").computed.listed == answer.computed.listed[1:]  # type: ignore[union-attr]
    assert ask(library, "How many files mention HT-2?").computed.value == 1  # type: ignore[union-attr]


def test_a_word_that_ends_with_y_is_found_in_the_other_language(library: Library) -> None:
    answer = ask(library, "列出所有提到违约金的文件，中英文都算。")
    assert [citation.quote for citation in answer.citations] == ["A late return has a penalty.", "逾期须付违约金。"]


def test_a_scope_limits_what_is_computed(library: Library) -> None:
    everything = ask(library, "哪些文件提到保密？中英文都算。")
    path = str(everything.computed.listed[1])  # type: ignore[union-attr]
    assert ask(library, "哪些文件提到保密？中英文都算。", below=(path,)).computed.listed == (path,)  # type: ignore[union-attr]
    assert ask(library, "台账里租赁类合同的金额合计是多少元？", below=(path,)).computed is None


def test_an_ordinary_question_is_quoted_as_before(library: Library) -> None:
    answer = ask(library, "年假有几天？")
    assert answer.mode == "extractive"
    assert answer.computed is None


def test_a_changed_form_is_computed_whatever_the_question_says(library: Library) -> None:
    first = ask(library, "台账里租赁类合同的金额合计是多少元？")
    assert first.computed is not None
    form = replace(first.computed.form, conditions=(Condition("类别", "=", ("销售",)),))
    answer = ask(library, first.question, form=form)
    assert (answer.mode, answer.certainty, answer.computed and answer.computed.value) == ("computed", ANSWER, 250.5)
    assert "“类别”为销售" in answer.text
    hidden = ask(library, first.question, form=replace(first.computed.form, hidden="none"))
    assert hidden.computed is not None
    assert (hidden.computed.value, hidden.computed.left_out) == (100, 1)
    assert "1行（另有1行已隐藏，未计入）" in hidden.text


def test_where_no_row_fits_it_is_said(library: Library) -> None:
    first = ask(library, "台账里租赁类合同的金额合计是多少元？")
    assert first.computed is not None
    nothing = (Condition("类别", "=", ("没有的",)),)
    answer = ask(library, first.question, form=replace(first.computed.form, conditions=nothing))
    assert answer.text.startswith("**没有符合条件的行**")
    assert "|" not in answer.text
    counted = ask(library, first.question, form=replace(first.computed.form, measure="count", column="", conditions=nothing))
    assert counted.text.startswith("**0**")


def test_the_rule_is_told_without_markdown(library: Library) -> None:
    first = ask(library, "列出履行中的合同的对方单位")
    assert first.computed is not None
    form = replace(first.computed.form, conditions=(Condition("对方单位", "=", ("甲方[1]公司",)),))
    assert "甲方[1]公司" in rule(library.catalogue.tables, form, first.question)

# SPDX-License-Identifier: Apache-2.0
"""Passages with rows of tables, as the readers make them: a spreadsheet, a Word file with a table below a sentence, a Markdown file."""

from __future__ import annotations

from desktop_app.analysis import language
from desktop_app.analysis.matching import TermMatcher
from desktop_app.answering import extractive
from desktop_app.answering.sentence_scores import ScoredSentence
from desktop_app.contract.answer import Answer, Checks
from desktop_app.contract.document import Locator, Piece
from desktop_app.contract.passage import ANSWER, Passage
from desktop_app.documents.text import table
from desktop_app.documents.text.locators import merged

WORDS = ("供应商", "supplier")  # what a question about them holds
HEADER = ["编号", "供应商名称", "类别", "联系人", "电话", "账期（天）", "评级", "合同到期", "开户行", "备注"]
SUPPLIERS = [
    ["S-007", "苏州恒泰包装有限公司", "包装", "周敏", "0512-6688 1200", "45", "B", "2026-12-31", "工商银行", ""],
    ["S-008", "上海蓝海物流有限公司", "物流", "陈立", "021-5588 7301", "20", "A", "2027-06-30", "招商银行", "含税; 月结"],
    ["S-009", "宁波远洋货代有限公司", "物流", "徐佳", "0574-8710 2216", "30", "A", "2027-03-31", "宁波银行", ""],
]
LIMITS = "住宿费在下表的限额以内据实报销；"


def _passage(number: int, path: str, lines: list[tuple[str, Locator]], terms: tuple[str, ...], score: float) -> Passage:
    pieces, position = [], 0
    for line, locator in lines:
        pieces.append(Piece(position, position + len(line), locator))
        position += len(line) + 1
    text = "\n".join(line for line, _ in lines)
    return Passage(
        number, number, path, text, merged([place for _, place in lines]), score, (), tuple(pieces), terms, {"lexical": number},
        TermMatcher(terms).marks(text), certainty=ANSWER, language=language.language(text), hit=True,
    )  # fmt: skip


def passages(folder: str) -> tuple[Passage, ...]:
    """The passages, best first."""
    rows = [
        (table.row_text(row, HEADER), Locator(sheet="合格供应商", cells=f"A{number}:J{number}", headings=("合格供应商",)))
        for number, row in enumerate(SUPPLIERS, start=8)
    ]
    trail = ("三、住宿标准",)
    cities = [["上海", "500", "700"], ["苏州", "350", "500"]]
    word = [
        (line, Locator(chars=(at, at + len(line)), headings=trail))
        for at, line in enumerate(
            [LIMITS, *(table.row_text(row, ["城市", "普通员工（元/晚）", "部门经理（元/晚）"]) for row in cities)]
        )
    ]
    notes = [("**供应商准入。** 新供应商须提供*营业执照*与近两年财报。", Locator(lines=(12, 12), headings=("供应商管理",)))]
    return (
        _passage(21, f"{folder}/采购/供应商台账.xlsx", rows, ("蓝海", "账期"), 0.9),
        _passage(22, f"{folder}/财务/差旅费管理办法.docx", word, ("住宿费", "限额"), 0.8),
        _passage(23, f"{folder}/采购/供应商管理.md", notes, ("供应商",), 0.7),
    )


def answer(question: str, folder: str) -> Answer:
    """Quotes of all three: a row, a sentence that speaks of its table, and a paragraph with Markdown's signs."""
    sent = passages(folder)
    spans = [sent[0].text.split("\n")[1], LIMITS, sent[2].text]
    chosen = [
        ScoredSentence(one, one.text.index(said), one.text.index(said) + len(said), 1.0)
        for one, said in zip(sent, spans, strict=True)
    ]
    text, parts, citations = extractive.write(chosen)
    return Answer(
        question, text, True, "extractive", parts, citations, sent=sent, checks=Checks(len(parts)), certainty=ANSWER,
        timings={"search": 0.03, "total": 0.1}, searched_files=1912, total_files=1950,
    )  # fmt: skip

# SPDX-License-Identifier: Apache-2.0
"""A clause that is asked for by its number is quoted, from Word documents whose numbers are automatic."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from documents.making import quiet
from documents.word.packages import Word, para
from library.making import source_file

from desktop_app.analysis import words
from desktop_app.answering.extractive import choose
from desktop_app.answering.sentence_scores import score_sentences
from desktop_app.documents.process import registry
from desktop_app.documents.text.splitting import estimate_tokens, split
from desktop_app.library.library import Library
from desktop_app.retrieval.retriever import Retriever


def levels(*texts: tuple[str, str]) -> str:
    made = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{shape}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for at, (text, shape) in enumerate(texts)
    )
    return f'<w:abstractNum w:abstractNumId="0">{made}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'


def listed(*paragraphs: tuple[int, str], style: str = "") -> str:
    return "".join(para(text, numbered=(1, level), style=f"{style}{level + 1}" if style else "") for level, text in paragraphs)


SUPPLY = Word(
    (),
    para("Supply agreement")
    + listed(
        (0, "Delivery"),
        (1, "Goods are delivered to Basel."),
        (0, "Payment"),
        (1, "Invoices are payable within 30 days."),
        (1, "A late payment bears interest of 7 percent."),
        (1, "Undisputed claims may be set off."),
        (2, "the first reminder is free;"),
        (2, "the second reminder costs 40 francs;"),
        (0, "Term"),
        (1, "Notice is three months."),
    ),
    numbering=levels(("%1.", "decimal"), ("%1.%2", "decimal"), ("(%3)", "lowerLetter")),
)
LEASE = Word(
    (),
    para("设备租赁合同")
    + listed(
        (0, "租赁物为挖掘机一台。"),
        (0, "租赁期限为二十四个月。"),
        (0, "租金每月三万六千元。"),
        (1, "逾期支付的，按日万分之五支付违约金；"),
        (1, "连续逾期两期的，出租人有权解除合同。"),
        (0, "承租人应当投保财产险。"),
    ),
    numbering=levels(("第%1条", "chineseCountingThousand"), ("（%2）", "chineseCounting")),
)
POLICY = Word(
    (),
    listed((0, "General"), style="Heading")
    + listed((0, "Warranty"), (1, "Duration"), style="Heading")
    + para("The warranty lasts 36 months.")
    + listed((1, "Exclusions"), style="Heading")
    + para("Wear parts are excluded."),
    numbering=levels(("%1", "decimal"), ("%1.%2", "decimal")),
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    root = tmp_path_factory.mktemp("clauses")
    with closing(Library(root / "库")) as made:
        for name, word in (("supply.docx", SUPPLY), ("租赁合同.docx", LEASE), ("policy.docx", POLICY)):
            path = word.write(root / name)
            chunks = split(registry.read(path, quiet), count_tokens=estimate_tokens, max_tokens=254)
            made.catalogue.files.store(source_file(str(path)), chunks, state="indexed")
        yield made


@pytest.mark.parametrize(
    ("question", "quotes"),
    [
        ("What does clause 2.2 of the supply agreement say?", ["2.2 A late payment bears interest of 7 percent."]),
        ("clause 1.1", ["1.1 Goods are delivered to Basel."]),
        (
            "What is in clause 2.3?",
            [
                "2.3 Undisputed claims may be set off.",
                "(a) the first reminder is free;",
                "(b) the second reminder costs 40 francs;",
            ],
        ),
        ("What does 2.3 (b) say?", ["(b) the second reminder costs 40 francs;"]),
        ("What does section 2.1 of the policy say?", ["The warranty lasts 36 months."]),
        ("第三条", ["第三条 租金每月三万六千元。"]),
        ("第四条规定了什么？", ["第四条 承租人应当投保财产险。"]),
        ("第3条说了什么", ["第三条 租金每月三万六千元。"]),
        ("第三条第二款", ["（二） 连续逾期两期的，出租人有权解除合同。"]),
    ],
)
def test_a_clause_is_quoted_by_its_number(library: Library, question: str, quotes: list[str]) -> None:
    found = Retriever(library, lambda: None).search(question).passages
    terms = words.question_terms(question)
    scored = score_sentences(question, terms, dict.fromkeys(terms, 1.0), found)
    chosen = [sentence.text for sentence in choose(scored)]
    assert chosen[: len(quotes)] == quotes

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
from desktop_app.contract.passage import NONE
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
    assert quoted(library, question)[: len(quotes)] == quotes


def quoted(library: Library, question: str) -> list[str]:
    found = Retriever(library, lambda: None).search(question).passages
    terms = words.question_terms(question)
    scored = score_sentences(question, terms, dict.fromkeys(terms, 1.0), found)
    return [sentence.text for sentence in choose(scored)]


CONTRACT = """设备采购合同
合同编号：{code}

第一条 标的
乙方提供磨床一台。
第二条 价款
合同总价为人民币{price}元。
第三条 交货
乙方应在签约后{days}天内交货。
"""
OTHERS = {
    "manual.txt": "Coffee machine manual\n\n1. Fill the tank with water.\n2. Add descaler.\n3. Press the steam button.\n",
    "report.txt": "Annual report on water quality\n\nChapter Three\nThe groundwater was measured in autumn.\n",
    "normas.txt": "Normas de la casa\n\n1. Deje la llave.\n2. No haga ruido.\n3. No fume.\n",
    "precios.txt": "Precios\n\nUna habitación para 2 personas con vistas al mar cuesta 120 euros.\n",
    "version.txt": "The tool is version 2.5 and free.\n2.5 million users were counted.\nThe fine for late return is 2.5 percent.\n",
    "lease.txt": "Lease of the office\n\n5. Payment\n5.1 The rent is 2,000 francs.\n5.2 A late payment costs 7 percent.\n"
    "6. Term\n6.1 The lease runs for two years.\n\nArticle 8 Keys\nThe tenant gets four keys.\n"
    "Article 8a Parking\nThe tenant may park two cars.\n",
    "terms.txt": "Terms of delivery\n\nThe seller hands the goods over in Basel. The buyer has to tell faults within\n"
    "7 days after the goods have come to its own store\nand hidden ones within a year.\n\n7. Liability\n"
    "The seller is liable up to the price.\n",
}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    root = tmp_path_factory.mktemp("office")
    contracts = {
        f"HT-2026-{n:04d}.txt": CONTRACT.format(code=f"HT-2026-{n:04d}", price=30_000 + n, days=n) for n in range(301, 321)
    }
    with closing(Library(root / "库")) as made:
        for name, text in (contracts | OTHERS).items():
            (root / name).write_text(text, "utf-8")
            chunks = split(registry.read(root / name, quiet), count_tokens=estimate_tokens, max_tokens=254)
            made.catalogue.files.store(source_file(str(root / name)), chunks, state="indexed")
        yield made


def test_a_contract_that_does_not_exist_has_no_clauses(office: Library) -> None:
    question = "HT-2026-0999第三条规定了什么？"
    assert Retriever(office, lambda: None).search(question).certainty == NONE
    assert quoted(office, "HT-2026-0305第三条规定了什么？") == ["乙方应在签约后305天内交货。"]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("What is in chapter 3 of the water report?", "The groundwater was measured in autumn."),
        (
            "¿Cuánto cuesta una habitación para 2 personas?",
            "Una habitación para 2 personas con vistas al mar cuesta 120 euros.",
        ),
        ("What does step 3 of the coffee machine manual say?", "3. Press the steam button."),
        ("What does section 3 of the coffee machine manual say?", "3. Press the steam button."),
        ("What does clause 7 of the terms of delivery say?", "The seller is liable up to the price."),
        ("What does Article 8 say?", "The tenant gets four keys."),
        ("What does Article 8a say?", "The tenant may park two cars."),
    ],
)
def test_a_numbered_list_answers_only_what_is_asked_of_it(office: Library, question: str, first: str) -> None:
    assert quoted(office, question)[0] == first


@pytest.mark.parametrize(
    ("question", "quotes"),
    [
        ("What do clauses 5.1 and 5.2 say?", ["5.1 The rent is 2,000 francs.", "5.2 A late payment costs 7 percent."]),
        ("Compare section 5.2 and 5.1", ["5.2 A late payment costs 7 percent.", "5.1 The rent is 2,000 francs."]),
        ("What is in clauses 5.1 to 6.1?", ["5.1 The rent is 2,000 francs.", "6.1 The lease runs for two years."]),
        ("HT-2026-0305第二条和第三条说了什么", ["合同总价为人民币30305元。", "乙方应在签约后305天内交货。"]),
        ("HT-2026-0305第二、三条规定了什么？", ["合同总价为人民币30305元。", "乙方应在签约后305天内交货。"]),
    ],
)
def test_of_several_clauses_each_is_quoted(office: Library, question: str, quotes: list[str]) -> None:
    assert quoted(office, question) == quotes


def test_a_number_alone_finds_the_amounts_too(office: Library) -> None:
    assert set(quoted(office, "2.5")) == {
        "The tool is version 2.5 and free.",
        "2.5 million users were counted.",
        "The fine for late return is 2.5 percent.",
    }

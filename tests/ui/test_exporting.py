# SPDX-License-Identifier: Apache-2.0
"""Exported answers say the same in every format, letter for letter, and load nothing."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from html.parser import HTMLParser

import docx
import fake_engine
import pypdf
import pytest
from markdown_it import MarkdownIt
from odd_strings import ODD
from PySide6.QtWidgets import QApplication

from desktop_app.answering import extractive
from desktop_app.answering.sentence_scores import ScoredSentence
from desktop_app.contract.answer import PARTLY, SUPPORTED, UNSUPPORTED, Answer, AnswerPart, Citation
from desktop_app.contract.conversation import FAILED, INTERRUPTED, STOPPED, Turn
from desktop_app.contract.document import Locator
from desktop_app.contract.passage import ANSWER, Passage
from desktop_app.foundation import translation
from desktop_app.foundation.errors import problem_from
from desktop_app.ui.exporting.contents import contents
from desktop_app.ui.turn.export_menu import KINDS, made
from desktop_app.wording.problem_texts import sentence

NOW = datetime(2026, 11, 30, 14, 5)  # noqa: DTZ001 - shown as it is
TEXT = r"""## Costs **and** more

Hotel costs are refunded [1]. **注意：**请假须提前三天。[2] Some say so.

- one `x  = 1` *two*
- three

  four
1. first
2. second

| City | Code |
|---|--:|
| 上海 | 0012 |
| a\|b | 1-2 |

$$x^{2} + \frac{a}{b_1} \le \alpha$$

```
if x:
    y  = `1`
```

> quoted [7]
"""


def part(sentence: str, numbers: tuple[int, ...], verdict: str) -> AnswerPart:
    at = TEXT.index(sentence)
    return AnswerPart(at, at + len(sentence), numbers, verdict, "" if verdict == SUPPORTED else "not_in_passage")


CITATIONS = (
    Citation(1, 1, "/资料/2024/invoice.pdf", Locator(page=3), "Hotel costs are\nrefunded up to $50.", 0, 9),
    Citation(2, 2, "/资料/2025/invoice.pdf", Locator(sheet="差旅", cells="B2"), "请假须提前三天。", 0, 9),
    Citation(3, 3, "/资料/rules.docx", Locator(headings=("A", "B")), "x", 0, 1),
)
WRITTEN = Answer(
    "Costs?",
    TEXT,
    found=True,
    mode="llm",
    parts=(
        part("Hotel costs are refunded [1].", (1,), SUPPORTED),
        part("**注意：**请假须提前三天。[2]", (2,), PARTLY),
        part("Some say so.", (), UNSUPPORTED),
    ),
    citations=CITATIONS,
    model="/模型/Qwen-0.5B.gguf",
    searched_files=11,
    total_files=12,
    certainty=ANSWER,
)


def quotes(texts: tuple[str, ...]) -> Answer:
    passages = [Passage(n, n, f"/资料/{n}.txt", text, Locator(lines=(n, n)), 0.9) for n, text in enumerate(texts, 1)]
    text, parts, citations = extractive.write([ScoredSentence(one, 0, len(one.text), 1.0) for one in passages])
    return Answer("q", text, True, "extractive", parts, citations, certainty=ANSWER)


# ---- reading each format back: its paragraphs, cells and lines of code, in order ----


def read_markdown(data: bytes) -> list[str]:
    lines: list[str] = []
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(data.decode()):
        if token.type == "inline":
            children = token.children or []
            assert not [one for one in children if one.type in ("link_open", "image", "html_inline")]
            lines.append("".join("\n" if one.type in ("softbreak", "hardbreak") else one.content for one in children))
        elif token.type == "fence":
            lines.append(token.content.removesuffix("\n"))
        assert token.type != "html_block"
    return lines


class Page(HTMLParser):
    BLOCKS = ("p", "h1", "h2", "h3", "h4", "h5", "td", "th", "pre", "blockquote")

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.attributes: set[str] = set()
        self._inside = False
        self.feed(data.decode())

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.attributes |= {name for name, _ in attributes}
        if tag in self.BLOCKS:
            self._inside = True
            self.lines.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.BLOCKS:
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.lines[-1] += data


def read_html(data: bytes) -> list[str]:
    return Page(data).lines


def read_docx(data: bytes) -> list[str]:
    document = docx.Document(io.BytesIO(data))
    lines = []
    for element in document.iter_inner_content():
        if isinstance(element, docx.table.Table):
            lines += [cell.text for row in element.rows for cell in row.cells]
        else:
            lines.append(element.text)
    return lines


READ: dict[str, Callable[[bytes], list[str]]] = {"md": read_markdown, "html": read_html, "docx": read_docx}


def read_pdf(data: bytes) -> str:
    """All letters; a page says nothing of white space."""
    return "".join("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages).split())


def bare(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("kind", list(READ))
def test_quotes_come_back_letter_for_letter(kind: str) -> None:
    lines = READ[kind](made(kind, contents("t", [Turn(1, "q", quotes(ODD))], NOW)))
    for number, text in enumerate(ODD, 1):
        assert f"{text}[{number}]" in lines, "in the answer"
        assert text in lines, "among the sources"


# No font of every system has these, and text from right to left is told in the order of the page.
NOT_ON_PAPER = re.compile("[\u0590-\u06ff\ue000-\uf8ff\ufffc\U0001f000-\U0001ffff]")
UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060]")


@pytest.fixture(scope="module")
def odd_pdf(qapp: QApplication) -> str:
    return read_pdf(made("pdf", contents("t", [Turn(1, "q", quotes(ODD))], NOW)))


@pytest.mark.parametrize("text", [text for text in ODD if not NOT_ON_PAPER.search(text)])
def test_quotes_come_back_from_a_pdf(odd_pdf: str, text: str) -> None:
    """Letters that one glyph stands for cannot be told apart: é of two signs, the ligature of "fi"."""
    told, wanted = (UNSEEN.sub("", one).replace("e\u0301", "é").replace("\ufb01", "fi") for one in (odd_pdf, bare(text)))
    assert told.count(wanted) >= 2, "in the answer and among the sources"


def test_chinese_in_a_pdf_is_no_radical(qapp: QApplication) -> None:
    text = "工作日、人力、用户、门、见、角、金、水、火、方、高、黑；工资12,400元，2026年。"
    told = read_pdf(made("pdf", contents("人力资源", [Turn(1, "怎么请假？", quotes((text, "Latin 12,400 and 450.")))], NOW)))
    assert told.count(text) == 2
    assert told.count("Latin12,400and450.") == 2
    assert "怎么请假？" in told


@pytest.mark.parametrize("kind", list(READ))
def test_what_a_model_wrote(kind: str) -> None:
    lines = READ[kind](made(kind, contents("Travel", [Turn(1, "Costs?", WRITTEN)], NOW)))
    whole = "\n".join(lines)
    assert lines[0] == "Travel"
    assert "2026-11-30 14:05" in lines[1]
    assert "Costs?" in lines
    assert "Written by Qwen-0.5B.gguf, every sentence compared with the sources" in lines
    assert "Costs and more" in lines
    assert (
        "Hotel costs are refunded[1]. 注意：请假须提前三天。[2] (only partly in the sources)"
        " Some say so. (not found in the sources)" in lines
    )
    assert "x² + a/b₁ ≤ α" in lines if kind == "md" else "x2 + a/b1 ≤ α" in lines
    assert "if x:\n    y  = `1`" in lines
    assert [one for one in lines if one in ("City", "Code", "上海", "0012", "a|b", "1-2")] == [
        "City",
        "Code",
        "上海",
        "0012",
        "a|b",
        "1-2",
    ]
    assert "quoted [7]" in lines
    assert "x  = 1" in whole
    assert "[1] 2024/invoice.pdf, p. 3" in lines
    assert "[2] 2025/invoice.pdf, Sheet 差旅 B2" in lines
    assert "[3] rules.docx, § A › B" in lines
    assert "Hotel costs are\nrefunded up to $50." in lines
    assert lines[-3:] == [
        "2024/invoice.pdf: /资料/2024/invoice.pdf",
        "2025/invoice.pdf: /资料/2025/invoice.pdf",
        "rules.docx: /资料/rules.docx",
    ]
    assert whole.count("/资料/") == 3, "a full path stands in the list at the end only"
    assert "Searched 11 of 12 files." in lines


def test_a_pdf_says_the_same(qapp: QApplication) -> None:
    told = read_pdf(made("pdf", contents("Travel", [Turn(1, "Costs?", WRITTEN)], NOW)))
    for words in (
        "Hotel costs are refunded[1]. 注意：请假须提前三天。[2](only partly in the sources) Some say so. (not found in the sources)",
        "if x: y = `1`",
        "[2] 2025/invoice.pdf, Sheet 差旅 B2",
        "Written by Qwen-0.5B.gguf",
        "1/",
    ):
        assert bare(words) in told


def test_a_long_answer_has_each_line_once_on_numbered_pages(qapp: QApplication) -> None:
    lines = [f"Line number {number} of many." for number in range(200)]
    data = made(
        "pdf",
        contents(
            "t", [Turn(1, "q", quotes(tuple(lines[:1]))), Turn(2, "r", Answer("r", "\n\n".join(lines), True, "llm"))], NOW
        ),
    )
    pages = pypdf.PdfReader(io.BytesIO(data)).pages
    told = read_pdf(data)
    assert len(pages) > 5
    for line in lines[1:]:
        assert told.count(bare(line)) == 1
    for number, page in enumerate(pages, 1):
        assert f"{number} / {len(pages)}" in page.extract_text()


@pytest.mark.parametrize("kind", list(READ))
def test_answers_that_are_not_whole(kind: str) -> None:
    unproven = Answer("c", "The quote. [1]", True, "llm", (AnswerPart(0, 14, (1,)),), (Citation(1, 1, "/a.txt", Locator(), "The quote.", 0, 10),), written="Made *up*.", model="/m/a.gguf")  # fmt: skip
    turns = [
        Turn(1, "stopped", None, STOPPED),
        Turn(2, "failed", None, FAILED),
        Turn(3, "left", None, INTERRUPTED),
        Turn(4, "two\nlines", unproven, beside=(Answer("c", "Another.", True, "llm", model="/m/b.gguf"),)),
        Turn(6, "loop", Answer("loop", "Again and", True, "llm", finish="loop")),
        Turn(7, "thought", Answer("thought", "A quote.", True, "extractive", finish="thought")),
        Turn(
            8,
            "crash",
            Answer("crash", "A quote.", True, "extractive", problem="llm_crashed", problem_data={"path": "/m/a.gguf"}),
        ),
        Turn(
            9,
            "no words",
            Answer("no words", "", False, "extractive", problem="disk_full", problem_data={"path": "/lib"}),
            FAILED,
        ),
        Turn(5, "cut", Answer("cut", "Begin", True, "llm", finish="length", searched_as="what was cut?")),
    ]
    lines = READ[kind](made(kind, contents("t", turns, NOW)))
    whole = "\n".join(lines)
    for words in (
        "Stopped before there was an answer.",
        "There was no answer because of a problem.",
        "Not answered yet.",
        "What the model wrote, not found in the sources:",
        "Made up.",
        "Written by b.gguf, every sentence compared with the sources",
        "Another.",
        "Cut off: the answer reached its longest length.",
        "Searched for: what was cut?",
        "The model repeated itself and was stopped.",
        "The model ran out of room while it was thinking.",
        sentence(problem_from("llm_crashed", {"path": "/m/a.gguf"})).what,
        sentence(problem_from("disk_full", {"path": "/lib"})).what,
    ):
        assert words in lines
    assert whole.index("Quoted from the documents") < whole.index("The quote.") < whole.index("Made up.")


def test_nothing_in_an_export_points_outside(qapp: QApplication) -> None:
    harmful = "![x](http://example.com/x.png) <img src='http://example.com/y.png'> [z](file:///etc/passwd) <http://example.com>"
    answer = Answer("q", f"{harmful}\n\n| {harmful} |\n|---|\n| {harmful} |", True, "llm")
    told = contents(harmful, [Turn(1, harmful, answer), Turn(2, harmful, quotes((harmful,)))], NOW)
    read_markdown(made("md", told))  # asserts that there is no link, picture or HTML
    assert Page(made("html", told)).attributes <= {"lang", "charset", "http-equiv", "content", "class", "style"}
    with zipfile.ZipFile(io.BytesIO(made("docx", told))) as archive:
        assert not [name for name in archive.namelist() if b'TargetMode="External"' in archive.read(name)]
    assert b"/URI" not in made("pdf", told)


@pytest.mark.parametrize("kind", list(READ))
def test_what_no_file_can_hold_is_written_as_its_escape(kind: str) -> None:
    lines = READ[kind](made(kind, contents("a\x00b", [Turn(1, "\x1b[2J", quotes(("c\x07\ufffe\ud800d",)))], NOW)))
    assert "a\\x00b" in lines
    assert "\\x1b[2J" in lines
    assert "c\\x07\ufffd\\ud800d" in lines


@pytest.mark.parametrize("kind", list(READ))
def test_what_no_file_can_hold_in_the_name_of_a_file(kind: str) -> None:
    citation = Citation(1, 1, "/d\uffff/a\ufffe\x01.txt", Locator(), "x", 0, 1)
    answer = Answer("q", "x [1]", True, "llm", (AnswerPart(0, 5, (1,)),), (citation,), model="/m/b\uffff.gguf")
    told = contents("t", [Turn(1, "q", answer)], NOW)
    assert told.questions[0].answers[0].sources[0].name == "a\ufffd\\x01.txt"
    assert any("b\ufffd.gguf" in line for line in READ[kind](made(kind, told)))


def test_files_of_one_name_are_told_apart_by_as_many_folders_as_it_takes() -> None:
    paths = ("/a/x/f.md", "/b/x/f.md", "/x/f.md", "C:\\y\\f.md", "/a/g.md", "/f.md")
    citations = tuple(Citation(n, n, path, Locator(), "x", 0, 1) for n, path in enumerate(paths, 1))
    told = contents("t", [Turn(1, "q", Answer("q", "x", True, "llm", (), citations))], NOW)
    assert [one.name for one in told.questions[0].answers[0].sources] == [
        "a/x/f.md",
        "b/x/f.md",
        "x/f.md",
        "y/f.md",
        "g.md",
        "f.md",
    ]
    assert len({name for name, _ in told.files}) == len(paths)


def test_in_chinese(qapp: QApplication) -> None:
    translation.use("zh_CN")
    for kind in KINDS:
        data = made(kind, contents("请假", [Turn(1, "怎么请假？", fake_engine.answer("怎么请假？", "x"))], NOW))
        told = read_pdf(data) if kind == "pdf" else bare("".join(READ[kind](data)))
        assert "通常一天之内就会批复。（未在原文中找到）" in told
        assert "[1]员工手册.pdf，第12页" in told or "[1]员工手册.pdf,第12页" in told


@pytest.mark.slow
def test_a_conversation_of_many_turns(qapp: QApplication) -> None:
    turns = [Turn(n, f"question {n}", WRITTEN) for n in range(60)]
    told = contents("t", turns, NOW)
    for kind, read in READ.items():
        assert len([line for line in read(made(kind, told)) if line.startswith("question ")]) == 60
    assert read_pdf(made("pdf", told)).count("Somesayso.(notfoundinthesources)") == 60


@pytest.mark.parametrize("kind", list(READ))
def test_the_question_of_a_single_answer_is_its_title(kind: str) -> None:
    lines = READ[kind](made(kind, contents("Costs?", [Turn(1, "Costs?", WRITTEN)], NOW)))
    assert lines.count("Costs?") == 1

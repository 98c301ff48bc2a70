# SPDX-License-Identifier: Apache-2.0
"""Simple formulas as letters; what is not understood stays as it was written; money is no formula."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.contract.answer import Answer
from desktop_app.ui.answer.answer_blocks import CODE, FORMULA, TextRun, blocks_of
from desktop_app.ui.answer.formulas import in_a_line, letters


def on_a_line(runs: Sequence[TextRun]) -> str:
    pieces: list[tuple[str, int]] = []
    for run in runs:
        if pieces and pieces[-1][1] == run.rise:
            pieces[-1] = (pieces[-1][0] + run.text, run.rise)
        else:
            pieces.append((run.text, run.rise))
    return "".join(in_a_line(text, rise) for text, rise in pieces)


def shown(text: str) -> str:
    return "\n".join(on_a_line(block.runs) for block in blocks_of(Answer("q", text, True, "llm"))[0])


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        (r"\frac{a}{b}", "a/b"),
        (r"\frac{1}{2}", "1⁄2"),
        (r"\frac{a + b}{2c}", "(a + b)/(2c)"),
        (r"x^2 + y^{10} = z_1", "x² + y¹⁰ = z₁"),
        (r"a_{n-1}^2", "aₙ₋₁²"),
        (r"x^{ab}", "x^(ab)"),
        (r"\sqrt{x+1} + \sqrt[3]{8}", "√(x + 1) + ∛8"),
        (r"\alpha\,\Omega \leq \pi", "α\u2009Ω ≤ π"),
        (r"\sum_{i=1}^{n} i \ne 0", "∑ᵢ₌₁ⁿ\u2009i ≠ 0"),
        (r"3 \times 4 \cdot 5 \pm 1 \to \infty", "3 × 4 · 5 ± 1 → ∞"),
        (r"E = mc^2", "E = mc²"),
        (r"-5 + (-b)", "−5 + (−b)"),
        (r"90^\circ", "90°"),
        (r"10\% \ge \$5", "10% ≥ $5"),
        (r"\text{总价} = \text{单价} \times 12", "总价 = 单价 × 12"),
        (r"\bar{x} \in \mathbb{R}", "x̄ ∈ ℝ"),
        (r"\left(\frac{a}{b}\right)^n", "(a/b)ⁿ"),
        (r"\mathrm{CO_2}", "CO₂"),
        (r"\sin x + f'(x)", "sin\u2009x + f′(x)"),
    ],
)
def test_simple_formulas(source: str, wanted: str) -> None:
    read = letters(source)
    assert read is not None
    assert on_a_line([TextRun(one.text, rise=one.rise) for one in read]) == wanted
    for written in (f"\\({source}\\)", f"$${source}$$", f"\\[{source}\\]", f"\\[\n{source}\n\\]"):
        assert shown(written) == wanted


@pytest.mark.parametrize(
    "source",
    [
        r"\begin{matrix} 1 \end{matrix}",
        r"e^{x^2}",
        r"\unknown{x}",
        r"\frac{a}",
        r"{a",
        "a}",
        r"x^",
        r"a & b",
        r"\sqrt[5]{x}",
        "金额 = 5",
        "",
        " ",
    ],
)
def test_what_is_not_understood_stays_as_written(source: str) -> None:
    assert letters(source) is None
    if source.strip():
        assert shown(f"before \\({source}\\) after") == f"before \\({source}\\) after"


@pytest.mark.parametrize(
    "text",
    [
        "$50 to $100",
        "It costs $5 and A$ 7",
        "US$50 = HK$390",
        "价格为$50（约¥350）或$60",
        "$1,000, $2,000 and $3,000.",
        "between $ 5 and $ 6",
        "from $20/month to $30/month",
        "a $ sign, an open \\( bracket, an open \\[ one",
        "$HOME/bin and $PATH",
    ],
)
def test_money_is_no_formula(text: str) -> None:
    assert shown(text) == text.replace("\\(", "(").replace("\\[", "[")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("$x^2$", "x²"),
        ("so $x$ is", "so x is"),
        ("$a + b = c$.", "a + b = c."),
        ("H$_2$O, 5 m$^{2}$", "H₂O, 5 m²"),
        ("US$50=5$", "US$50=5$"),
        (r"$\frac{a}{b}$，", "a/b，"),
    ],
)
def test_single_dollars(text: str, wanted: str) -> None:
    assert shown(text) == wanted


def test_a_formula_of_several_lines_is_one_block_between_its_paragraphs() -> None:
    blocks = blocks_of(Answer("q", "Thus:\n\\[\na\n- b\n\\]\nand\n\n$$\n\\alpha\n$$\n", True, "llm"))[0]
    assert [(block.kind, on_a_line(block.runs)) for block in blocks] == [
        ("text", "Thus:"),
        (FORMULA, "a − b"),
        ("text", "and"),
        (FORMULA, "α"),
    ]


def test_code_holds_no_formulas_and_keeps_its_spaces() -> None:
    text = "```python\ndef f(x):\n    return  x ** 2  # $x^2$ [1]\n\n\tpass\n```\nand `$x^2$ \\(a\\)`"
    code, words = blocks_of(Answer("q", text, True, "llm"))[0]
    assert code.kind == CODE
    assert code.runs[0].text == "def f(x):\n    return  x ** 2  # $x^2$ [1]\n\n\tpass"
    assert words.runs[1].text == "$x^2$ \\(a\\)"


def test_an_unfinished_formula_is_text_until_its_end_comes() -> None:
    assert shown("so \\(x^2") == "so (x^2"
    assert shown("so $x^2") == "so $x^2"
    assert shown("\\[\nx^2") == "[ x^2"
    assert shown("so \\(x^2\\)") == "so x²"


@given(st.text(alphabet="ab1 {}[]()^_\\\\$+-=,'&~%|fracsqrt左", max_size=80))
def test_any_text_is_a_formula_or_none(source: str) -> None:
    read = letters(source)
    assert read is None or read


@given(st.text(alphabet="a1 \n\\\\()[]$*_`#>|-~<!{}^:[1]甲。", max_size=120))
def test_any_markdown_can_be_shown(text: str) -> None:
    """Its letters are there, whatever it means; and a formula never takes what is around it."""
    blocks = blocks_of(Answer("q", f"before\n\n{text}\n\nafter 甲", True, "llm"))[0]
    assert on_a_line(blocks[0].runs) == "before"


def test_brackets_without_end_are_no_danger() -> None:
    assert letters("{" * 5000) is None
    assert letters(r"\frac{" * 2000) is None
    assert letters(r"\frac" * 2000) is None
    assert letters(r"\sqrt[" * 2000) is None
    started = time.perf_counter()
    shown("\\(" * 8_000)
    shown("$$ x" * 4_000)
    shown("\\[\nx\n" * 2_000)
    assert time.perf_counter() - started < 5

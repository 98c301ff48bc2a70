# SPDX-License-Identifier: Apache-2.0
"""One table of scripts: what stands in it, and that nobody else writes ranges down."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

from desktop_app.analysis import script, words

PACKAGE = Path(__file__).resolve().parents[2] / "desktop_app"
_EAST_ASIAN = f"{script.CJK}{script.HANGUL}{script.HANGUL_INITIALS}{script.HANGUL_FOLLOWING}"
# In a pattern's text "一-鿿", as characters or escaped; "第-第" in prose has no two characters in that order.
_RANGE = re.compile(rf"([{_EAST_ASIAN}])-([{_EAST_ASIAN}])")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})")


def ranges(text: str) -> list[str]:
    """Ranges of a character class that begin and end in East Asian scripts."""
    characters = _ESCAPE.sub(lambda match: chr(int(match[1] or match[2], 16)), text)
    return [match[0] for match in _RANGE.finditer(characters) if match[1] < match[2]]


def code_points(tree: ast.AST) -> list[int]:
    """East Asian code points that something is compared with from both sides."""
    between = (node for node in ast.walk(tree) if isinstance(node, ast.Compare) and len(node.ops) == 2)
    ends = (end.value for node in between for end in (node.left, node.comparators[-1]) if isinstance(end, ast.Constant))
    return [end for end in ends if isinstance(end, int) and end <= sys.maxunicode and re.match(f"[{_EAST_ASIAN}]", chr(end))]


@pytest.mark.parametrize("written", ["一-鿿", r"\u4e00-\u9fff", "[^ㄅ-ㄩa-z]", r"\U00020000-\U0003134f"])
def test_a_range_is_noticed_in_any_spelling(written: str) -> None:
    assert ranges(written)
    assert code_points(ast.parse("0x4E00 <= code <= 0x9FFF")) == [0x4E00, 0x9FFF]


def test_no_other_file_holds_a_range_of_east_asian_characters() -> None:
    for file in sorted(PACKAGE.rglob("*.py")):
        if file.name == "script.py":
            continue
        tree = ast.parse(file.read_text(encoding="utf-8"))
        # Docstrings are prose: "第-旧版" there is no range.
        prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
                assert not ranges(node.value), f"{file.name}:{node.lineno} has a table of its own; use analysis.script"
        assert not code_points(tree), f"{file.name} compares code points; use analysis.script"


@pytest.mark.parametrize(
    ("ranges_of", "members", "others"),
    [
        (script.HAN, "一鿿㐀豈々〇𠮷", "あア가a。Ａ"),
        (script.KANA, "あアー", "一ｱ가"),
        (script.HANGUL, "가힣", "一あ"),
        (script.CJK, "一あ。（Ａｱㄅ", "가a1“”"),
        (words.BIGRAMS, "一あ가々", "。Ａａ1"),
    ],
)
def test_what_belongs_to_a_script(ranges_of: str, members: str, others: str) -> None:
    assert all(re.match(f"[{ranges_of}]", character) for character in members)
    assert not any(re.match(f"[{ranges_of}]", character) for character in others)


@pytest.mark.parametrize(
    ("left", "right", "between"),
    [
        ("合同", "编号", ""),
        ("合同。", "（附件", ""),
        ("合同", "WL-300", " "),
        ("the", "end", " "),
        ("한국", "어", " "),
        ("", "a", ""),
    ],
)
def test_what_stands_between_two_stretches(left: str, right: str, between: str) -> None:
    assert script.glue(left, right) == between

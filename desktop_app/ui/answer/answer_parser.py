# SPDX-License-Identifier: Apache-2.0
"""Parses the Markdown of an answer into tokens.

CommonMark with tables, formulas, and names that contain Markdown's own signs.

Three things differ from CommonMark, each because a user's documents are full of them:

- ``C:\\Users\\_tmp\\*.xlsx``, ``__init__.py``, ``_tmp_`` and ``2*3*4`` are text, not emphasis with letters taken out;
- ``\\( … \\)``, ``\\[ … \\]``, ``$ … $`` and ``$$ … $$`` are formulas; "$50 to $100" is money;
- "[1]: …" is no link's address: a model that lists its sources would see the line vanish, and every [1] with it.

A formula is one only when its end has come, so that a stream shows its beginning as text until then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from desktop_app.analysis.script import CJK

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

INLINE, BLOCK = "formula", "formula_block"  # kinds of tokens
_STOPS = r"\s<>\"|`，。；：！？、（）“”"
# A drive's path, up to a space unless the next word has a backslash too ("C:\Program Files\x").
_PATH = re.compile(rf":\\(?:[^{_STOPS}]|[ ](?=[^{_STOPS}\\]*\\))*")
_SHARE = re.compile(rf"\\\\[\w.-]+\\[^{_STOPS}]+")
# One word between underscores is more often a name in a document than emphasis, for which models write "*".
UNDERSCORED = re.compile(r"(?<![A-Za-z0-9_])(__?)[A-Za-z0-9][A-Za-z0-9_]*?\1(?![A-Za-z0-9_*])")
_PRODUCT = re.compile(r"(?<=[A-Za-z0-9])\*(?=[A-Za-z0-9])")
# A formula has an end within 1,000 characters: a model that repeats "\(" would else be searched to its end each time.
_PARENTHESES = re.compile(r"\\\((?P<formula>.{1,1000}?)\\\)", re.DOTALL)
_BRACKETS = re.compile(r"\\\[(?P<formula>.{1,1000}?)\\\]", re.DOTALL)
_DOLLARS = re.compile(r"\$\$(?P<formula>[^$]{1,1000}?)\$\$", re.DOTALL)
_DOLLAR = re.compile(r"(?<![\w$\\])\$(?P<formula>[^\s$](?:[^$\n]*[^\s$\\])?)\$(?![\w$])")
_INDEX = re.compile(r"\$(?P<formula>[_^](?:\{[^{}$\n]*\}|\w))\$")  # H$_2$O, m$^2$
_MOST_LINES = 40  # of a formula that stands by itself
_LIKE_A_FORMULA = re.compile(r"[\\^_=+*/<>]|^[A-Za-z]$")
_WORDS = re.compile(rf"(?<![\\A-Za-z])[A-Za-z]{{3,}}(?![A-Za-z])|[{CJK}]")
_IN_COMMAND = re.compile(r"\\[A-Za-z]+(?:\{[^{}]*\})?")


@lru_cache(maxsize=1)
def parser() -> MarkdownIt:
    """The parser, imported with the first answer (25 ms)."""
    from markdown_it import MarkdownIt

    made = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("reference")
    made.inline.ruler.before("escape", "as_written", _as_written)
    made.inline.ruler.before("escape", "formula", _formula)
    made.block.ruler.before("fence", "formula_block", _formula_block, {"alt": ["paragraph"]})
    return made


def top_level(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """The tokens of one block after the other."""
    group: list[Token] = []
    depth = 0
    for token in tokens:
        group.append(token)
        depth += token.nesting
        if depth == 0:
            yield group
            group = []


def _as_written(state: StateInline, silent: bool) -> bool:
    """Paths, names and products that hold Markdown's signs."""
    source, at = state.src, state.pos
    match = None
    if (
        source[at] == ":"
        and at
        and source[at - 1].isascii()
        and source[at - 1].isalpha()
        and not source[at - 2 : at - 1].isalnum()
    ):
        match = _PATH.match(source, at)
    elif source[at] == "\\":
        match = _SHARE.match(source, at)
    elif source[at] == "_":
        match = UNDERSCORED.match(source, at)
    elif source[at] == "*":
        match = _PRODUCT.match(source, at)
    if match is None or match.end() > state.posMax:
        return False
    text = match[0]
    if "\\\\" in text[2:]:
        return False  # the model has doubled its backslashes
    if text.endswith(("**", "~~")):  # the path is bold
        text = text[:-2]
    if not silent:
        state.append_pending(text)
    state.pos += len(text)
    return True


def _formula(state: StateInline, silent: bool) -> bool:
    source, at = state.src, state.pos
    match, display = None, False
    if source[at] == "$":
        match = _DOLLARS.match(source, at)
        display = match is not None
        if match is None:
            match = _INDEX.match(source, at) or _DOLLAR.match(source, at)
        if match is not None and not display and not _is_formula(match["formula"]):
            match = None
    elif source[at] == "\\":
        match = _PARENTHESES.match(source, at)
        if match is None:
            match = _BRACKETS.match(source, at)
            display = match is not None
    if match is None or match.end() > state.posMax:
        return False
    if not silent:
        token = state.push(INLINE, "", 0)
        token.content, token.markup, token.meta = match["formula"], match[0], {"display": display}
    state.pos = match.end()
    return True


def _is_formula(inside: str) -> bool:
    """Whether what stands between two single dollars is a formula; "5 and A" of "$5 and A$" is none."""
    bare = _IN_COMMAND.sub("\\\\", inside)
    return _LIKE_A_FORMULA.search(inside) is not None and _WORDS.search(bare) is None


def _formula_block(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """Lines from "\\[" or "$$" at the start of one to the end of another; no empty line between them."""
    if state.is_code_block(first):
        return False
    lines: list[str] = []
    opening = closing = ""
    for number in range(first, min(last, first + _MOST_LINES)):
        line = state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]].rstrip()
        if number == first:
            opening = line[:2]
            closing = {"\\[": "\\]", "$$": "$$"}.get(opening, "")
            line = line[2:]
        if not closing or (number > first and not line):
            return False
        if closing in line:
            if not line.endswith(closing) or line.count(closing) > 1:
                return False
            lines.append(line.removesuffix(closing))
            break
        lines.append(line)
    else:
        return False
    formula = "\n".join(lines).strip()
    if not formula:
        return False
    if not silent:
        token = state.push(BLOCK, "", 0)
        token.content, token.markup, token.map = formula, f"{opening}\n{formula}\n{closing}", [first, first + len(lines)]
        state.line = first + len(lines)
    return True

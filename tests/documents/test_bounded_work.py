# SPDX-License-Identifier: Apache-2.0
"""Files made to keep a reader busy: its work grows as the file does, and what is not done is told.

Counted in calls of functions rather than in seconds, so that the machine has no say in it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest

from desktop_app.contract.document import Document
from desktop_app.documents.process import registry
from documents.making import quiet
from documents.open_documents import package, text_style
from documents.word.packages import Word, para

COLOURS = r"{\rtf1\ansi{\fonttbl{\f0 Arial;}}{\colortbl;\red255\green255\blue255;\red0\green0\blue0;}"
SPANNED = '<w:tc><w:tcPr><w:gridSpan w:val="1000"/></w:tcPr><w:p><w:r><w:t>x</w:t></w:r></w:p></w:tc>'


def _html(make: Callable[[int], str]) -> Callable[[Path, int], Path]:
    def write(folder: Path, count: int) -> Path:
        path = folder / f"{count}.html"
        path.write_text("<p>The rent is 900 euro.</p>" + make(count), encoding="utf-8")
        return path

    return write


def _rtf(make: Callable[[int], str]) -> Callable[[Path, int], Path]:
    def write(folder: Path, count: int) -> Path:
        path = folder / f"{count}.rtf"
        path.write_text(COLOURS + make(count) + "}", encoding="ascii")
        return path

    return write


def _docx(make: Callable[[int], str], styles: Callable[[int], str] = lambda _: "") -> Callable[[Path, int], Path]:
    return lambda folder, count: Word([], make(count), styles=styles(count)).write(folder / f"{count}.docx")


def _odt(
    make: Callable[[int], str], styles: Callable[[int], str] = lambda _: "", masters: str = ""
) -> Callable[[Path, int], Path]:
    return lambda folder, count: package(folder / f"{count}.odt", "text", make(count), styles(count), masters=masters)


HOSTILE = {
    "comments without an end": _html(lambda n: "<!--" * n),
    "comments without an end, in tags": _html(lambda n: "<!-- >" * n),
    "marked sections": _html(lambda n: "<![CDATA[" * n + "<![odd" * n),
    "marked sections without an end": _html(lambda n: "<![CDATA[ >" * n),
    "tags without an end": _html(lambda n: "<a " * n),
    "quotes without an end": _html(lambda n: '<a b=">' * n),
    "end tags of nothing": _html(lambda n: "<b>" * 150 + "<div></i></p>" * n),
    "rules for every element": _html(
        lambda n: (
            "<style>" + "".join(f".a .b p{{color:#{i:06x}}}" for i in range(1_900)) + "</style>"
            "<div class=a><div class=b>" + "".join(f'<p style="left:{i}px">x' for i in range(n))
        )
    ),
    "colours in turn": _rtf(lambda n: r"\cf1 a\cf2 b" * n + r"\par"),
    "cells": _rtf(lambda n: r"\trowd\pard\intbl x\cell {\v y}\cell\row" * n),
    "struck in turn": _rtf(lambda n: r"\strike a\strike0 b" * n + r"\par"),
    "runs of one paragraph": _docx(lambda n: para(*["abc"] * n)),
    "styles on styles": _docx(
        lambda n: "".join(para("x", style=f"s{i}") for i in range(n)),
        lambda n: "".join(
            f'<w:style w:type="paragraph" w:styleId="s{i}"><w:basedOn w:val="s{i - 1}"/></w:style>' for i in range(n)
        ),
    ),
    "cells that cover a thousand": _docx(lambda n: "<w:tbl>" + ("<w:tr>" + SPANNED * 10 + "</w:tr>") * n + "</w:tbl>"),
    "parents of styles": _odt(
        lambda n: "".join(f"<text:p text:style-name='s{i}'>x</text:p>" for i in range(n)),
        lambda n: "".join(text_style(f"s{i}", "fo:font-size='90%'", f"s{i - 1}", "paragraph") for i in range(n)),
    ),
}


def _read_counted(path: Path) -> tuple[int, Document]:
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        document = registry.read(path, quiet)
    finally:
        sys.setprofile(before)
    return calls, document


@pytest.mark.parametrize("kind", HOSTILE)
def test_work_grows_as_the_file_does(kind: str, tmp_path: Path) -> None:
    _read_counted(HOSTILE[kind](tmp_path, 10))  # what is imported and remembered once
    few, _ = _read_counted(HOSTILE[kind](tmp_path, 100))
    many, document = _read_counted(HOSTILE[kind](tmp_path, 400))
    assert many <= 4.6 * few, (few, many)
    assert document.segments


def test_rules_that_are_too_many_for_a_page_hide_nothing_more(tmp_path: Path) -> None:
    make = HOSTILE["rules for every element"]
    few, _ = _read_counted(make(tmp_path, 400))
    many, document = _read_counted(make(tmp_path, 800))
    assert many - few < 400 * 300  # the rules alone are 1,900
    assert len(document.segments) == 801


def test_nothing_but_columns_is_lost_of_cells_that_cover_thousands(tmp_path: Path) -> None:
    document = registry.read(HOSTILE["cells that cover a thousand"](tmp_path, 500), quiet)
    assert document.partial == "partly_read"
    assert len(document.segments) == 500
    assert all(segment.text.count("x") == 10 for segment in document.segments)


def test_empty_cells_that_repeat_do_not_fill_the_memory(tmp_path: Path) -> None:
    repeated = "<table:table-cell table:number-columns-repeated='64'/>" * 300
    row = f"<table:table-row>{repeated}<table:table-cell><text:p>x</text:p></table:table-cell></table:table-row>"
    few, _ = _read_counted(_odt(lambda n: f"<table:table>{row * n}</table:table>")(tmp_path, 2))
    assert few < 60_000

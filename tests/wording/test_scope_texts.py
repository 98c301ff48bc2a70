# SPDX-License-Identifier: Apache-2.0
"""Names of kinds, languages and periods, in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from desktop_app.contract.file_kinds import FILE_KINDS, OTHER
from desktop_app.foundation import translation
from desktop_app.wording import scope_texts


@pytest.fixture
def chinese() -> Iterator[None]:
    translation.use("zh_CN")
    yield
    translation.use("en")


def test_every_kind_has_a_name() -> None:
    assert all(not scope_texts.kind_name(kind).startswith(".") for kind in (*FILE_KINDS, OTHER))
    assert scope_texts.kind_name("py") == ".py"


@pytest.mark.usefixtures("chinese")
def test_names_in_chinese() -> None:
    assert [scope_texts.kind_name(kind) for kind in ("word", "spreadsheet", "pdf")] == ["Word 文档", "表格", "PDF"]
    assert [scope_texts.language_name(code) for code in ("zh", "xx", "tlh")] == ["中文", "其他语言", "tlh"]
    assert scope_texts.period(scope_texts.year(2024)[0], None) == "2024-01-01 以后"


def test_periods() -> None:
    first, after = scope_texts.year(2025)
    assert scope_texts.period(first, after) == "2025"
    assert scope_texts.period(None, after) == "until 2025-12-31"
    assert scope_texts.period(first, None) == "since 2025-01-01"
    assert scope_texts.period(first, first + 10 * 86_400) == "2025-01-01 – 2025-01-10"
    assert scope_texts.period(None, None) == ""

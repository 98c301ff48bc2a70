# SPDX-License-Identifier: Apache-2.0
"""Kinds of files: each ending in one of them, and every format that people write."""

from __future__ import annotations

import pytest

from desktop_app.contract.file_kinds import FILE_KINDS, OTHER, endings_of, kind_of
from desktop_app.documents.process.registry import READERS, SUFFIXES

_FOR_PROGRAMS = {"code", "json", "xml", "notebook", "visio", "odf", "rare"}


def test_an_ending_is_of_one_kind_and_can_be_read() -> None:
    endings = [ending for kind in FILE_KINDS.values() for ending in kind]
    assert len(endings) == len(set(endings))
    assert {f".{ending}" for ending in endings} <= set(SUFFIXES)


def test_whatever_people_write_is_of_a_kind() -> None:
    suffixes = [suffix for reader in READERS if reader.name not in _FOR_PROGRAMS for suffix in reader.suffixes]
    assert [suffix for suffix in suffixes if kind_of(f"/甲{suffix}") == OTHER] == []


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/资料/合同.DOCX", "word"), ("/a.wps", "word"), ("/a.b/readme", OTHER), ("/表.et", "spreadsheet"), ("/x.py", OTHER)],
)
def test_the_kind_of_a_file(path: str, kind: str) -> None:
    assert kind_of(path) == kind


def test_a_kind_stands_for_its_endings_and_an_ending_for_itself() -> None:
    assert endings_of(("pdf", "py", "pdf")) == ("pdf", "ofd", "py")

# SPDX-License-Identifier: Apache-2.0
"""The pages for people who install name the files that are made, and say the same in both languages."""

from __future__ import annotations

import re

import pytest
from building.recipe import ROOT

PAGES = ("README.md", "README.zh.md")
SYSTEMS = {
    "setup.exe": "windows",
    "portable.zip": "windows",
    "deb": "linux",
    "rpm": "linux",
    "portable.tar.zst": "linux",
    "dmg": "macos",
}


def page(name: str) -> str:
    return (ROOT / "docs" / "install" / name).read_text(encoding="utf-8")


def made() -> set[str]:
    """What the packers call their files, for a version that people see."""
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "packaging" / "building").glob("*.py"))
    endings = {ending for text in sources for ending in re.findall(r'build\.out / f"\{build\.name\}([-.][\w.-]+)"', text)}
    return {f"Inkstone-<version>-{SYSTEMS[ending.lstrip('-.')]}{ending}" for ending in endings}


@pytest.mark.parametrize("name", PAGES)
def test_the_files_are_those_that_are_made(name: str) -> None:
    rows = re.findall(r"^\|[^|]+\| `(Inkstone-<[^`]+)` \|", page(name), re.MULTILINE)
    assert {row.replace("<版本>", "<version>") for row in rows} == made()
    assert len(rows) == 6


def shape(text: str) -> list[str]:
    """What does not depend on the language: headings by their depth, rows by their columns, pictures, commands."""
    found = []
    for line in text.splitlines():
        if line.startswith("#"):
            found.append(line.split(" ")[0])
        elif line.startswith("|"):
            found.append("|" * line.count("|"))
        found += re.findall(r"pictures/([\w-]+)-(?:en|zh)\.png", line)
        found += [line] if line.startswith(("sudo ", "tar ", "Inkstone/")) else []
    return found


def test_both_languages_say_the_same() -> None:
    english, chinese = (shape(page(name)) for name in PAGES)
    assert english == chinese
    assert len(english) > 60

# SPDX-License-Identifier: Apache-2.0
"""The pages for people who install name the files that are made, and say the same in both languages."""

from __future__ import annotations

import re

import pytest
from building import notices, sbom
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


@pytest.mark.parametrize(
    "name", [*PAGES, "administrators.md", "administrators.zh.md", "windows-setup.md", "windows-setup.zh.md"]
)
def test_every_installer_that_a_page_names_is_made(name: str) -> None:
    text = re.sub(r"<version>|<版本>|0\.\d\.0", "<version>", page(name))
    named = set(re.findall(r"[\w.<>-]*(?:-setup\.exe|-portable\.(?:zip|tar\.zst)|\.deb|\.rpm|\.dmg)(?![\w.])", text))
    whole = {one.replace("-light", "").replace("-older", "") for one in named if "nkstone" in one}
    assert whole
    assert whole <= made()


@pytest.mark.parametrize("name", ["README.zh.md", "administrators.zh.md", "windows-setup.zh.md"])
def test_chinese_pages_lead_to_chinese_ones(name: str) -> None:
    leads = re.findall(r"\]\(([\w-]+)\.md\b", page(name))
    own = name.partition(".")[0]
    assert [lead for lead in leads if lead != own and (ROOT / "docs" / "install" / f"{lead}.zh.md").exists()] == []


@pytest.mark.parametrize("name", ["administrators.md", "administrators.zh.md"])
def test_the_page_for_administrators_says_where_the_licences_lie(name: str) -> None:
    for told in ("share/inkstone", f"`{notices.NAME}`", f"`{sbom.NAME}`"):
        assert told in page(name)


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

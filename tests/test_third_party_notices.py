# SPDX-License-Identifier: Apache-2.0
"""Licences: all that is shipped goes with Apache-2.0, and the notices name it with its text."""

from __future__ import annotations

import importlib.util
import tomllib
from importlib.metadata import PathDistribution
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = ROOT / "packaging" / "third_party_notices.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("third_party_notices", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def found(script: ModuleType) -> Any:
    return script.packages()


def test_every_licence_goes_with_ours(script: ModuleType, found: Any) -> None:
    assert script.problems(found) == [], "leave it out, or read its licence and name it in packaging/third_party_notices.py"


def test_what_is_needed_in_turn_is_looked_at(found: Any) -> None:
    names = {package.name for package in found}
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    ours = {canonicalize_name(Requirement(one).name) for one in needed}
    left_out = {"openvino", "llama-cpp-python"}  # by `make light`
    assert ours - names <= left_out
    assert {"shapely", "opencv-python-headless", "cryptography", "shiboken6"} <= names - ours  # cryptography: an extra of pypdf
    assert names.isdisjoint({"pytest", "ruff", "reportlab", "pdfplumber"})


def test_the_readme_says_why_each_package_is_there() -> None:
    """In "What it is made of", the first column."""
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    table = (ROOT / "README.md").read_text(encoding="utf-8").partition("## What it is made of")[2]
    named = [canonicalize_name(line.split("|")[1].replace(" ", "-")) for line in table.splitlines() if line.startswith("|")]
    missing = [one for one in needed if not any(canonicalize_name(Requirement(one).name) in row for row in named)]
    assert missing == []


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("MIT", True),
        ("GPL-3.0-only", False),
        ("AGPL-3.0-or-later", False),
        ("LGPL-3.0-only", False),
        ("MIT OR GPL-3.0-only", True),
        ("GPL-2.0-only OR MIT", True),
        ("MIT AND GPL-3.0-only", False),
        ("MPL-2.0 AND (Apache-2.0 OR GPL-3.0-only)", True),
        ("(MIT OR Apache-2.0) AND GPL-2.0-only", False),
        ("Apache-2.0 WITH LLVM-exception", True),
        ("GPL-3.0-only WITH LLVM-exception", False),
        ("", False),
        ("(MIT", False),
        ("MIT MIT", False),
    ],
)
def test_expressions(script: ModuleType, licence: str, allowed: bool) -> None:
    assert script.is_allowed("some-package", licence) is allowed


def test_qt_alone_may_be_lgpl(script: ModuleType) -> None:
    assert script.is_allowed("pyside6-essentials", "LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only")
    assert not script.is_allowed("pyside6-essentials", "GPL-3.0-only")


@pytest.mark.parametrize(
    ("metadata", "licence", "allowed"),
    [
        ("License-Expression: Apache-2.0 OR MIT", "Apache-2.0 OR MIT", True),
        ("License: MIT License", "MIT", True),
        ("License: GPL", "GPL", False),
        (
            "Classifier: License :: OSI Approved :: GNU Affero General Public License v3",
            "GNU Affero General Public License v3",
            False,
        ),
        ("Classifier: License :: OSI Approved :: Apache Software License", "Apache-2.0", True),
        ("Summary: says nothing", "", False),
    ],
)
def test_what_a_package_says_of_itself(script: ModuleType, tmp_path: Path, metadata: str, licence: str, allowed: bool) -> None:
    folder = tmp_path / "some_package-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(f"Metadata-Version: 2.4\nName: some-package\nVersion: 1.0\n{metadata}\n", encoding="utf-8")
    found = script.licence_of("some-package", PathDistribution(folder))
    assert found == licence
    assert script.problems([script.Package("some-package", "1.0", found, (), "")]) == (
        [] if allowed else [f"some-package 1.0: {licence or 'unknown licence'}"]
    )


def test_the_notices_name_all_of_it_with_its_text(script: ModuleType, found: Any) -> None:
    page = script.page(found)
    for package in found:
        assert f"| {package.name} | {package.version} | {package.licence} |" in page
        assert package.texts or f"{package.name} (" in page.rpartition("Without a text")[2]
    for text in ("PP-OCR", "all-MiniLM-L6-v2", "multilingual-e5-small", "OpenCC", "LGPL-3.0", "Copyright"):
        assert text in page

# SPDX-License-Identifier: Apache-2.0
"""Lock files: they pin what the program needs, at the tested versions."""

from __future__ import annotations

from pathlib import Path

import lock
import pytest
from building import downloads
from building.recipe import BuildError
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

SYSTEMS = ("windows", "linux", "macos")


@pytest.fixture(params=SYSTEMS)
def pins(request: pytest.FixtureRequest) -> list[downloads.Pin]:
    return downloads.pins(lock.LOCKS / f"{request.param}.txt")


def test_versions_are_those_of_the_constraints(pins: list[downloads.Pin]) -> None:
    versions = lock.pinned_versions()
    assert {pin.name: pin.version for pin in pins} == {pin.name: versions.get(pin.name) for pin in pins}


def test_all_that_the_program_needs_is_pinned_once(pins: list[downloads.Pin]) -> None:
    names = [pin.name for pin in pins]
    assert names == sorted(set(names))
    assert {canonicalize_name(needed.name) for needed in lock.wanted_by_the_program()} <= set(names)


def test_nothing_that_is_left_out_is_pinned(pins: list[downloads.Pin]) -> None:
    assert lock.left_out().keys().isdisjoint(pin.name for pin in pins)


def test_conditions_are_judged_for_the_target() -> None:
    needed = Requirement('colorama; sys_platform == "win32"')
    assert lock.applies(needed, "windows", frozenset())
    assert not lock.applies(needed, "linux", frozenset())
    assert lock.applies(Requirement('cryptography; extra == "crypto"'), "linux", frozenset({"crypto"}))
    assert not lock.applies(Requirement('cryptography; extra == "crypto"'), "linux", frozenset())


def test_a_line_without_a_hash_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "linux.txt"
    path.write_text("# head\nlxml==6.1.3\n", encoding="utf-8")
    with pytest.raises(BuildError, match="line 2 pins nothing"):
        downloads.pins(path)

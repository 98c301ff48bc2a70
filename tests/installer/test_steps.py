# SPDX-License-Identifier: Apache-2.0
"""The steps of the build are those that its page lists, and each stands where it is named."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

from building.recipe import ROOT


def steps() -> tuple[tuple[str, tuple[str, ...], str], ...]:
    """Of packaging/build.py; by its path, because a package of that name may be installed."""
    spec = importlib.util.spec_from_file_location("installers_build", ROOT / "packaging" / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: tuple[tuple[str, tuple[str, ...], str], ...] = module.STEPS
    return found


def test_the_table_of_the_page_is_the_program_s() -> None:
    page = (ROOT / "packaging" / "README.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| (\w+) \| (\w+) \| `(\w+)\.py` \| .+ \|$", page, re.MULTILINE)
    names = {"windows": "Windows", "linux": "Linux", "macos": "macOS"}
    assert table == [
        (name, names[systems[0]] if systems else "all", place.split(":")[0].removeprefix("building."))
        for name, systems, place in steps()
    ]


def test_each_step_is_a_function_of_its_file() -> None:
    for _, _, place in steps():
        module, function = place.split(":")
        file = Path(ROOT / "packaging" / module.replace(".", "/")).with_suffix(".py")
        assert re.search(rf"^def {function}\(build: Build\) -> None:$", file.read_text(encoding="utf-8"), re.MULTILINE), place

# SPDX-License-Identifier: Apache-2.0
"""The check of imports finds them all, and says what is missing."""

from __future__ import annotations

from pathlib import Path

import try_imports


def test_imports_inside_functions_are_found(tmp_path: Path) -> None:
    (tmp_path / "desktop_app").mkdir()
    (tmp_path / "desktop_app" / "one.py").write_text(
        "import json, lxml.etree\n\n\ndef later():\n    from nowhere.deep import thing\n    from desktop_app import two\n",
        encoding="utf-8",
    )
    wanted = try_imports.third_party(tmp_path)
    assert wanted == {"lxml.etree": set(), "nowhere.deep": {"thing"}}
    assert try_imports.missing(wanted, set()) == ["nowhere.deep: No module named 'nowhere'"]
    assert try_imports.missing(wanted, {"nowhere"}) == []


def test_a_name_that_a_module_lacks_is_missing() -> None:
    assert try_imports.missing({"json": {"dumps", "nothing"}}, set()) == ["json: No module named 'json.nothing'"]

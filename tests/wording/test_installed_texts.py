# SPDX-License-Identifier: Apache-2.0
"""How Inkstone was installed is said for every form, and where its data lie."""

from __future__ import annotations

import sys
import types
from pathlib import Path

import pytest

from desktop_app.foundation import translation
from desktop_app.foundation.installed import Installation
from desktop_app.wording import installed_texts

ROOT = Path("/opt/inkstone")


@pytest.fixture(autouse=True)
def english() -> None:
    translation.use("en")


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("setup", "Installed for you in /opt/inkstone."),
        ("portable", "Portable: the whole program lies in /opt/inkstone."),
        ("package", "Installed for all users of this PC in /opt/inkstone."),
        ("app", "Installed in /opt/inkstone."),
        ("another", "Installed in /opt/inkstone."),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="paths of POSIX")
def test_each_form_is_said(form: str, words: str) -> None:
    assert installed_texts.installed_in(Installation(ROOT, form, "1", light=False), Path("/nowhere")) == words


def test_a_checkout_is_said_and_names_are_shown_on_one_line() -> None:
    assert installed_texts.installed_in(None, Path("a\nb")) == r"Started from its source code in a\nb."
    assert installed_texts.form("source") == "source code"
    assert installed_texts.form("un\nknown") == r"un\nknown"


def test_data_that_travel_are_told_from_those_that_stay() -> None:
    portable = Installation(ROOT, "portable", "1", light=False)
    assert "travel with it" in installed_texts.data_in(portable, ROOT / "data")
    assert "no other place" in installed_texts.data_in(portable, Path("/elsewhere"))  # INKSTONE_HOME
    assert "no other place" in installed_texts.data_in(None, Path("/home/me"))


@pytest.mark.parametrize(("noted", "expected"), [("C:\\Inkstone\\", True), ("D:\\Other", False), (None, False)])
def test_the_set_up_for_all_users_is_known_by_its_note(
    noted: str | None, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Key:
        def __enter__(self) -> None:
            pass

        def __exit__(self, *_: object) -> None:
            pass

    def open_key(*_: object, access: int) -> Key:
        assert access == 0x20119
        if noted is None:
            raise FileNotFoundError
        return Key()

    registry = types.SimpleNamespace(HKEY_LOCAL_MACHINE=1, OpenKey=open_key, QueryValueEx=lambda key, name: (noted, 1))
    monkeypatch.setitem(sys.modules, "winreg", registry)
    monkeypatch.setattr(sys, "platform", "win32")
    here = Installation(Path("c:\\inkstone"), "setup", "1", light=False)
    assert here.for_all_users is expected

# SPDX-License-Identifier: Apache-2.0
"""Reads a policy file and says what is wrong with it.

    # /etc/inkstone/policy.toml
    export = false
    document_places = ['D:\\Documents', '\\\\server\\share']

    [fixed]                     # nobody can change these
    ocr = "off"
    library = 'D:\\Inkstone\\{user}'

    [defaults]                  # these hold until a user chooses otherwise
    language = "zh_CN"

Anything wrong in it is a ``Problem``, also a key that this version does not know: a misspelt ``exprot = false`` would otherwise allow what it was
to forbid. ``{user}`` in a path is the name of the account, asked of the system, because a variable of the environment could be changed.
"""

from __future__ import annotations

import codecs
import os
import re
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.foundation.policy.policy_rules import RULES, Policy, PolicyRule
from desktop_app.foundation.settings import SETTINGS, Setting, Value, fits

TABLES = ("fixed", "defaults")
PATHS = ("library", "model_folder", "llm", "reranker")
"""Settings that are paths, in which ``{user}`` may stand."""
_MOST_DAYS = 36_500
_ENDING = re.compile(r"[a-z0-9_+-]+")


def read(path: Path) -> Policy:
    """The policy in ``path``. Raises ``EnvironmentProblem``: policy_unreadable, policy_syntax, policy_unknown, policy_value."""
    try:
        text = decoded(path.read_bytes())
    except OSError as error:
        raise EnvironmentProblem("policy_unreadable", path=path, detail=error.strerror or error) from error
    except UnicodeDecodeError as error:
        raise EnvironmentProblem("policy_unreadable", path=path, detail="UTF-8") from error
    try:
        stored = tomllib.loads(text)
    except ValueError as error:
        raise EnvironmentProblem("policy_syntax", path=path, detail=error) from error
    return _Checked(path, text).policy(stored)


def decoded(data: bytes) -> str:
    """The text of a file in UTF-8, or in UTF-16 with its mark, as Windows' own editor and set-up programs write it."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16")
    return data.decode("utf-8-sig")


def with_user(value: str) -> str:
    """``value`` with the name of this account in place of ``{user}``."""
    return value.replace("{user}", _user_name()) if "{user}" in value else value


def _user_name() -> str:
    if sys.platform == "win32":
        import ctypes

        length = ctypes.c_ulong(257)
        name = ctypes.create_unicode_buffer(length.value)
        ctypes.windll.advapi32.GetUserNameW(name, ctypes.byref(length))
        return name.value
    import pwd

    return pwd.getpwuid(os.geteuid()).pw_name


class _Checked:
    """One file; knows the lines of its keys, which a TOML reader does not tell."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._lines = text.splitlines()

    def policy(self, stored: Mapping[str, object]) -> Policy:
        rules = {
            key: self._rule(self._known(RULES, key, ""), value)
            for key, value in stored.items()
            if not (key in TABLES and isinstance(value, dict))
        }
        settings = {}
        for table in TABLES:
            part = stored.get(table, {})
            assert isinstance(part, dict)  # else it was taken for a rule, which it is not
            settings[table] = {key: self._setting(table, key, value) for key, value in part.items()}
        return Policy(str(self._path), settings["fixed"], settings["defaults"], rules)

    def _known(self, table: Mapping[str, PolicyRule], key: str, where: str) -> PolicyRule:
        if key not in table:
            raise EnvironmentProblem("policy_unknown", path=self._path, line=self._line(where, key), key=key)
        return table[key]

    def _rule(self, rule: PolicyRule, value: object) -> Value:
        if rule.kind == "switch":
            if isinstance(value, bool):
                return value
            raise self._wrong("", rule.key, value, "true, false")
        if rule.kind == "days":
            if type(value) is int and 0 <= value <= _MOST_DAYS:
                return value
            raise self._wrong("", rule.key, value, f"0–{_MOST_DAYS}")
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise self._wrong("", rule.key, value, '["…", "…"]')
        return [self._name(rule, one) for one in value]

    def _name(self, rule: PolicyRule, value: str) -> str:
        if rule.kind == "settings":
            if value in SETTINGS and not SETTINGS[value].internal:
                return value
            raise self._wrong("", rule.key, value, ", ".join(key for key, one in SETTINGS.items() if not one.internal))
        if rule.kind == "endings":
            ending = value.lower().removeprefix(".")
            if _ENDING.fullmatch(ending):
                return ending
            raise self._wrong("", rule.key, value, '["pdf", "docx"]')
        place = with_user(value)
        if os.path.isabs(place):
            return os.path.normpath(place)
        raise self._wrong("", rule.key, value, r"'D:\…', '\\server\share', '/srv/…'")

    def _setting(self, table: str, key: str, value: object) -> Value:
        setting = SETTINGS.get(key)
        if setting is None or setting.internal:
            raise EnvironmentProblem("policy_unknown", path=self._path, line=self._line(table, key), key=key)
        if not fits(setting, value):
            raise self._wrong(table, key, value, _expected(setting))
        assert isinstance(value, str | int | bool | list)
        if key in PATHS and value and isinstance(value, str):
            place = with_user(value)
            if not os.path.isabs(place):
                raise self._wrong(table, key, value, r"'D:\…', '/srv/…'")
            return place
        return value

    def _wrong(self, table: str, key: str, value: object, expected: str) -> EnvironmentProblem:
        line = self._line(table, key)
        return EnvironmentProblem("policy_value", path=self._path, line=line, key=key, value=value, expected=expected)

    def _line(self, table: str, key: str) -> int:
        """The line on which ``key`` stands in ``table`` ("" for the top); 1 where it is written in a way that is not looked for."""
        there = ""
        for number, line in enumerate(self._lines, 1):
            head = re.match(r"\s*\[+\s*([\w.\"'-]+)", line)
            if head:
                there = head[1].strip("\"'")
                if not table and there == key:
                    return number
            elif there == table and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[.=]", line):
                return number
        return 1


def _expected(setting: Setting) -> str:
    if setting.choices:
        return ", ".join(f'"{choice}"' for choice in setting.choices)
    if isinstance(setting.default, bool):
        return "true, false"
    if isinstance(setting.default, int):
        return f"{setting.least}–{setting.most}"
    return '"…"'

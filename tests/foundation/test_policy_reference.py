# SPDX-License-Identifier: Apache-2.0
"""The pages for administrators name every rule and setting, and their example is a policy.

``python -m tests.foundation.test_policy_reference`` writes the tables anew.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from desktop_app.foundation import translation
from desktop_app.foundation.policy import policy_file
from desktop_app.foundation.policy.policy_rules import RULES
from desktop_app.foundation.settings import SETTINGS, Setting
from desktop_app.foundation.translation import translate

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "install"
PAGES = {"en": FOLDER / "administrators.md", "zh_CN": FOLDER / "administrators.zh.md"}
HEADS = {
    "en": (("rule", "kind", "default", "what it is about"), ("setting", "values", "default", "what it is")),
    "zh_CN": (("规则", "类型", "默认", "含义"), ("设置项", "可用的值", "默认", "含义")),
}
KINDS = {
    "en": {
        "switch": "switch",
        "days": "days",
        "folders": "list of folders",
        "endings": "list of endings",
        "settings": "list of settings",
    },
    "zh_CN": {"switch": "开关", "days": "天数", "folders": "文件夹列表", "endings": "扩展名列表", "settings": "设置项列表"},
}
TEXT = {"en": "path", "zh_CN": "路径"}


def tables(language: str) -> dict[str, str]:
    before = translation.current()
    translation.use(language)
    try:
        rules = [
            (f"`{rule.key}`", KINDS[language][rule.kind], _toml(rule.default), translate(rule.help)) for rule in RULES.values()
        ]
        shown = [one for one in SETTINGS.values() if not one.internal]
        settings = [(f"`{one.key}`", _values(one, language), _toml(one.default), translate(one.title)) for one in shown]
    finally:
        translation.use(before)
    heads = HEADS[language]
    return {"rules": _table(heads[0], rules), "settings": _table(heads[1], settings)}


def _toml(value: object) -> str:
    return f"`{json.dumps(value)}`"


def _values(setting: Setting, language: str) -> str:
    if setting.choices:
        return " ".join(f'`"{choice}"`' for choice in setting.choices)
    if isinstance(setting.default, bool):
        return "`true` `false`"
    return f"{setting.least}–{setting.most}" if isinstance(setting.default, int) else TEXT[language]


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    return "\n".join(["", *(f"| {' | '.join(row)} |" for row in (head, ("---",) * len(head), *rows)), "", ""])


def written(page: Path, language: str) -> str:
    text = page.read_text(encoding="utf-8")
    for name, table in tables(language).items():
        assert f"<!-- {name} -->\n" in text
        text = re.sub(
            rf"(?<=<!-- {name} -->\n).*?(?=<!-- end -->)", lambda _, table=table: table, text, count=1, flags=re.DOTALL
        )
    return text


@pytest.mark.parametrize("language", PAGES)
def test_the_reference_is_complete(language: str) -> None:
    page = PAGES[language]
    assert page.read_text(encoding="utf-8") == written(page, language), "python -m tests.foundation.test_policy_reference"


@pytest.mark.parametrize("language", PAGES)
def test_the_example_is_a_policy(language: str, tmp_path: Path) -> None:
    found = re.search(r"<!-- example -->\n```toml\n(.*?)```", PAGES[language].read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    file = tmp_path / "policy.toml"
    # On this system the drives of its example are folders.
    file.write_text(re.sub(r"D:\\|\\\\", "/", found[1]), encoding="utf-8")
    policy = policy_file.read(file)
    assert not policy.allows("export")
    assert policy.fixed["ocr"] == "off"
    assert policy.defaults["language"] == "zh_CN"


if __name__ == "__main__":
    for code, place in PAGES.items():
        place.write_text(written(place, code), encoding="utf-8")

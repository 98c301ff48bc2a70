# SPDX-License-Identifier: Apache-2.0
"""``tr``: every string for people, English in the source, other languages in ``resources/translations/<language>.json``.

Not Qt's own translator, because the command line speaks to people too and must not import Qt, and because a plain JSON file
needs no build step. ``tests/test_translation.py`` reads every ``tr("...")`` literal from the source and fails on one that has
no Chinese, on one that nothing uses, and on placeholders that differ.
"""

from __future__ import annotations

import logging
import os
from functools import lru_cache

from desktop_app.foundation import paths

log = logging.getLogger(__name__)

LANGUAGES = {"en": "English", "zh_CN": "简体中文"}
_current = "en"


def use(language: str) -> str:
    """Switch to ``language`` ("auto" asks the system) for every ``tr`` from now on; returns the language in force."""
    global _current
    _current = _system_language() if language == "auto" else language
    if _current not in LANGUAGES:
        _current = "en"
    return _current


def current() -> str:
    return _current


def tr(source: str, /, **values: object) -> str:
    """``source`` in the language in force, with ``{name}`` placeholders filled from ``values``.

    ``source`` must be a literal, so that the test can collect it. A text that depends on a number gives both forms,
    "one|many", and the number as ``n``: ``tr("{n} file|{n} files", n=3)``; Chinese has one form.
    """
    text = _catalogue(_current).get(source, source)
    if "|" in text and "n" in values:
        one, many = text.split("|", 1)
        text = one if values["n"] == 1 else many
    return text.format(**values) if values else text


@lru_cache(maxsize=4)
def _catalogue(language: str) -> dict[str, str]:
    if language == "en":
        return {}
    import json

    file = paths.resources() / "translations" / f"{language}.json"
    try:
        catalogue: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        log.warning("translation %s is not readable: %s", file, error)
        return {}
    return catalogue


def _system_language() -> str:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value:
            return "zh_CN" if value.lower().startswith("zh") else "en"
    import locale

    return "zh_CN" if (locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")) else "en"

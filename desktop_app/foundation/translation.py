# SPDX-License-Identifier: Apache-2.0
"""Translation of texts for people: gettext, with English in the source.

``tr("Add a folder")`` translates a text, ``trn("{n} file", "{n} files", count)`` one that depends on a number; ``tr_noop`` marks the texts
of a table, which ``translate`` translates when one is taken out. The Chinese is in ``resources/translations/zh_CN/LC_MESSAGES/inkstone.po``.
``make translations`` collects new texts into it and compiles the ``.mo`` beside it; both are committed, so that the program runs from a
checkout without Babel. ``tests/foundation/test_translation.py`` fails on a text without its Chinese, on Chinese that nothing uses, on
placeholders that differ, and on a ``.mo`` that is not what its ``.po`` compiles to.

Not Qt's own translator, because the command line speaks to people too and must not import Qt. Loading the Chinese texts takes the
window 1.5 ms.
"""

from __future__ import annotations

import gettext
import logging
import os
import struct
from functools import lru_cache

from desktop_app.foundation import paths

log = logging.getLogger(__name__)

LANGUAGES = {"en": "English", "zh_CN": "简体中文"}
_current = "en"
_texts = gettext.NullTranslations()


def use(language: str) -> str:
    """Switch this process to ``language``, "auto" being the system's; returns the language in force, English where it is unknown."""
    global _current, _texts
    _current = _system_language() if language == "auto" else language
    if _current not in LANGUAGES:
        _current = "en"
    _texts = _load(_current)
    return _current


def current() -> str:
    """The language in force, a key of ``LANGUAGES``."""
    return _current


def tr(source: str, /, **values: object) -> str:
    """``source``, a literal, in the language in force, its ``{name}`` placeholders filled from ``values``."""
    text = translate(source)
    return text.format(**values) if values else text


def trn(one: str, many: str, n: int, /, **values: object) -> str:
    """The form of a text that fits the number ``n``, translated; ``{n}`` is filled, and other placeholders from ``values``.

    ``one`` and ``many`` are literals, the English forms for 1 and for all other numbers; another language may have fewer or more.
    """
    return _texts.ngettext(one, many, n).format(**{"n": n, **values})


def tr_noop(source: str, /) -> str:
    """``source`` unchanged: a literal in a table, marked to be collected. Whoever takes it out of the table calls ``translate``."""
    return source


def translate(source: str) -> str:
    """A text of a table in the language in force, its placeholders unfilled; "" stays ""."""
    return _texts.gettext(source) if source else ""


@lru_cache(maxsize=4)
def _load(language: str) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    file = paths.resources() / "translations" / language / "LC_MESSAGES" / "inkstone.mo"
    try:
        with file.open("rb") as stream:
            return gettext.GNUTranslations(stream)
    except (OSError, ValueError, struct.error) as error:  # missing, no .mo file, or a damaged one
        log.warning("translation %s is not readable: %s", file, error)
        return gettext.NullTranslations()


def _system_language() -> str:
    """By gettext's rule: LANGUAGE, a list, which may name another language than the locale; without it, or without a locale, the locale."""
    chosen = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    if chosen:
        listed = "" if chosen.partition(".")[0] in ("C", "POSIX") else os.environ.get("LANGUAGE")
        known = [each[:2].lower() for each in (listed or chosen).split(":") if each[:2].lower() in ("zh", "en")]
        return "zh_CN" if known[:1] == ["zh"] else "en"
    import locale

    return "zh_CN" if (locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")) else "en"

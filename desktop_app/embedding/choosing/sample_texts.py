# SPDX-License-Identifier: Apache-2.0
"""Texts to measure a model with before there are any of the user's own.

They are the program's own sentences, in two languages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from desktop_app.foundation import paths

_ENGLISH, _CHINESE = 750, 250  # characters, about the length of a chunk
# An entry of a .po file; of one with plural forms the first.
_ENTRY = re.compile(r'^msgid "(.+)"\n(?:msgid_plural .*\n)?msgstr(?:\[0\])? "(.+)"$', re.MULTILINE)


def sample_texts(count: int, languages: Sequence[str] = ("*",)) -> list[str]:
    """Up to ``count`` texts of about the length of a chunk, English and Chinese in turns; English only for a model that knows no
    Chinese: how it rounds what it does not understand says nothing."""
    file = paths.resources() / "translations" / "zh_CN" / "LC_MESSAGES" / "inkstone.po"
    entries: list[tuple[str, str]] = _ENTRY.findall(file.read_text(encoding="utf-8"))
    english = _chunks([english for english, _ in entries], _ENGLISH)
    chinese = _chunks([chinese for _, chinese in entries], _CHINESE)
    if not {"*", "zh"} & set(languages):
        return english[:count]
    turns = [text for pair in zip(english, chinese, strict=False) for text in pair]
    return turns[:count]


def _chunks(sentences: list[str], length: int) -> list[str]:
    made, text = [], ""
    for sentence in sentences:
        text += sentence + " "
        if len(text) >= length:
            made.append(text)
            text = ""
    return made

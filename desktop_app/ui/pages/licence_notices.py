# SPDX-License-Identifier: Apache-2.0
"""Reads the notices that the set-up wrote: packages and their licences.

``packaging/third_party_notices.py`` writes them in Markdown; here they become a list again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_ROW = re.compile(r"^\| (.+?) \| (.*?) \| (.*?) \|(?: (.*?) \|)?$", re.MULTILINE)
_TEXT = re.compile(r"^### (.+?)\n\n````\n(.*?)\n````$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class PackageNotice:
    """A package, or what lies inside one. ``licence`` is an SPDX expression, ``text`` all its licence files, "" where it brings none."""

    name: str
    version: str
    licence: str
    address: str
    text: str


def notices_in(page: str) -> list[PackageNotice]:
    """Every package of the notices, by name, then what lies inside of them."""
    tables, _, texts = page.partition("\n## Texts")
    by_name: dict[str, list[str]] = {}
    for names, text in _TEXT.findall(texts):
        for name in names.split(", "):
            by_name.setdefault(name, []).append(text)
    found = []
    for row in _ROW.finditer(tables):
        name, second, third, fourth = row.groups()
        if name in ("package", "what"):
            continue
        if fourth is not None:
            found.append(PackageNotice(name, second, third, fourth, "\n\n".join(by_name.get(name, []))))
        else:
            found.append(PackageNotice(name, "", second, third, ""))
    return found

# SPDX-License-Identifier: Apache-2.0
"""Of several versions of a file the newest, and each content once."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

from desktop_app.analysis.folding import fold
from desktop_app.library.stated_fact import KIND, PARTY, FileStatement

_VERSION = re.compile(
    r"(?:[ _.\-]*(?:\(?v(?:er(?:sion)?)?\.? ?\d+(?:\.\d+)*\)?|\(\d{1,2}\)|\(?(?:copy|final|draft|signed|old|new|revised)\)?(?![a-z])|[(（]?(?:副本|终稿|定稿|修订[版稿]?|草稿|初稿|签署版|盖章版|扫描件|新版|旧版)[)）]?))+"
)


def newest(statements: Sequence[FileStatement]) -> tuple[list[FileStatement], list[FileStatement]]:
    """(The files that count, those that a newer version or an equal file stands for), each by path. Versions are of one kind, lie in one folder, have a name that
    differs by nothing but "v2", "final" and the like, and no other parties."""
    kept, older = list[FileStatement](), list[FileStatement]()
    groups = dict[object, list[FileStatement]]()
    for one in sorted(statements, key=lambda one: (-one.modified, one.path)):
        kind = next((fact.value for fact in one.of(KIND)), "")
        named = (kind, os.path.dirname(one.path), os.path.splitext(one.path)[1].lower(), stem(one.path))
        keys = [("content", one.content)] if one.content else []
        same = next((group for key in (*keys, named) for group in [groups.get(key, [])] if _among(one, group, key)), None)
        (kept if same is None else older).append(one)
        for key in (*keys, named):
            groups.setdefault(key, []).append(one)
    return sorted(kept, key=lambda one: one.path), sorted(older, key=lambda one: one.path)


def _among(one: FileStatement, group: Sequence[FileStatement], key: object) -> bool:
    if isinstance(key, tuple) and key[0] == "content":
        return bool(group)
    own = _parties(one)
    return any(own == _parties(other) for other in group)


def _parties(one: FileStatement) -> frozenset[str]:
    return frozenset(fold(fact.value) for fact in one.of(PARTY))


def stem(path: str) -> str:
    """The name of a file without its ending and what tells its versions apart."""
    return _VERSION.sub("", fold(os.path.splitext(os.path.basename(path))[0])).strip(" _-.")

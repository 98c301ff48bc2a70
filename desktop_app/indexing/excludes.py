# SPDX-License-Identifier: Apache-2.0
"""Exclude rules of a library: patterns, hidden files, files over a size.

Kept in the catalogue, one set of rules a library.

Patterns are those of ``.gitignore`` (pathspec), relative to each picked folder: "*.log" by name anywhere, "drafts/" only folders,
"/old/" directly in the picked folder, "!keep.log" takes back. A folder that a pattern names is not entered: what lies in it gets no
line in the ledger, because ten thousand lines of node_modules help nobody; a single file that a pattern or the size limit
leaves out has its line, with the reason "excluded" and the pattern. A file that was picked by itself is never left out.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence

import msgspec

from desktop_app.contract.exclude_rules import ExcludeRules
from desktop_app.foundation.errors import UsageProblem
from desktop_app.library.catalogue import Catalogue

_META = "excludes"
_IGNORE_CASE = sys.platform in ("win32", "darwin")
_MEGABYTE = 1_000_000


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(ExcludeRules).decode


def load(catalogue: Catalogue) -> ExcludeRules:
    """The rules of a library; the default ones where none were set, or where they cannot be read."""
    stored = catalogue.meta.get(_META)
    try:
        return _decode(stored) if stored else ExcludeRules()
    except msgspec.MsgspecError:
        return ExcludeRules()


def save(catalogue: Catalogue, rules: ExcludeRules) -> None:
    """Remember rules. Raises ``UsageProblem("pattern_invalid")`` before anything is written."""
    tidy = ExcludeRules(_tidy(rules.patterns), rules.hidden, max(0, rules.max_megabytes))
    Matcher(tidy)
    catalogue.meta.put(_META, _encode(tidy).decode("utf-8"))


def add_patterns(catalogue: Catalogue, patterns: Sequence[str]) -> None:
    """Remember more patterns beside those there are. Raises ``UsageProblem("pattern_invalid")``."""
    rules = load(catalogue)
    save(catalogue, ExcludeRules((*rules.patterns, *patterns), rules.hidden, rules.max_megabytes))


def _tidy(patterns: Sequence[str]) -> tuple[str, ...]:
    """Each once, the last place counts (a later pattern wins); empty lines and comments dropped."""
    kept = [pattern.strip() for pattern in patterns]
    kept = [pattern for pattern in kept if pattern and not pattern.startswith("#")]
    return tuple(dict.fromkeys(reversed(kept)))[::-1]


class Matcher:
    """Rules made ready for a walk of many files.

    The walk does not enter excluded folders, so that a file is only asked by its own name unless a pattern holds a slash.
    Raises ``UsageProblem("pattern_invalid", pattern)``.
    """

    def __init__(self, rules: ExcludeRules) -> None:
        self._all = [(pattern, *_compiled(pattern)) for pattern in rules.patterns]
        files = [one for one in self._all if not one[0].endswith("/")]
        # Without exceptions ("!") the order does not matter: one regular expression for all is several times as fast.
        self._in_order = any(not leaves_out for _, _, leaves_out in files)
        self._names = _joined(regex for pattern, regex, _ in files if "/" not in pattern)
        self._paths = _joined(regex for pattern, regex, _ in files if "/" in pattern)
        self.max_bytes = rules.max_megabytes * _MEGABYTE if rules.max_megabytes else sys.maxsize
        self.hidden = rules.hidden
        self.asks_files = bool(files)

    def folder(self, relative: str) -> bool:
        """Whether a folder is not entered; ``relative`` to the picked folder, with "/" between parts and none at the end."""
        return bool(self._all) and self._last(relative + "/") != ""

    def file(self, relative: str, name: str) -> str:
        """The pattern that leaves a file out, or ""."""
        if not self._in_order:
            by_name = self._names is not None and self._names.match(name)
            if not by_name and not (self._paths is not None and self._paths.match(relative)):
                return ""
        return self._last(relative)

    def _last(self, relative: str) -> str:
        found = ""
        for pattern, regex, leaves_out in self._all:
            if regex.match(relative):
                found = pattern if leaves_out else ""
        return found


def _compiled(pattern: str) -> tuple[re.Pattern[str], bool]:
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

    try:
        regex, leaves_out = GitIgnoreSpecPattern.pattern_to_regex(pattern)
        if regex is None or leaves_out is None:
            raise UsageProblem("pattern_invalid", pattern=pattern)
        return re.compile(regex, re.IGNORECASE if _IGNORE_CASE else 0), leaves_out
    except (ValueError, re.error) as error:
        raise UsageProblem("pattern_invalid", pattern=pattern) from error


def _joined(patterns: object) -> re.Pattern[str] | None:
    texts = [regex.pattern.replace("(?P<ps_d>", "(?:") for regex in patterns]  # type: ignore[attr-defined]
    return re.compile("|".join(texts), re.IGNORECASE if _IGNORE_CASE else 0) if texts else None


def never_entered(*own: os.PathLike[str] | str) -> frozenset[str]:
    """Folders no walk enters: the system's, and ``own`` (the library itself: what is written there must not be read into it).

    One of them that was picked itself is walked.
    """
    if sys.platform == "win32":
        names = ("SystemRoot", "ProgramFiles", "ProgramFiles(x86)", "ProgramData")
        system = [os.environ[name] for name in names if os.environ.get(name)]
    elif sys.platform == "darwin":
        system = ["/System", "/Library", "/private", "/dev"]
    else:
        system = ["/proc", "/sys", "/dev", "/run"]
    return frozenset([*system, *(os.path.abspath(folder) for folder in own)])

# SPDX-License-Identifier: Apache-2.0
"""What went wrong lately, from the logs, by its place in the program.

For a diagnosis that is sent to somebody. A log line names files and may quote what a library said of them, so that nothing of its words is
taken over: only time, process, level, the module and line that logged it, the kind of the error and the lines of our own code that led to
it. Whoever has the source finds the words there. What only looks like such a line, because a message holds line breaks, is held against
the modules and errors that exist.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator
from pathlib import Path

from desktop_app.foundation import paths
from desktop_app.foundation.errors import ENVIRONMENT_CODES, INTERNAL_CODES, USAGE_CODES

_PACKAGE = Path(__file__).resolve().parents[1]
_TAIL = 1 << 18  # bytes of each log that are looked through, from its end
_HEAD = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d),\d+ \d+ (WARNING|ERROR|CRITICAL) ([\w.]+)(?::(\d+))?: ")
_ANY_HEAD = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+ [A-Z]+ ")
_FRAME = re.compile(r'  File "[^"]*[/\\](desktop_app[/\\][\w/\\]+\.py)", line (\d+), in ')
_ERROR = re.compile(r"(?:[\w.]+\.)?(\w+)(?::|$)")
_PROBLEM = re.compile(r"desktop_app\.foundation\.errors\.\w*Problem: (\w+)\(")
_CODES = {*USAGE_CODES, *ENVIRONMENT_CODES, *INTERNAL_CODES}
_LIBRARY_ERRORS = {"OperationalError", "DatabaseError", "IntegrityError", "ValidationError", "DecodeError", "SearchError"}
_ROLE = re.compile(r"[a-z-]{1,20}")


def recent_problems(most: int = 20) -> list[str]:
    """The last warnings and errors of all processes, the newest first; each a line without any word of its message. Reads at most
    256 KiB of each log."""
    found: list[tuple[str, str]] = []
    try:
        files = sorted(paths.logs().glob("*.log"))
    except OSError:
        return []
    for file in files:
        if _ROLE.fullmatch(file.stem):
            found += _problems(file)
    return [line for _, line in sorted(found, reverse=True)[:most]]


def _problems(file: Path) -> Iterator[tuple[str, str]]:
    """(time, line) of each problem of a log, the oldest first."""
    head = ""
    parts: list[str] = []
    time = ""
    for line in _tail(file):
        if _ANY_HEAD.match(line):
            if head:
                yield time, " ".join((head, *parts))
            match = _HEAD.match(line)
            head, parts = "", []
            if match is not None:
                time = match[1]
                place = f":{match[4]}" if match[4] else ""
                head = f"{time} {file.stem} {match[2]} {_module(match[3])}{place}"
        elif head:
            parts += _told(line)
    if head:
        yield time, " ".join((head, *parts))


def _told(line: str) -> list[str]:
    """What a line of a traceback says without its words: a place in our code, or the kind of an error."""
    frame = _FRAME.match(line)
    if frame is not None:
        name = frame[1].replace("\\", "/")
        return [f"· {name.removeprefix('desktop_app/')}:{frame[2]}"] if (_PACKAGE.parent / name).is_file() else []
    problem = _PROBLEM.match(line)
    if problem is not None:
        return [f"→ {problem[1]}"] if problem[1] in _CODES else []
    error = _ERROR.match(line)
    if error is None:
        return []
    kind = getattr(builtins, error[1], None)
    known = error[1] in _LIBRARY_ERRORS or (isinstance(kind, type) and issubclass(kind, BaseException))
    return [f"→ {error[1]}"] if known else []


def _module(name: str) -> str:
    """The name of a logger where it is a module of ours, else that it is none."""
    first, _, rest = name.partition(".")
    if first == "desktop_app" and (_PACKAGE / (rest.replace(".", "/") + ".py")).is_file():
        return rest
    return "Qt" if first == "qt" else "(library)"


def _tail(file: Path) -> list[str]:
    try:
        with file.open("rb") as stream:
            stream.seek(0, 2)
            stream.seek(max(0, stream.tell() - _TAIL))
            return stream.read().decode("utf-8", errors="replace").splitlines()
    except OSError:
        return []

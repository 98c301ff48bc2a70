# SPDX-License-Identifier: Apache-2.0
"""Plants a small bug, for a first try of the development loop.

    python -m tests.first_bug           plant it and print the report of a user
    python -m tests.first_bug --undo    take it out again

CONTRIBUTING.md, "A first bug in ten minutes", leads through it.
"""

from __future__ import annotations

import sys
from pathlib import Path

FILE = Path(__file__).resolve().parents[1] / "desktop_app" / "documents" / "plain" / "delimited.py"
RIGHT = "first = last + 1"
WRONG = "first = last\n"

REPORT = """Planted. A user writes:

    I asked what the writing brush costs. The answer, from a CSV file, is right, but the source panel marks two rows:
    the brush's and the one above it.

    1. make check ROOM=documents     fails: read which test, and what it expected
    2. mend it                       below desktop_app/documents/plain
    3. make check ROOM=documents     passes

Given up? `git diff` shows the line, `python -m tests.first_bug --undo` takes it out."""


def planted(source: str) -> str:
    """The source with the bug. Raises ``ValueError`` where the line is not found exactly once."""
    if source.count(RIGHT + "\n") != 1:
        raise ValueError(f"not exactly one line {RIGHT!r} in {FILE.name}: choose another bug here")
    return source.replace(RIGHT + "\n", WRONG)


def main() -> int:
    source = FILE.read_text(encoding="utf-8")
    if "--undo" in sys.argv[1:]:
        FILE.write_text(source.replace(WRONG, RIGHT + "\n"), encoding="utf-8", newline="\n")
        return 0
    if WRONG in source:
        print("It is planted already.")
        return 1
    FILE.write_text(planted(source), encoding="utf-8", newline="\n")
    print(REPORT)
    return 0


if __name__ == "__main__":
    sys.exit(main())

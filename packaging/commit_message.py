# SPDX-License-Identifier: Apache-2.0
"""Checks the form of a commit message: a subject of at most 72 characters.

    python packaging/commit_message.py FILE

Called by the commit-msg hook of ``.pre-commit-config.yaml``. Whether the subject is an imperative, and the body says why, is for people to see.
"""

from __future__ import annotations

import sys
from pathlib import Path

LONGEST = 72
"""Characters; longer ones are cut in ``git log --oneline`` on a usual terminal."""


def faults(message: str) -> list[str]:
    """What is wrong with the form of a message, as sentences; none when all is well. Comment lines do not count."""
    lines = [line for line in message.splitlines() if not line.startswith("#")]
    subject = lines[0].strip() if lines else ""
    found = []
    if not subject:
        found.append("The first line, the subject, is empty.")
    if len(subject) > LONGEST:
        found.append(f"The subject has {len(subject)} characters; at most {LONGEST}. Move the story into the body.")
    if subject.endswith("."):
        found.append("The subject ends with a period; leave it out.")
    if len(lines) > 1 and lines[1].strip():
        found.append("The second line is not empty; the body begins after an empty line.")
    return found


def main() -> int:
    found = faults(Path(sys.argv[1]).read_text(encoding="utf-8"))
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

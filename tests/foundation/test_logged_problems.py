# SPDX-License-Identifier: Apache-2.0
"""Problems of the logs without a word of their messages, also where a message tries to look like more."""

from __future__ import annotations

import logging
import subprocess
import sys

from desktop_app.foundation import paths
from desktop_app.foundation.logged_problems import recent_problems

WORD = "canary"


def write(name: str, text: str) -> None:
    paths.logs().mkdir(parents=True, exist_ok=True)
    (paths.logs() / name).write_text(text, encoding="utf-8")


def test_nothing_logged_is_nothing_told() -> None:
    assert recent_problems() == []


def test_the_newest_come_first_from_all_processes() -> None:
    write(
        "engine.log",
        "2026-11-30 10:00:00,000 7 WARNING desktop_app.engine.server:3: x\n2026-11-30 10:00:02,000 7 INFO a.b:1: x\n",
    )
    write("window.log", "2026-11-30 10:00:01,000 8 ERROR qt.qpa.xcb:0: x\n")
    assert recent_problems() == ["2026-11-30 10:00:01 window ERROR Qt:0", "2026-11-30 10:00:00 engine WARNING engine.server:3"]
    assert recent_problems(1) == ["2026-11-30 10:00:01 window ERROR Qt:0"]


def test_no_word_of_a_message_is_told() -> None:
    write(
        "engine.log",
        f"2026-11-30 10:00:00,000 7 ERROR desktop_app.{WORD}.{WORD}:3: /{WORD}/{WORD}.docx holds {WORD}\n"
        f"{WORD}: {WORD}\n"
        f'  File "/home/{WORD}/desktop_app/{WORD}.py", line 3, in {WORD}\n'
        f'  File "/home/{WORD}/desktop_app/engine/server.py", line 3, in {WORD}\n'
        f"{WORD}.CanaryError: {WORD}\n"
        f"sqlite3.OperationalError: {WORD}\n"
        f"desktop_app.foundation.errors.EnvironmentProblem: {WORD}({WORD})\n"
        f"desktop_app.foundation.errors.EnvironmentProblem: disk_full(path={WORD})\n"
        f"2026-11-30 10:00:01,000 7 ERROR {WORD}:3: {WORD}\n",
    )
    write(f"{WORD} of a user.log", f"2026-11-30 10:00:00,000 7 ERROR desktop_app.engine.server:3: {WORD}\n")
    assert recent_problems() == [
        "2026-11-30 10:00:01 engine ERROR (library):3",
        "2026-11-30 10:00:00 engine ERROR (library):3 · engine/server.py:3 → OperationalError → disk_full",
    ]


def test_what_the_program_logs_is_understood() -> None:
    code = (
        "import logging; from desktop_app.foundation import logs; logs.start('engine'); log = logging.getLogger('desktop_app.engine.server')\n"
        "try: int('canary')\n"
        "except ValueError: log.exception('no number: %s', 'canary')\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    (line,) = recent_problems()
    assert line.endswith("engine ERROR engine.server:3 → ValueError")
    assert logging.getLevelName(logging.ERROR) in line

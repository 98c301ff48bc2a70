# SPDX-License-Identifier: Apache-2.0
"""Who may be the window of a home, asked by real processes."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from desktop_app.foundation import single_window

ROOT = Path(__file__).resolve().parents[2]
CLAIM = """
import sys
from pathlib import Path
from desktop_app.foundation import single_window
print(single_window.claim(Path(sys.argv[1]), float(sys.argv[2])), flush=True)
sys.stdin.read()
"""


def start(home: Path, seconds: float = 0.2) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", CLAIM, str(home), str(seconds)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def end(*processes: subprocess.Popen[str]) -> None:
    for process in processes:
        process.communicate()


def test_the_first_is_the_window_and_the_second_hears_that_it_was_shown(home: Path) -> None:
    first = start(home)
    assert said(first) == "first"
    second = start(home, 20)
    until = time.monotonic() + 20
    while not single_window.take_requests(home):  # as the window does
        assert time.monotonic() < until
    assert said(second) == "shown"
    end(first, second)


def test_a_window_that_hangs_is_told_from_one_that_answers(home: Path) -> None:
    first = start(home)
    assert said(first) == "first"
    second = start(home)
    assert said(second) == "silent"
    assert not single_window.take_requests(home), "nobody asks any more"
    end(first, second)


def test_a_killed_window_is_followed_at_once(home: Path) -> None:
    first = start(home)
    assert said(first) == "first"
    first.kill()
    first.wait()
    second = start(home)
    assert said(second) == "first"
    end(first, second)


def test_a_window_that_is_being_closed_is_waited_for(home: Path) -> None:
    first = start(home)
    assert said(first) == "first"
    second = start(home, 20)
    asked = single_window.folder(home) / f"show-{second.pid}"
    while not asked.exists():
        assert second.poll() is None
    end(first)
    assert said(second) == "first"
    assert not asked.exists()
    end(second)


def test_homes_are_apart(tmp_path: Path) -> None:
    homes = [tmp_path / name for name in ("一", "二")]
    for one in homes:
        one.mkdir()
    processes = [start(one) for one in homes]
    assert [said(process) for process in processes] == ["first", "first"]
    end(*processes)


def test_of_many_at_once_one_is_the_window(home: Path) -> None:
    """A double click too many, on a slow PC."""
    processes = [start(home, 30) for _ in range(5)]
    stop = threading.Event()

    def window() -> None:
        while not stop.is_set():
            single_window.take_requests(home)

    answering = threading.Thread(target=window)
    answering.start()
    try:
        words = [said(process) for process in processes]
    finally:
        stop.set()
        answering.join()
    assert sorted(words) == ["first", *["shown"] * 4]
    end(*processes)


def test_where_nothing_can_be_written_there_is_a_window_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "window").write_text("in the way", encoding="utf-8")
    assert single_window.claim(tmp_path, 0.1) == "first"


def test_the_token_of_the_desktop_is_handed_over(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    single_window.folder(home).mkdir()
    (single_window.folder(home) / "show-1").write_text("token-7", encoding="utf-8")
    monkeypatch.setenv("XDG_ACTIVATION_TOKEN", "")
    assert single_window.take_requests(home)
    assert os.environ["XDG_ACTIVATION_TOKEN"] == "token-7"

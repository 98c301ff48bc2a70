# SPDX-License-Identifier: Apache-2.0
"""The count is of real sockets of real processes, children included."""

from __future__ import annotations

import os
import subprocess
import sys

from pytestqt.qtbot import QtBot

from desktop_app.bridge.connection_watch import ConnectionWatch, count

LISTENS = """
import socket, sys
s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen()
print("ready", flush=True); sys.stdin.read()
"""


def test_a_child_with_a_socket_is_found_and_gone_again() -> None:
    assert count([os.getpid()]) == 0
    child = subprocess.Popen([sys.executable, "-c", LISTENS], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdout is not None
    child.stdout.readline()
    assert count([os.getpid()]) == 1
    assert count([child.pid]) == 1
    child.communicate()
    assert count([os.getpid()]) == 0
    assert count([child.pid]) == 0, "a process that is gone has none"


def test_the_watch_tells_while_it_is_looked_at(qtbot: QtBot) -> None:
    watch = ConnectionWatch(every_ms=20)
    with qtbot.waitSignal(watch.counted) as told:
        watch.watch(True)
    assert told.args == [0]
    watch.watch(False)
    watch.count_now()
    qtbot.waitSignal(watch.counted).wait()

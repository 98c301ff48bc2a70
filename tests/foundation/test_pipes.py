"""JSON lines over pipes: a stray print of any library cannot break them."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import threading
from pathlib import Path

from desktop_app.foundation.pipes import LineWriter

ROOT = Path(__file__).resolve().parents[2]
CHILD = """
import ctypes, os, subprocess, sys
from desktop_app.foundation.pipes import LineWriter, protect_stdout
print("before", flush=False)
writer = LineWriter(protect_stdout())
writer.write({"n": 1, "text": "砚\\n台"})
print("a library's print", flush=True)
os.write(1, b"a native write\\n")
ctypes.CDLL(None).puts(b"a native puts")
ctypes.CDLL(None).fflush(None)
subprocess.run([sys.executable, "-c", "print('a grandchild')"])
writer.write({"n": 2})
"""


def test_stray_prints_go_to_standard_error() -> None:
    done = subprocess.run([sys.executable, "-X", "utf8", "-c", CHILD], capture_output=True, check=True, cwd=ROOT)
    lines = done.stdout.decode().splitlines()
    assert lines[0] == "before"  # said before the protocol began
    assert [json.loads(line) for line in lines[1:]] == [{"n": 1, "text": "砚\n台"}, {"n": 2}]
    for stray in (b"a library's print", b"a native write", b"a native puts", b"a grandchild"):
        assert stray in done.stderr


class Slow(io.RawIOBase):
    """A pipe that takes three bytes at a time, as a full one does."""

    def __init__(self) -> None:
        self.taken = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: memoryview) -> int:  # type: ignore[override]
        self.taken += bytes(data[:3])
        return min(3, len(data))


def test_lines_of_several_threads_never_mix() -> None:
    slow = Slow()
    writer = LineWriter(slow)  # type: ignore[arg-type]

    def write_all(name: str) -> None:
        for number in range(50):
            writer.write({"from": name, "n": number, "text": "资料" * 20})

    threads = [threading.Thread(target=write_all, args=(name,)) for name in "甲乙丙丁"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    messages = [json.loads(line) for line in bytes(slow.taken).splitlines()]
    assert len(messages) == 200
    for name in "甲乙丙丁":
        assert [message["n"] for message in messages if message["from"] == name] == list(range(50))

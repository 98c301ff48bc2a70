# SPDX-License-Identifier: Apache-2.0
"""JSON lines over pipes: a stray print of any library cannot break them."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import threading
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.ipc import pipes
from desktop_app.ipc.pipes import LineTooLongError, LineWriter

ROOT = Path(__file__).resolve().parents[2]
CHILD = """
import ctypes, os, subprocess, sys
from desktop_app.ipc.pipes import LineWriter, protect_stdout
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


def test_a_library_that_looks_at_standard_input_takes_nothing_of_the_protocol() -> None:
    child = """
import os, sys
from desktop_app.ipc import pipes
pipes.protect_stdin()
print(os.read(0, 99), sys.stdin.buffer.readline(), list(pipes.lines(sys.stdin.buffer)), ascii(sys.stdin.encoding))
"""
    done = subprocess.run([sys.executable, "-c", child], input=b"one\ntwo\n", capture_output=True, check=True, cwd=ROOT)
    assert done.stdout.decode().strip() == r"b'' b'one\n' [b'two\n'] 'utf-8'"


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


def test_lines_up_to_the_limit_pass_and_longer_ones_are_refused() -> None:
    stream = io.BytesIO(b"1234567\n\n12345678\nnext\n")
    assert pipes.read_line(stream, 8) == b"1234567\n"
    assert pipes.read_line(stream, 8) == b"\n"
    with pytest.raises(LineTooLongError) as caught:
        pipes.read_line(stream, 8)
    assert caught.value.head == b"12345678"
    pipes.skip_line(stream)
    assert pipes.read_line(stream, 8) == b"next\n"
    assert list(pipes.lines(io.BytesIO(b"a\nb"), 8)) == [b"a\n", b"b"]


@given(st.lists(st.integers(0, 200_000), max_size=4), st.integers(1, 150_000))
def test_any_lines_come_whole_or_are_passed_over(lengths: list[int], longest: int) -> None:
    stream = io.BytesIO(b"".join(b"x" * length + b"\n" for length in lengths))
    for length in lengths:
        if length + 1 > longest:
            with pytest.raises(LineTooLongError):
                pipes.read_line(stream, longest)
            pipes.skip_line(stream)
        else:
            assert pipes.read_line(stream, longest) == b"x" * length + b"\n"
    assert pipes.read_line(stream, longest) == b""


def test_the_rest_of_a_long_line_is_passed_over() -> None:
    stream = io.BytesIO(b"x" * 300_000 + b"\nnext\n")
    with pytest.raises(LineTooLongError):
        pipes.read_line(stream, 100)
    pipes.skip_line(stream)
    assert pipes.read_line(stream, 100) == b"next\n"
    pipes.skip_line(stream)  # at the end there is nothing to wait for


def test_what_the_other_side_would_refuse_is_not_written() -> None:
    stream = io.BytesIO()
    writer = LineWriter(stream, longest=20)
    with pytest.raises(LineTooLongError):
        writer.write({"text": "x" * 20})
    writer.write({"n": 1})
    assert stream.getvalue() == b'{"n":1}\n'


@pytest.mark.slow
def test_a_child_that_writes_without_end_takes_no_memory() -> None:
    """300 MB without a line end, on both streams at once."""
    code = """
import os, threading
def write(number):
    for _ in range(300):
        left = memoryview(b"x" * (1 << 20))
        while left:
            left = left[os.write(number, left):]
errors = threading.Thread(target=write, args=(2,))
errors.start()
write(1)
errors.join()
"""
    tracemalloc.start()
    try:
        with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
            assert child.stdout is not None
            assert child.stderr is not None
            longest: list[int] = []
            listener = threading.Thread(
                target=lambda stream: longest.extend(map(len, pipes.error_lines(stream))), args=(child.stderr,)
            )
            listener.start()
            with pytest.raises(LineTooLongError):
                pipes.read_line(child.stdout, 1 << 20)
            pipes.skip_line(child.stdout)
            listener.join()
        assert sum(longest) == 300 << 20
        assert max(longest) <= 4096
        assert tracemalloc.get_traced_memory()[1] < 20 << 20
    finally:
        tracemalloc.stop()

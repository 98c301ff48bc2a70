# SPDX-License-Identifier: Apache-2.0
"""However the bytes are cut, the lines come out whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.ipc.line_buffer import LineBuffer
from desktop_app.ipc.pipes import LineTooLongError


@given(
    st.lists(st.binary(min_size=1, max_size=40).map(lambda b: b.replace(b"\n", b"").replace(b"\r", b"") or b"x"), max_size=20),
    st.data(),
)
def test_any_cut_gives_the_same_lines(lines: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(line + b"\n" for line in lines)
    buffer, out, at = LineBuffer(), [], 0
    while at < len(stream):
        step = data.draw(st.integers(1, 64))
        out += buffer.feed(stream[at : at + step])
        at += step
    assert out == lines


def test_windows_line_ends_and_empty_lines() -> None:
    assert LineBuffer().feed(b"a\r\n\n\r\nb\n") == [b"a", b"b"]


def test_an_endless_line_is_refused() -> None:
    buffer = LineBuffer(longest=100)
    buffer.feed(b"x" * 90)
    with pytest.raises(LineTooLongError):
        buffer.feed(b"x" * 20)

# SPDX-License-Identifier: Apache-2.0
"""The greeting as a child answers it."""

from __future__ import annotations

import io
import os

import pytest

from desktop_app.ipc import greeting
from desktop_app.ipc.message import PROTOCOL
from desktop_app.ipc.pipes import LineWriter


@pytest.mark.parametrize("protocol", [PROTOCOL, PROTOCOL - 1])
def test_a_parent_that_has_gone_is_no_fault(protocol: int) -> None:
    """It was stopped while the child started; the child must leave without a traceback."""
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "wb", buffering=0, closefd=False) as stream:
        line = f'{{"type":"initialize","protocol":{protocol}}}\n'.encode()
        assert not greeting.answer(io.BytesIO(line), LineWriter(stream))
    os.close(writing)

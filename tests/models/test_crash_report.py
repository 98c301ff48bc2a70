# SPDX-License-Identifier: Apache-2.0
"""The end of a process in words."""

from __future__ import annotations

import signal

import pytest

from desktop_app.models.crash_report import describe, reason_line, signal_name


def test_an_outside_kill_names_memory() -> None:
    assert "memory" in describe(-signal.SIGKILL, [])


def test_a_crash_on_a_quantised_file_names_file_type_and_build() -> None:
    text = describe(-signal.SIGSEGV, [], quantisation="Q4_K_M", features=["AVX2", "AMX_INT8"])
    assert "Q4_K_M" in text
    assert "AMX_INT8" in text
    assert "SIGSEGV" in text


def test_a_crash_on_an_f16_file_does_not_blame_quantisation() -> None:
    assert "F16" not in describe(-signal.SIGSEGV, [], quantisation="F16", features=["AVX2"])


def test_a_missing_instruction_names_the_build() -> None:
    assert "AVX512" in describe(-signal.SIGILL, [], features=["AVX512"])


@pytest.mark.parametrize(("code", "name"), [(-11, "SIGSEGV"), (-9, "SIGKILL"), (0, ""), (3, ""), (-250, "signal 250")])
def test_signal_names(code: int, name: str) -> None:
    assert signal_name(code) == name


def test_the_reason_line_is_found_above_the_stack() -> None:
    tail = [
        "ggml.c:100: GGML_ASSERT(ne == 4) failed",
        "Fatal Python error: Aborted",
        "",
        'Current thread 0x1 (most recent call first):\n  File "error.py"',
        '  File "worker.py", line 3 in error',
    ]
    assert reason_line(tail[:3] + tail[4:]) == tail[0]
    assert describe(-signal.SIGABRT, [tail[0]]).endswith(tail[0])

# SPDX-License-Identifier: Apache-2.0
"""Crash diagnosis of a model process from exit status and stderr."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence

from desktop_app.foundation.translation import tr
from desktop_app.modelfiles.ggml_types import UNQUANTISED

# Windows reports a crash as an NTSTATUS in the exit code.
_NTSTATUS = {
    0xC0000005: "SIGSEGV",  # access violation
    0xC000001D: "SIGILL",  # illegal instruction
    0xC0000017: "SIGKILL",  # no memory
    0xC0000409: "SIGABRT",  # fail-fast, also abort()
}
_REASON_WORDS = (
    "GGML_ASSERT",
    "error",
    "failed",
    "out of memory",
    "bad_alloc",
    "MemoryError",
    "CUDA",
    "terminate called",
    "what():",
)


def describe(returncode: int, tail: Sequence[str], *, quantisation: str = "", features: Sequence[str] = ()) -> str:
    """One line for ``llm_crashed``: the signal, what it usually means, and the library's last own word.

    ``features`` are what llama.cpp was built with; they matter for the crashes that a build brings.
    """
    name = signal_name(returncode)
    build = ", ".join(features) or "?"
    if name == "SIGKILL":
        text = tr("it was ended from outside, usually because memory ran out (SIGKILL)")
    elif name == "SIGILL":
        text = tr("the processor lacks an instruction that llama.cpp was built with (SIGILL; built with {build})", build=build)
    elif name in ("SIGSEGV", "SIGBUS") and quantisation not in UNQUANTISED:
        text = tr(
            "llama.cpp crashed on this {kind} file ({name}; built with {build})", kind=quantisation, name=name, build=build
        )
    elif name:
        text = tr("llama.cpp crashed ({name})", name=name)
    else:
        text = tr("the model process ended by itself (exit code {code})", code=returncode)
    word = reason_line(tail)
    return f"{text}: {word}" if word else text


def signal_name(returncode: int) -> str:
    """ "SIGSEGV" and the like; empty for a plain exit."""
    if returncode < 0:
        try:
            return signal.Signals(-returncode).name
        except ValueError:
            return f"signal {-returncode}"
    if sys.platform == "win32":
        return _NTSTATUS.get(returncode & 0xFFFFFFFF, "")
    return ""


def reason_line(tail: Sequence[str]) -> str:
    """The last line that names a reason; the stack that follows it says nothing to a user."""
    for line in reversed(tail):
        if any(word in line for word in _REASON_WORDS) and not line.lstrip().startswith(("File ", "Fatal Python error")):
            return line.strip()[:300]
    return ""

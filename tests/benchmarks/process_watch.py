# SPDX-License-Identifier: Apache-2.0
"""Run a command and watch its whole process tree: wall seconds and the highest memory at one moment."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
_EVERY = 1.0  # a look walks the whole memory map, which stops what is watched for a moment: it must not happen often


@dataclass(frozen=True, slots=True)
class Watched:
    """``memory``: bytes, proportional set size summed over the tree (shared pages counted once); sampled once a second, 0 when that was
    not wanted."""

    seconds: float
    memory: int
    output: str


def watch(command: Sequence[str], environment: Mapping[str, str] | None = None, *, memory: bool = True) -> Watched:
    """``memory`` False where the time counts: looking at several processes costs those that have several."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
    )
    peak = [0]
    done = threading.Event()

    def sample() -> None:
        while not done.wait(_EVERY):
            peak[0] = max(peak[0], _tree_memory(process.pid))

    thread = threading.Thread(target=sample)
    if memory:
        thread.start()
    output, _ = process.communicate()
    seconds = time.perf_counter() - start
    done.set()
    if memory:
        thread.join()
    if process.returncode not in (0, 1):
        raise RuntimeError(f"{command} ended with {process.returncode}: {output[-500:]}")
    return Watched(seconds, peak[0], output)


def _tree_memory(pid: int) -> int:
    total = 0
    try:
        root = psutil.Process(pid)
        for process in (root, *root.children(recursive=True)):
            try:
                total += process.memory_full_info().pss
            except psutil.Error:
                continue
    except psutil.Error:
        pass
    return total

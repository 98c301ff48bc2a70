# SPDX-License-Identifier: Apache-2.0
"""Cores, memory, CPU features, battery and NVIDIA driver of this PC.

Read without importing anything heavy: torch would take seconds to say the same.
"""

from __future__ import annotations

import ctypes.util
import os
import platform
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import psutil


@dataclass(frozen=True, slots=True)
class Hardware:
    """``memory_total`` and ``memory_available`` in bytes; ``cores`` are those this process may use."""

    system: str
    processor: str
    cores: int
    memory_total: int
    memory_available: int
    cpu_features: tuple[str, ...]
    cuda_driver: bool


_FEATURES = ("avx", "avx2", "fma", "f16c", "bmi2", "avx512f", "avx512_bf16", "avx512_vnni", "amx_bf16", "amx_int8", "asimd")

_PRESENT = {
    "avx": 39,
    "avx2": 40,
    "avx512f": 41,
}  # winnt.h, PF_AVX2_INSTRUCTIONS_AVAILABLE ...; older versions of Windows answer no
_WINDOWS_10_2004 = 19041  # build


def detect() -> Hardware:
    """All of it, as it is now."""
    memory = psutil.virtual_memory()
    model, features = _processor()
    return Hardware(
        system=f"{platform.system()} {platform.release()}",
        processor=model or platform.processor() or platform.machine(),
        cores=cores(),
        memory_total=memory.total,
        memory_available=memory.available,
        cpu_features=features,
        cuda_driver=cuda_driver(),
    )


def cores() -> int:
    """Cores that this process may run on (a container or ``taskset`` may give fewer than the machine has)."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    if sys.platform == "win32":
        return max(1, len(psutil.Process().cpu_affinity()))
    return max(1, os.cpu_count() or 1)


def memory_available() -> int:
    """Bytes that programs can still get without the system swapping."""
    return int(psutil.virtual_memory().available)


def on_battery() -> bool:
    """Whether this PC has a battery and runs on it."""
    ask = getattr(psutil, "sensors_battery", None)  # absent on a few systems
    try:
        battery = ask() if ask is not None else None
    except (OSError, RuntimeError):
        return False
    return battery is not None and battery.power_plugged is False


@lru_cache(maxsize=1)
def cuda_driver() -> bool:
    """Whether an NVIDIA driver library is installed. Whether torch can use it is asked in ``embedding``."""
    return ctypes.util.find_library("cuda") is not None or ctypes.util.find_library("nvcuda") is not None


@lru_cache(maxsize=1)
def without_avx2() -> bool:
    """Whether this is an x86 processor without AVX2; False where that cannot be told."""
    if platform.machine().lower() not in ("x86_64", "amd64"):
        return False
    if sys.platform == "win32" and sys.getwindowsversion().build < _WINDOWS_10_2004:
        return False
    model, features = _processor()
    return bool(model) and "avx2" not in features


@lru_cache(maxsize=1)
def _processor() -> tuple[str, tuple[str, ...]]:
    """Model name and the features we choose backends by, of which Windows tells three; empty on other systems than Linux and it."""
    if sys.platform == "win32":
        return _windows_processor()
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "", ()
    model, flags = "", set[str]()
    for line in text.splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name" and not model:
            model = value.strip()
        elif name.strip() in ("flags", "Features") and not flags:
            flags = set(value.split())
    return model, tuple(feature for feature in _FEATURES if feature in flags)


if sys.platform == "win32":

    def _windows_processor() -> tuple[str, tuple[str, ...]]:
        import winreg

        place = r"HARDWARE\DESCRIPTION\System\CentralProcessor\0"
        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, place) as key:
                model = str(winreg.QueryValueEx(key, "ProcessorNameString")[0]).strip()
        except OSError:
            model = ""
        present = ctypes.windll.kernel32.IsProcessorFeaturePresent
        return model, tuple(name for name, number in _PRESENT.items() if present(number))

# SPDX-License-Identifier: Apache-2.0
"""The sources of llama.cpp, as llama-cpp-python carries them, by their hash.

Two places are changed, and a version in which they are not found is refused: which variants of the CPU library are built, and that a
variant asks whether the system saves the wide registers of a task. ggml asks the processor alone ("FIXME: this does not check for OS
support"); a virtual machine that passes AVX on without it would end with an illegal instruction.
"""

from __future__ import annotations

import re
import shutil
import tarfile
from pathlib import Path

from building import downloads
from building.recipe import ROOT, BuildError

NAME, VERSION = "llama-cpp-python", "0.3.36"
SHA256 = "832db0699007f1be95a7e41ef12e88926b02ba836461e36a36372db2760c1a2e"
BUILD_TOOL = downloads.Pin("scikit-build-core", "1.1.2", "7f4f959a467692db50bdd1ea7ce1507f2c7972e6023b753ee302d169bc4cec85")
"""Tells pip the package's name and needs; it compiles nothing here."""
VARIANTS = ("sse42", "sandybridge", "haswell", "alderlake", "icelake")
"""Of the x86 variants of ggml, those that are built; none with AMX."""

_VARIANT = re.compile(
    r"^ *ggml_add_cpu_backend_variant\((?P<name>[a-z]\w+) +SSE42.*\)\n|^ *ggml_add_cpu_backend_variant\(x64\)\n", re.MULTILINE
)
_UNCHECKED = "    // FIXME: this does not check for OS support\n"
_CHECKED = """
#ifdef GGML_AVX
    {
        // Bits of XCR0: 1 SSE, 2 AVX, 5 to 7 AVX-512.
#ifdef GGML_AVX512
        const unsigned int wanted = 0xe6;
#else
        const unsigned int wanted = 0x06;
#endif
        cpuid_x86 system;
        if (!system.OSXSAVE()) { return 0; }
        unsigned int low, high;
        __asm__ __volatile__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
        if ((low & wanted) != wanted) { return 0; }
    }
#endif
"""


def archive(cache: Path) -> Path:
    """The file as it was published. Raises ``BuildError``."""
    locked = {pin.name: pin for pin in downloads.pins(ROOT / "packaging" / "locks" / "linux.txt")}
    tools = (BUILD_TOOL, locked["packaging"], locked["pathspec"])
    return downloads.source(downloads.Pin(NAME, VERSION, SHA256), cache, tools)


def unpack(cache: Path, folder: Path) -> Path:
    """Into ``folder``, which is made anew; the root of the sources in it, changed as above. Raises ``BuildError``."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with tarfile.open(archive(cache)) as packed:
        packed.extractall(folder, filter="data")
    root = next(folder.iterdir())
    ggml = root / "vendor" / "llama.cpp" / "ggml" / "src"
    choose_variants(ggml / "CMakeLists.txt")
    check_system(ggml / "ggml-cpu" / "arch" / "x86" / "cpu-feats.cpp")
    return root


def choose_variants(lists: Path) -> None:
    """Leave only ``VARIANTS`` in ggml's list. Raises ``BuildError``."""
    text = lists.read_text(encoding="utf-8")
    listed = {match["name"] for match in _VARIANT.finditer(text)}
    missing = sorted(set(VARIANTS) - listed)
    if missing:
        raise BuildError(f"{lists} knows no variant {', '.join(missing)}: choose anew in building/llama_sources.py.")
    lists.write_text(_VARIANT.sub(lambda match: match[0] if match["name"] in VARIANTS else "", text), encoding="utf-8")


def check_system(features: Path) -> None:
    """Let a variant with AVX ask whether the system saves its registers. Raises ``BuildError``."""
    text = features.read_text(encoding="utf-8")
    if _UNCHECKED not in text:
        raise BuildError(f"{features} has changed: see whether it asks for the system's support by now.")
    features.write_text(text.replace(_UNCHECKED, _CHECKED), encoding="utf-8")

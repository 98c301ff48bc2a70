# SPDX-License-Identifier: Apache-2.0
"""Install llama-cpp-python built from source with the fastest flags that are safe.

    python packaging/llama_flags.py show                                   the flags, and what this processor has
    python packaging/llama_flags.py wheel --constraint constraints.txt     build, where no wheel is kept
    python packaging/llama_flags.py install --constraint constraints.txt   build (or take the kept wheel) and install
    python packaging/llama_flags.py install --dry-run ...                  print the commands, run none

Run by the Python of the virtual environment it shall be installed into; standard library only.

Why not simply ``pip install llama-cpp-python``: its default build is for the very processor it is built on (GGML_NATIVE). On one with
AMX that build dies (SIGSEGV in ``ggml_backend_amx_mul_mat``) on the first token of every quantised model (ggml-org/llama.cpp#20824;
seen here with 0.3.36), and it does not start at all on an older PC. So: GGML_NATIVE=OFF, then AVX, AVX2, FMA, F16C and BMI2 where this
processor has them, which every x86 PC since 2013 has; never AMX, never AVX-512.

``building/llama.cmake`` leaves out what no Python file of Inkstone calls, here as in the installers.

pip keeps wheels it built in its cache and would hand one back that was built with other flags; hence ``--no-cache-dir``. Our own
``.wheels/`` (or the folder named by INKSTONE_WHEELS) is keyed by version, flags, Python and machine, so that a second set-up takes
seconds instead of minutes.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import importlib.metadata
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from building import llama_sources
from building.llama import HERE, OURS
from building.recipe import pip

PACKAGE = llama_sources.NAME
ROOT = Path(__file__).resolve().parents[1]
REQUIREMENT = "wanted.txt"
X86 = ("x86_64", "amd64", "i686", "x86")
# Together or not at all where one needs the other: ggml's AVX2 code uses FMA and F16C.
_FULL = ("avx", "avx2", "fma", "f16c", "bmi2")


def cmake_flags(machine: str, features: Iterable[str]) -> list[str]:
    """CMake flags for a processor of this machine type with these features (names as in /proc/cpuinfo)."""
    has = set(features)
    flags = ["-DGGML_NATIVE=OFF"]
    if machine.lower() not in X86:
        return flags
    full = has.issuperset(_FULL)
    on = {"SSE42": "sse4_2" in has, "AVX": "avx" in has, **{name.upper(): full for name in _FULL[1:]}}
    # ggml switches these on by itself where GGML_NATIVE is off, so each one is said; AMX and AVX-512 are off by default, and are said
    # because a default that changes would bring the crash back.
    on |= dict.fromkeys(("AVX512", "AMX_TILE", "AMX_INT8", "AMX_BF16"), False)
    return flags + [f"-DGGML_{name}={'ON' if value else 'OFF'}" for name, value in on.items()]


def processor_features() -> set[str]:
    """Features of this processor, by their Linux names; where nothing can be asked, those of every PC since 2013."""
    if sys.platform == "win32":
        import ctypes

        present = ctypes.windll.kernel32.IsProcessorFeaturePresent  # 38 SSE4.2, 39 AVX, 40 AVX2; no number for FMA, F16C, BMI2,
        names = {38: {"sse4_2"}, 39: {"avx"}, 40: set(_FULL)}  # which came with AVX2 in every processor made
        return {name for number, some in names.items() if present(number) for name in some}
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {"sse4_2", *_FULL}
    match = re.search(r"^(?:flags|Features)\s*:\s*(.*)$", text, re.MULTILINE)
    return set(match[1].split()) if match else set()


def missing_tools() -> list[str]:
    """What a build needs and this machine lacks. CMake and Ninja are not asked for: the build brings its own where there are none."""
    compilers = [os.environ["CXX"].split()[0]] if os.environ.get("CXX") else ["c++", "g++", "clang++", "cl"]
    return [] if any(shutil.which(name) for name in compilers) else ["C++ compiler"]


def pinned_version(constraints: Path | None) -> str:
    """The version a constraints file asks for, or ""."""
    if constraints is None:
        return ""
    for line in constraints.read_text(encoding="utf-8").splitlines():
        match = re.match(r"^\s*llama[-_.]cpp[-_.]python\s*==\s*([^\s;#]+)", line, re.IGNORECASE)
        if match:
            return match[1]
    return ""


def wheel_folder(version: str, flags: list[str]) -> Path:
    """Where the wheel of this version, these flags, this Python and machine is kept."""
    base = Path(os.environ.get("INKSTONE_WHEELS") or ROOT / ".wheels").expanduser().resolve()
    chosen = " ".join([*flags, os.environ.get("CMAKE_ARGS", "")]).encode()
    key = hashlib.sha256(chosen + (HERE / "llama.cmake").read_bytes()).hexdigest()[:10]
    tag = (
        f"{sys.implementation.name}{sys.version_info.major}{sys.version_info.minor}-{sys.platform}-{platform.machine().lower()}"
    )
    return base / f"{PACKAGE}-{version or 'newest'}-{tag}-{key}"


def kept_wheel(folder: Path) -> Path | None:
    """The wheel of an earlier build, when there is exactly one."""
    found = sorted(folder.glob("llama_cpp_python-*.whl"))
    return found[0] if len(found) == 1 else None


def build_command(target: Path, version: str) -> list[str]:
    """pip's command; the version whose hash is known is taken by it, from a file in ``target``."""
    command = pip("wheel", "--no-deps", "--no-cache-dir", "--no-binary", PACKAGE, "--wheel-dir", str(target))
    if version != llama_sources.VERSION:
        return [*command, f"{PACKAGE}=={version}" if version else PACKAGE]
    return [*command, "--require-hashes", "--requirement", str(target / REQUIREMENT)]


def install_command(wheel: str, constraints: Path | None) -> list[str]:
    command = pip("install", "--no-cache-dir", "--no-compile")
    if constraints is not None:
        command += ["--constraint", str(constraints)]
    return [*command, wheel]


def build_environment(flags: list[str]) -> dict[str, str]:
    """The user's own CMAKE_ARGS come last and win (a CUDA build: ``CMAKE_ARGS=-DGGML_CUDA=ON``)."""
    own = os.environ.get("CMAKE_ARGS", "")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    environment = {**os.environ, "CMAKE_ARGS": " ".join([*flags, *OURS, own]).strip()}
    environment.setdefault("CMAKE_BUILD_PARALLEL_LEVEL", str(cores))
    environment.pop("FORCE_CMAKE", None)
    return environment


def marker_text(key: str) -> tuple[Path, str] | None:
    """The file beside the installed package that names its build, and what it must hold; None when nothing is installed.

    The package's own list of files with their checksums is part of it: another pip install over ours does not keep the name.
    """
    importlib.invalidate_caches()
    try:
        distribution = importlib.metadata.distribution(PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        return None
    record = distribution.read_text("RECORD") or ""
    return (
        Path(str(distribution.locate_file("llama_cpp"))) / "inkstone-build.txt",
        f"{key} {hashlib.sha256(record.encode()).hexdigest()}\n",
    )


def is_installed(key: str) -> bool:
    """Whether this Python already has the build of this name."""
    marker = marker_text(key)
    return marker is not None and marker[0].is_file() and marker[0].read_text(encoding="utf-8") == marker[1]


def made_wheel(constraints: Path | None, *, dry_run: bool) -> tuple[int, Path]:
    """The wheel that is kept or is built now, and 0; else an exit status, the reason told."""
    flags = cmake_flags(platform.machine(), processor_features())
    version = pinned_version(constraints)
    folder = wheel_folder(version, flags)
    wheel = kept_wheel(folder)
    if wheel is not None:
        return 0, wheel
    missing = missing_tools()
    if missing:
        print(
            f"llama.cpp has to be built, and this machine has no {' and no '.join(missing)}. "
            "On Debian: sudo apt-get install -y build-essential",
            file=sys.stderr,
        )
        return 3, folder
    print(f"Compiling llama.cpp of {PACKAGE} {version or '(newest)'} once: {' '.join(flags)}", flush=True)
    if dry_run:
        print(" ".join(build_command(folder, version)))
        return 0, folder / "llama_cpp_python-*.whl"
    return _build(folder, version, build_environment(flags))


def install(constraints: Path | None, *, dry_run: bool) -> int:
    version = pinned_version(constraints)
    key = wheel_folder(version, cmake_flags(platform.machine(), processor_features())).name
    if is_installed(key) and not dry_run:
        print(f"{PACKAGE} {version} is installed with the right flags.")
        return 0
    failed, wheel = made_wheel(constraints, dry_run=dry_run)
    if failed:
        return failed
    # Twice: once for the file itself, whatever stood there before; once for what it depends on.
    commands = [
        [*install_command(str(wheel), constraints), "--force-reinstall", "--no-deps"],
        install_command(str(wheel), constraints),
    ]
    for command in commands:
        if dry_run:
            print(" ".join(command))
        elif subprocess.run(command, check=False).returncode:
            return 1
    marker = None if dry_run else marker_text(key)
    if marker is not None:
        marker[0].write_text(marker[1], encoding="utf-8")
    return 0


def _build(folder: Path, version: str, environment: dict[str, str]) -> tuple[int, Path]:
    """Build into a folder of its own, then move the wheel: a build that breaks off leaves nothing that looks like a wheel."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        requirement = f"{PACKAGE}=={llama_sources.VERSION} --hash=sha256:{llama_sources.SHA256}\n"
        (Path(temporary) / REQUIREMENT).write_text(requirement, encoding="utf-8")
        began = time.monotonic()
        done = subprocess.run(build_command(Path(temporary), version), env=environment, check=False)
        built = sorted(Path(temporary).glob("llama_cpp_python-*.whl"))
        if done.returncode or not built:
            print("llama-cpp-python could not be built; the reason stands above.", file=sys.stderr)
            return 1, folder
        print(f"llama.cpp compiled: {time.monotonic() - began:.0f} s", flush=True)
        return 0, Path(shutil.move(built[0], folder / built[0].name))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description="Install llama-cpp-python with portable flags under which quantised models run."
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("show", help="print the CMake flags for this machine")
    for verb, what in (("wheel", "build when needed"), ("install", "build when needed, and install into this Python")):
        one = verbs.add_parser(verb, help=what)
        one.add_argument("--constraint", "-c", type=Path, help="pip constraints file; its llama-cpp-python version is built")
        one.add_argument("--dry-run", action="store_true", help="print what would be done")
    chosen = parser.parse_args(arguments)
    if chosen.verb == "show":
        print(" ".join(cmake_flags(platform.machine(), processor_features())))
        return 0
    constraints: Path | None = chosen.constraint
    if constraints is not None and not constraints.is_file():
        print(f"No constraints file {constraints}.", file=sys.stderr)
        return 2
    constraints = constraints.resolve() if constraints else None
    if chosen.verb == "wheel":
        return made_wheel(constraints, dry_run=chosen.dry_run)[0]
    return install(constraints, dry_run=chosen.dry_run)


if __name__ == "__main__":
    sys.exit(main())

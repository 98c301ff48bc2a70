# SPDX-License-Identifier: Apache-2.0
"""llama.cpp built for the target system, with one CPU library a kind of processor.

At its start llama.cpp takes the library that does most on the PC's processor and that its system allows
(``desktop_app.models.llama.llama_cpp_backend`` says where they lie). For Windows mingw-w64 compiles, on Linux as on Windows; for Linux
the compiler of this machine, which should be Debian 12's or older, because the libraries then ask for the glibc of that machine; for
macOS, on a Mac, with Metal and without variants.

What each variant is worth, tokens a second of processor time on one core of a Zen 4 (prompt, answer): SmolLM2 135M Q4_1 18 and 10 with
SSE4.2, 126 and 19 with AVX, 172 and 58 with AVX2 (haswell), 170 and 61 with AVX-512 (icelake); Qwen2.5 0.5B Q4 77 and 19 with AVX2, 100 and
20 with AVX-512. The build of a clone, made for its own processor up to AVX2, 174 and 57, 75 and 20.

For ``older`` Linux Zig's Clang compiles (``zig.py``), with LLVM's C++ library inside and llama.cpp's own threads: it has no OpenMP.

What was compiled is kept in the cache, by the sources, the flags and the compiler: it takes seven minutes of processor time.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from building import llama_sources, zig
from building.recipe import Build, BuildError, System

HERE = Path(__file__).resolve().parent
OURS = ("-DLLAMA_BUILD=OFF", "-DLLAVA_BUILD=OFF", f"-DCMAKE_PROJECT_llama_cpp_INCLUDE={(HERE / 'llama.cmake').as_posix()}")
"""Makes ``llama.cmake`` say what is built of llama-cpp-python."""

# Clang 20 asks for the wide registers of AVX-512 by a flag of its own, which alone does nothing.
_OLDER = (
    "-DCMAKE_C_COMPILER=cc",
    "-DCMAKE_CXX_COMPILER=c++",
    "-DCMAKE_C_FLAGS=-mevex512",
    "-DCMAKE_CXX_FLAGS=-mevex512",
    "-DGGML_OPENMP=OFF",
)
_VARIANTS = ("-DGGML_NATIVE=OFF", "-DGGML_BACKEND_DL=ON", "-DGGML_CPU_ALL_VARIANTS=ON")


def compiler(system: System) -> str:
    """The C++ compiler for a target. Of Debian's two mingw-w64 the one with POSIX threads, which std::thread needs; MSYS2's is that."""
    if system != "windows":
        return "clang++" if system == "macos" else "g++"
    posix, plain = "x86_64-w64-mingw32-g++-posix", "x86_64-w64-mingw32-g++"
    return plain if shutil.which(plain) and not shutil.which(posix) else posix


def flags(system: System, *, older: bool = False) -> tuple[str, ...]:
    """CMake's flags, those of the compiler among them."""
    if older:
        return (*_VARIANTS, *_OLDER)
    cxx = compiler(system)
    chosen = (f"-DCMAKE_C_COMPILER={cxx.replace('clang++', 'clang').replace('g++', 'gcc')}", f"-DCMAKE_CXX_COMPILER={cxx}")
    if system == "macos":
        return ("-DGGML_NATIVE=OFF", *chosen)
    if system == "linux":
        return (*_VARIANTS, *chosen)
    resources = ("-DCMAKE_RC_COMPILER=x86_64-w64-mingw32-windres",) if sys.platform != "win32" else ()
    return (*_VARIANTS, "-DCMAKE_SYSTEM_NAME=Windows", "-DCMAKE_SYSTEM_PROCESSOR=AMD64", *chosen, *resources)


# Of the package's Python files: a server, and what calls libraries that are not built.
_LEFT_OUT = ("server", "mtmd_cpp.py", "llava_cpp.py")


def add(build: Build) -> None:
    """Put the package, with libraries compiled for the target, into ``packages``. Raises ``BuildError``."""
    source = llama_sources.unpack(build.cache, build.work / "llama")
    package = build.packages / "llama_cpp"
    shutil.rmtree(package, ignore_errors=True)
    shutil.copytree(source / "llama_cpp", package, ignore=shutil.ignore_patterns(*_LEFT_OUT))
    shutil.copytree(libraries(source, build.cache, build.system, older=build.older), package / "lib")
    if build.system == "linux" and not build.older:  # beside them, where they look first: not every system has it
        shutil.copyfile(build.runtime / "lib" / "libgomp.so.1", package / "lib" / "libgomp.so.1")
    facts = build.packages / f"llama_cpp_python-{llama_sources.VERSION}.dist-info"
    (facts / "licenses").mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source / "PKG-INFO", facts / "METADATA")
    shutil.copyfile(source / "LICENSE.md", facts / "licenses" / "LICENSE.md")
    shutil.copyfile(source / "vendor" / "llama.cpp" / "LICENSE", facts / "licenses" / "LICENSE-llama.cpp")
    if build.older:
        licence = zig.compilers(build.cache).parent / "ziglang" / "lib" / "libcxx" / "LICENSE.TXT"
        shutil.copyfile(licence, facts / "licenses" / "LICENSE-compiler.txt")
    elif build.system != "macos":
        shutil.copyfile(HERE / "llama_compiler_licences.txt", facts / "licenses" / "LICENSE-compiler.txt")
    shutil.rmtree(build.work / "llama")


def libraries(source: Path, cache: Path, system: System, *, older: bool = False) -> Path:
    """The folder of the libraries, from the cache or compiled. Raises ``BuildError``."""
    needed = {
        "cmake": "cmake",
        "ninja": "ninja-build",
        **({} if older else {compiler(system): "g++-mingw-w64-x86-64" if system == "windows" else "g++"}),
    }
    missing = [package for tool, package in needed.items() if shutil.which(tool) is None]
    if missing:
        raise BuildError(f"Tools to compile llama.cpp are missing. On Debian: apt-get install -y {' '.join(missing)}")
    kept = cache / f"llama-{system}{'-older' if older else ''}-{_key(system, older=older)}"
    if not kept.is_dir():
        with tempfile.TemporaryDirectory(dir=cache, prefix="llama-") as work:
            made = _compiled(source, Path(work), cache, system, older=older)
            if system == "linux" and not older:
                _add_openmp(made)
            if not kept.is_dir():  # another build may have been quicker
                os.replace(made, kept)
    return kept


def _key(system: System, *, older: bool) -> str:
    """Of everything that decides what comes out."""
    version = f"{zig.PIN} {zig.TARGET}".encode()
    if not older:
        version = subprocess.run([compiler(system), "--version"], capture_output=True, check=False).stdout
    files = [HERE / name for name in ("llama.cmake", "llama_mingw.h", "llama_sources.py")]
    parts = [version, *(file.read_bytes() for file in files), " ".join(flags(system, older=older)).encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def _compiled(source: Path, work: Path, cache: Path, system: System, *, older: bool) -> Path:
    """The libraries in a folder below ``work``. Raises ``BuildError`` with the end of the compiler's words."""
    target, installed, log = work / "build", work / "installed", work / "log"
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    strip = [] if system == "windows" else ["--strip"]  # the linker did it there
    environment = zig.environment(cache) if older else dict(os.environ)
    with log.open("wb") as output:
        for command in (
            [
                "cmake",
                "-S",
                source,
                "-B",
                target,
                "-G",
                "Ninja",
                "-DCMAKE_BUILD_TYPE=Release",
                *OURS,
                *flags(system, older=older),
            ],
            ["cmake", "--build", target, "--parallel", str(cores)],
            ["cmake", "--install", target, "--prefix", installed, *strip],
        ):
            if subprocess.run(command, env=environment, stdout=output, stderr=subprocess.STDOUT, check=False).returncode:
                said = log.read_text(encoding="utf-8", errors="replace").splitlines()[-20:]
                raise BuildError("\n".join(["llama.cpp does not compile:", *said]))
    return installed / "llama_cpp" / "lib"


def _add_openmp(folder: Path) -> None:
    """GCC's threads for loops, which a PC without a compiler may lack; the libraries look for it beside them."""
    found = subprocess.run(["g++", "-print-file-name=libgomp.so.1"], capture_output=True, text=True, check=False).stdout.strip()
    if not Path(found).is_file():
        raise BuildError("g++ has no libgomp.so.1. On Debian: apt-get install -y libgomp1")
    shutil.copyfile(Path(found).resolve(), folder / "libgomp.so.1")

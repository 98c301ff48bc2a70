# SPDX-License-Identifier: Apache-2.0
"""The changes to llama.cpp's sources, and what is built of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from building import llama, llama_sources
from building.recipe import BuildError, System

LISTS = """    if (GGML_SYSTEM_ARCH STREQUAL "x86")
        ggml_add_cpu_backend_variant(x64)
        ggml_add_cpu_backend_variant(sse42              SSE42)
        ggml_add_cpu_backend_variant(sandybridge        SSE42 AVX)
        if (NOT MSVC)
            ggml_add_cpu_backend_variant(piledriver     SSE42 AVX F16C FMA)
        endif()
        ggml_add_cpu_backend_variant(haswell            SSE42 AVX F16C FMA AVX2 BMI2)
        ggml_add_cpu_backend_variant(icelake            SSE42 AVX F16C FMA AVX2 BMI2 AVX512 AVX512_VBMI AVX512_VNNI)
        ggml_add_cpu_backend_variant(alderlake          SSE42 AVX F16C FMA AVX2 BMI2 AVX_VNNI)
            ggml_add_cpu_backend_variant(sapphirerapids SSE42 AVX F16C FMA AVX2 BMI2 AVX512 AMX_TILE AMX_INT8)
    elseif(GGML_SYSTEM_ARCH STREQUAL "ARM")
            ggml_add_cpu_backend_variant(armv8.0_1)
"""


def test_only_variants_that_are_safe_are_left(tmp_path: Path) -> None:
    lists = tmp_path / "CMakeLists.txt"
    lists.write_text(LISTS, encoding="utf-8")
    llama_sources.choose_variants(lists)
    text = lists.read_text(encoding="utf-8")
    assert [name for name in ("sse42", "sandybridge", "haswell", "alderlake", "icelake") if f"({name} " in text] == list(
        llama_sources.VARIANTS
    )
    assert not any(name in text for name in ("x64", "piledriver", "sapphirerapids", "AMX"))
    assert "armv8.0_1" in text
    assert text.count("endif()") == 1


def test_a_version_without_a_variant_is_refused(tmp_path: Path) -> None:
    lists = tmp_path / "CMakeLists.txt"
    lists.write_text(LISTS.replace("haswell", "has_well"), encoding="utf-8")
    with pytest.raises(BuildError, match=r"no variant haswell"):
        llama_sources.choose_variants(lists)
    assert "has_well" in lists.read_text(encoding="utf-8")


def test_a_version_that_asks_otherwise_is_refused(tmp_path: Path) -> None:
    features = tmp_path / "cpu-feats.cpp"
    features.write_text("int score() {\n    // FIXME: this does not check for OS support\n    return 1;\n}\n", encoding="utf-8")
    llama_sources.check_system(features)
    assert "xgetbv" in features.read_text(encoding="utf-8")
    with pytest.raises(BuildError, match=r"cpu-feats\.cpp"):
        llama_sources.check_system(features)


@pytest.mark.parametrize("system", ["windows", "linux", "macos"])
def test_no_flag_is_for_the_processor_of_the_builder(system: System) -> None:
    flags = llama.flags(system)
    assert "-DGGML_NATIVE=OFF" in flags
    assert not any("AMX" in flag for flag in flags)


@pytest.mark.parametrize(
    ("there", "taken"),
    [((), "g++-posix"), (("g++", "g++-posix"), "g++-posix"), (("g++",), "g++")],
    ids=["none", "Debian", "MSYS2"],
)
def test_windows_is_compiled_for_with_posix_threads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: tuple[str, ...], taken: str
) -> None:
    for name in there:
        tool = tmp_path / f"x86_64-w64-mingw32-{name}"
        tool.touch()
        tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    flags = llama.flags("windows")
    assert f"-DCMAKE_CXX_COMPILER=x86_64-w64-mingw32-{taken}" in flags
    assert f"-DCMAKE_C_COMPILER=x86_64-w64-mingw32-{taken.replace('g++', 'gcc')}" in flags


def test_without_a_compiler_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BuildError, match=r"apt-get install -y cmake ninja-build g\+\+-mingw-w64-x86-64"):
        llama.libraries(tmp_path, tmp_path, "windows")

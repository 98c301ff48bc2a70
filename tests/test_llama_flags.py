# SPDX-License-Identifier: Apache-2.0
"""The flags llama.cpp is built with, and the way the wheel is made and kept."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[1] / "packaging" / "llama_flags.py"
AMX_SERVER = {"sse4_2", "avx", "avx2", "fma", "f16c", "bmi2", "avx512f", "avx512_bf16", "amx_tile", "amx_int8", "amx_bf16"}


@pytest.fixture(scope="module")
def script() -> ModuleType:
    sys.path.append(str(SCRIPT.parent))
    spec = importlib.util.spec_from_file_location("llama_flags", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def constraints(tmp_path: Path) -> Path:
    file = tmp_path / "约束.txt"
    file.write_text("numpy==2.4.6\nllama_cpp_python==0.3.36  # built by us\n", encoding="utf-8")
    return file


def on(flags: list[str]) -> set[str]:
    return {flag.removeprefix("-DGGML_").removesuffix("=ON") for flag in flags if flag.endswith("=ON")}


@pytest.mark.parametrize(
    ("features", "expected"),
    [
        (AMX_SERVER, {"SSE42", "AVX", "AVX2", "FMA", "F16C", "BMI2"}),
        ({"sse4_2", "avx"}, {"SSE42", "AVX"}),
        ({"sse4_2", "avx", "avx2"}, {"SSE42", "AVX"}),
        ({"sse4_2"}, {"SSE42"}),
        (set(), set()),
    ],
)
def test_flags_of_an_x86_processor(script: ModuleType, features: set[str], expected: set[str]) -> None:
    flags = script.cmake_flags("x86_64", features)
    assert flags[0] == "-DGGML_NATIVE=OFF"
    assert on(flags) == expected
    assert {"-DGGML_AMX_TILE=OFF", "-DGGML_AMX_INT8=OFF", "-DGGML_AVX512=OFF"} <= set(flags)


def test_flags_of_an_arm_processor(script: ModuleType) -> None:
    assert script.cmake_flags("aarch64", {"asimd", "fp16"}) == ["-DGGML_NATIVE=OFF"]


def test_the_build_can_hand_back_no_wheel_with_other_flags(script: ModuleType, constraints: Path) -> None:
    command = script.build_command(Path("/轮子"), script.pinned_version(constraints))
    assert "--no-cache-dir" in command
    assert command[command.index("--no-binary") + 1] == "llama-cpp-python"
    assert "--require-hashes" in command
    assert script.build_command(Path("/轮子"), "0.3.1")[-1] == "llama-cpp-python==0.3.1"


def test_the_version_of_the_constraints_is_the_one_whose_hash_is_known(script: ModuleType) -> None:
    assert script.pinned_version(SCRIPT.parents[1] / "constraints.txt") == script.llama_sources.VERSION


def test_kept_wheels_are_told_apart(script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INKSTONE_WHEELS", str(tmp_path / "轮子"))
    monkeypatch.delenv("CMAKE_ARGS", raising=False)
    one = script.wheel_folder("0.3.36", ["-DGGML_NATIVE=OFF"])
    assert one.parent == tmp_path / "轮子"
    others = {script.wheel_folder("0.3.37", ["-DGGML_NATIVE=OFF"]), script.wheel_folder("0.3.36", ["-DGGML_NATIVE=ON"])}
    monkeypatch.setenv("CMAKE_ARGS", "-DGGML_CUDA=ON")
    others.add(script.wheel_folder("0.3.36", ["-DGGML_NATIVE=OFF"]))
    assert len({one, *others}) == 4
    assert script.kept_wheel(one) is None
    one.mkdir(parents=True)
    (one / "llama_cpp_python-0.3.36-py3-none-linux_x86_64.whl").touch()
    assert script.kept_wheel(one).parent == one


def test_own_cmake_arguments_come_last_and_every_core_builds(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMAKE_ARGS", "-DGGML_CUDA=ON")
    monkeypatch.delenv("CMAKE_BUILD_PARALLEL_LEVEL", raising=False)
    environment = script.build_environment(["-DGGML_NATIVE=OFF"])
    arguments = environment["CMAKE_ARGS"].split()
    assert (arguments[0], arguments[-1]) == ("-DGGML_NATIVE=OFF", "-DGGML_CUDA=ON")
    assert set(script.OURS) <= set(arguments)
    assert int(environment["CMAKE_BUILD_PARALLEL_LEVEL"]) >= 1


def test_without_a_compiler_one_sentence_with_the_install_line(tmp_path: Path, constraints: Path) -> None:
    empty = tmp_path / "空"
    empty.mkdir()
    environment = {"PATH": str(empty), "INKSTONE_WHEELS": str(tmp_path / "轮子"), "PYTHONUTF8": "1"}
    command = [sys.executable, str(SCRIPT), "install", "--dry-run", "--constraint", str(constraints)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert "no C++ compiler" in done.stderr
    assert "sudo apt-get install -y build-essential" in done.stderr


def test_a_kept_wheel_is_taken_without_a_compiler(script: ModuleType, tmp_path: Path, constraints: Path) -> None:
    environment = {"PATH": "", "INKSTONE_WHEELS": str(tmp_path / "轮子"), "PYTHONUTF8": "1"}
    show = subprocess.run([sys.executable, str(SCRIPT), "show"], env=environment, capture_output=True, text=True, check=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INKSTONE_WHEELS", environment["INKSTONE_WHEELS"])
        patch.delenv("CMAKE_ARGS", raising=False)
        folder = script.wheel_folder("0.3.36", show.stdout.split())
    folder.mkdir(parents=True)
    (folder / "llama_cpp_python-0.3.36-py3-none-linux_x86_64.whl").touch()
    command = [sys.executable, str(SCRIPT), "install", "--dry-run", "--constraint", str(constraints)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert str(folder) in done.stdout
    assert "pip wheel" not in done.stdout


def test_a_constraints_file_that_is_not_there(tmp_path: Path) -> None:
    command = [sys.executable, str(SCRIPT), "install", "--constraint", str(tmp_path / "没有.txt")]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 2

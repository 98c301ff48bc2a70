# SPDX-License-Identifier: Apache-2.0
"""llama.cpp for Windows loads itself and a model from folders that no ANSI code page can name.

Needs the Windows tree of ``packaging/build.py windows`` and Wine; only its Python and what llama_cpp imports are taken from it. NumPy is
stood in for: llama_cpp names its types when it is imported, and computes nothing with it here.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import tiny_gguf as maker
from building import llama_sources
from building.recipe import ROOT, plan

pytestmark = pytest.mark.heavy

NEEDED = ("llama_cpp", "diskcache", "jinja2", "markupsafe", "typing_extensions.py", "psutil", "msgspec")
NUMPY = """
import sys, types
class Anything:
    def __class_getitem__(cls, item): return cls
    def __getattr__(self, name): return Anything()
    def __getitem__(self, item): return Anything()
    def __call__(self, *given, **named): return Anything()
def __getattr__(name): return Anything()
typing = sys.modules["numpy.typing"] = types.ModuleType("numpy.typing")
typing.NDArray = typing.ArrayLike = Anything
"""
PYTHON = """
#include <windows.h>
int wmain(int count, wchar_t **given) {
    HMODULE python = LoadLibraryW(L"python311.dll");
    int (*run)(int, wchar_t **) = (int (*)(int, wchar_t **))(void *)GetProcAddress(python, "Py_Main");
    return run(count, given);
}
"""
FOREIGN = """
#include <windows.h>
BOOL WINAPI DllMain(HINSTANCE library, DWORD reason, LPVOID reserved) {
    DWORD written;
    if (reason == DLL_PROCESS_ATTACH) WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), "foreign code ran\\n", 17, &written, NULL);
    return TRUE;
}
"""
ASK = """
import sys
from pathlib import Path
here = Path(__file__).resolve().parent
sys.path[:0] = [str(here / "packages"), str(here / "program")]
from desktop_app.contract.model_process import ChatMessage
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.models.llama.llama_cpp_backend import LlamaCppModel, build_info
model = LlamaCppModel(str(here / "模型😀.gguf"), context=512, gpu=False)
written = model.generate([ChatMessage("user", "合同编号是什么？")], max_tokens=64, cancel=Cancellation())
print("features:", ascii(build_info().features))
print("answer:", ascii("".join(piece.text for piece in written)))
"""


@pytest.fixture(scope="module")
def tree() -> Path:
    if shutil.which("wine") is None or shutil.which("x86_64-w64-mingw32-gcc") is None:
        pytest.skip("Wine and mingw-w64 are not installed")
    folder = plan("windows", light=False, out=ROOT / "dist").tree
    if not (folder / "packages" / "llama_cpp" / "lib").is_dir():
        pytest.skip("no Windows tree: python packaging/build.py windows")
    return folder


def test_its_libraries_are_those_of_the_variants(tree: Path) -> None:
    found = {path.name for path in (tree / "packages" / "llama_cpp" / "lib").glob("*.dll")}
    assert found == {"libllama.dll", "ggml.dll", "ggml-base.dll", *(f"ggml-cpu-{name}.dll" for name in llama_sources.VARIANTS)}


def test_no_library_asks_for_one_that_a_pc_may_lack(tree: Path) -> None:
    asked = set()
    for library in (tree / "packages" / "llama_cpp" / "lib").glob("*.dll"):
        shown = subprocess.run(["x86_64-w64-mingw32-objdump", "-p", library], capture_output=True, text=True, check=True).stdout
        asked |= {line.split()[-1].lower() for line in shown.splitlines() if "DLL Name:" in line}
    assert asked <= {"kernel32.dll", "advapi32.dll", "msvcrt.dll", "ggml.dll", "ggml-base.dll"}


def test_no_library_has_the_instructions_that_crash(tree: Path) -> None:
    for library in (tree / "packages" / "llama_cpp" / "lib").glob("ggml-cpu-*.dll"):
        shown = subprocess.run(["x86_64-w64-mingw32-objdump", "-d", library], capture_output=True, text=True, check=True).stdout
        assert not any(word in shown for word in ("tdpbssd", "tdpbf16ps", "ldtilecfg")), library.name


def test_a_model_answers_from_a_folder_no_code_page_can_name(tree: Path, tmp_path: Path) -> None:
    home = tmp_path / "家 用户　名😀"
    (home / "packages" / "numpy").mkdir(parents=True)
    (home / "packages" / "numpy" / "__init__.py").write_text(NUMPY, encoding="utf-8")
    for name in NEEDED:
        source = tree / "packages" / name
        (shutil.copytree if source.is_dir() else shutil.copyfile)(source, home / "packages" / name)
    shutil.copytree(ROOT / "desktop_app", home / "program" / "desktop_app")
    shutil.copytree(tree / "runtime", home / "runtime")
    (tmp_path / "python.c").write_text(PYTHON, encoding="utf-8")
    starter = home / "runtime" / "ask.exe"
    subprocess.run(["x86_64-w64-mingw32-gcc", "-municode", "-o", starter, tmp_path / "python.c"], check=True)
    (tmp_path / "foreign.c").write_text(FOREIGN, encoding="utf-8")
    subprocess.run(["x86_64-w64-mingw32-gcc", "-shared", "-o", tmp_path / "foreign.dll", tmp_path / "foreign.c"], check=True)
    maker.write(home / "模型😀.gguf", maker.ANSWER)
    (home / "ask.py").write_text(ASK, encoding="utf-8")
    environment = {
        **os.environ,
        "WINEPREFIX": str(tmp_path / "prefix"),
        "WINEDEBUG": "-all",
        "INKSTONE_HOME": str(home / "data"),
        "GGML_BACKEND_PATH": "Z:" + str(tmp_path / "foreign.dll").replace("/", "\\"),
    }
    command = ["wine", str(starter), "-X", "utf8", str(home / "ask.py")]
    (tmp_path / "elsewhere").mkdir()
    shutil.copyfile(tmp_path / "foreign.dll", tmp_path / "elsewhere" / "ggml-cpu-foreign.dll")
    done = subprocess.run(command, env=environment, cwd=tmp_path / "elsewhere", capture_output=True, timeout=280, check=False)
    told = done.stdout.decode("utf-8", "replace")
    assert f"answer: {maker.ANSWER!a}" in told, told + done.stderr.decode("utf-8", "replace")
    assert "'SSE3'" in told
    assert "foreign code ran" not in told

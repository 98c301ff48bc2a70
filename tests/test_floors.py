"""The floors hold: imports only go down, rooms on one floor stay apart, one file per engine, and the window stays light."""

from __future__ import annotations

import ast
import functools
import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "desktop_app"
FLOOR = {
    "foundation": 0,
    "analysis": 1,
    "contract": 1,
    "modelfiles": 2,
    "documents": 3,
    "embedding": 3,
    "models": 3,
    "library": 4,
    "indexing": 5,
    "retrieval": 5,
    "answering": 6,
    "engine": 7,
    "bridge": 8,
    "ui": 9,
}
ROOF = {"__main__", "app", "cli", "cli_answers", "cli_chat", "cli_reports", "cli_text", "launch", "tour"}
# Which files may import each engine. A module stands for itself and everything below it.
OWNERS = {
    "chromadb": {"library/vectors.py"},
    "langchain_chroma": set(),  # of the recipe that `tests/benchmarks` compares with
    "llama_cpp": {"models/llama_cpp_backend.py"},
    "torch": {
        "embedding/sentence_transformers_backend.py",
        "embedding/chain.py",
        "embedding/cross_encoder_backend.py",
        "embedding/checker_torch.py",
    },
    "sentence_transformers": {"embedding/chain.py", "embedding/cross_encoder_backend.py"},
    "langchain_huggingface": {"embedding/sentence_transformers_backend.py"},
    "transformers": {"embedding/sentence_transformers_backend.py", "embedding/checker_torch.py"},
    "onnxruntime": {"embedding/checker_onnx.py"},
    # Running a graph and making one are two subjects; only the first may be loaded where questions are answered.
    "openvino": {"embedding/openvino_model.py", "embedding/conversion.py", "embedding/bert_graph.py"},
    "nncf": {"embedding/conversion.py"},
    "tokenizers": {
        "embedding/tokens.py",
        "embedding/plain_folder.py",
        "embedding/cross_encoder_graph.py",
        "embedding/checker.py",
    },
    "sentencepiece": {"embedding/sentencepiece_tokens.py"},
    "Stemmer": {"analysis/words.py"},
    "pypdfium2": {"documents/pdf.py", "documents/pdf_calls.py", "documents/pdf_page.py", "documents/pdf_rules.py"},
    "pypdf": {"documents/pdf_second_try.py", "ui/exporting/pdf_letters.py"},
    "rapidocr": {"documents/ocr.py"},
    "docx": {"documents/docx.py", "ui/exporting/to_docx.py"},
    "openpyxl": {"documents/xlsx.py"},
    "kreuzberg": {"documents/kreuzberg_backend.py"},
    "langchain_community": {"documents/community_loaders.py"},
    "msoffcrypto": {"documents/unlocking.py"},
    "olefile": {"documents/ole.py"},
    "python_calamine": {"documents/xlsb.py"},
    "xlrd": {"documents/xls.py"},
    "pathspec": {"indexing/excludes.py"},
    "watchfiles": {"indexing/watching.py"},
}
HEAVY = (
    "torch",
    "chromadb",
    "langchain",
    "langchain_core",
    "langchain_chroma",
    "llama_cpp",
    "transformers",
    "sentence_transformers",
    "openvino",
    "nncf",
)


@functools.cache
def imports_of(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative imports hide the floor"
            found.add(node.module or "")
            found.update(f"{node.module}.{name.name}" for name in node.names)
    return found


def room_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


FILES = sorted(PACKAGE.rglob("*.py"))


def test_imports_only_go_down() -> None:
    wrong = []
    for file in FILES:
        relative = file.relative_to(PACKAGE)
        if len(relative.parts) == 1:
            continue  # the roof may import every floor
        room = relative.parts[0]
        for module in imports_of(file):
            if not module.startswith("desktop_app."):
                continue
            other = room_of(module)
            if other in ROOF:
                wrong.append(f"{relative} imports the roof ({module})")
            elif other in FLOOR and other != room and FLOOR[other] >= FLOOR[room]:
                wrong.append(f"{relative} (floor {FLOOR[room]}) imports {module} (floor {FLOOR[other]})")
    assert not wrong, "\n".join(wrong)


def test_one_file_per_engine() -> None:
    wrong = []
    for file in FILES:
        relative = file.relative_to(PACKAGE).as_posix()
        for module in imports_of(file):
            owners = OWNERS.get(module.split(".")[0])
            if owners is not None and relative not in owners:
                wrong.append(f"{relative} imports {module}; only {owners} may")
    assert not wrong, "\n".join(wrong)


def test_only_ui_and_the_window_import_widgets() -> None:
    for file in FILES:
        relative = file.relative_to(PACKAGE).as_posix()
        qt = {module for module in imports_of(file) if module.startswith("PySide6")}
        if relative.startswith("ui/") or relative == "app.py":
            continue
        if relative.startswith("bridge/"):
            assert all(module.startswith(("PySide6.QtCore", "PySide6")) and "Widgets" not in module for module in qt), relative
            continue
        assert not qt, f"{relative} imports {qt}"


def cold_modules(statement: str) -> set[str]:
    code = f"import sys\n{statement}\nprint(' '.join(sorted({{name.split('.')[0] for name in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PACKAGE.parent)
    return set(done.stdout.split())


def test_the_window_imports_nothing_heavy() -> None:
    loaded = cold_modules("import desktop_app.__main__, desktop_app.app, desktop_app.ui.main_window")
    assert not loaded & set(HEAVY)
    assert "PySide6" in loaded


def test_the_command_line_imports_no_qt_and_starts_light() -> None:
    loaded = cold_modules("import desktop_app.__main__, desktop_app.cli")
    assert "PySide6" not in loaded
    assert not loaded & set(HEAVY)


def test_every_room_file_is_small() -> None:
    """A file has one subject; past this size it has two."""
    large = [str(file.relative_to(PACKAGE)) for file in FILES if file.stat().st_size >= 24_000]
    assert not large, f"each holds more than one subject; split it: {large}"


# ---- the engine is closed ---------------------------------------------------------------------------------------------

ENGINE = PACKAGE / "engine" / "engine.py"


def engine_class() -> ast.ClassDef:
    tree = ast.parse(ENGINE.read_text(encoding="utf-8"))
    return next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Engine")


def is_engine(node: ast.expr) -> bool:
    """Whether an expression is an Engine, by the names that everybody gives it."""
    return (isinstance(node, ast.Name) and node.id == "engine") or (
        isinstance(node, ast.Attribute) and node.attr in ("engine", "_engine")
    )


def reaching_in(tree: ast.AST, verbs: set[str]) -> list[str]:
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute):
            continue
        if is_engine(node.value) and node.attr not in verbs:
            found.append(ast.unparse(node))
        elif isinstance(node.value, ast.Attribute) and is_engine(node.value.value):
            found.append(ast.unparse(node))  # a part of a part
    return found


def test_the_engine_keeps_its_parts_to_itself() -> None:
    assigned = [
        target.attr
        for node in ast.walk(engine_class())
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Attribute)
    ]
    assert assigned
    assert [name for name in assigned if not name.startswith("_")] == []


def test_whoever_uses_the_engine_uses_its_own_methods() -> None:
    verbs = {node.name for node in engine_class().body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")}
    users = [file for file in FILES if file != ENGINE and "desktop_app.engine.engine" in imports_of(file)]
    assert {"server.py", "requests.py", "source_watch.py", "cli.py", "cli_reports.py"} <= {file.name for file in users}
    for file in users:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        assert reaching_in(tree, verbs) == [], f"{file.name}: give Engine a method for it"


def test_reaching_into_the_engine_is_noticed() -> None:
    source = "engine.library.catalogue.files()\nself._engine._library\nengine.embedding.wait()\nengine.search('x').passages"
    assert set(reaching_in(ast.parse(source), {"search", "embedding"})) == {
        "engine.library",
        "engine.library.catalogue",
        "self._engine._library",
        "engine.embedding.wait",
    }

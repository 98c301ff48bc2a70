# SPDX-License-Identifier: Apache-2.0
"""The floors hold: imports only go down, rooms on one floor stay apart, one file per engine, and the window stays light."""

from __future__ import annotations

import ast
import functools
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

from tests import import_graph

PACKAGE = Path(__file__).resolve().parents[1] / "desktop_app"
FLOOR = {
    "foundation": 0,
    "analysis": 1,
    "ipc": 1,
    "contract": 2,
    "modelfiles": 3,
    "wording": 3,
    "documents": 4,
    "embedding": 4,
    "models": 4,
    "library": 5,
    "facts": 6,
    "indexing": 6,
    "retrieval": 6,
    "summaries": 6,
    "tables": 6,
    "answering": 7,
    "engine": 8,
    "bridge": 9,
    "ui": 10,
}
GRAPH = import_graph.Graph(PACKAGE)
# Which files may import each engine. A module stands for itself and everything below it.
OWNERS = {
    "chromadb": {"library/vectors.py"},
    "langchain_chroma": set(),  # of the recipe that `tests/benchmarks` compares with
    "llama_cpp": {"models/llama/llama_cpp_backend.py"},
    "torch": {
        "embedding/backends/sentence_transformers_backend.py",
        "embedding/backends/chain.py",
        "embedding/backends/cross_encoder_backend.py",
        "embedding/checking/checker_torch.py",
    },
    "sentence_transformers": {"embedding/backends/chain.py", "embedding/backends/cross_encoder_backend.py"},
    "langchain_huggingface": {"embedding/backends/sentence_transformers_backend.py"},
    "transformers": {"embedding/backends/sentence_transformers_backend.py", "embedding/checking/checker_torch.py"},
    "onnxruntime": {"embedding/checking/checker_onnx.py"},
    # Running a graph and making one are two subjects; only the first may be loaded where questions are answered.
    "openvino": {
        "embedding/backends/openvino_model.py",
        "embedding/backends/conversion.py",
        "embedding/backends/publishing.py",
        "embedding/backends/traced_conversion.py",
        "embedding/backends/bert_graph.py",
        "embedding/encoders/layers.py",
        "embedding/encoders/bert_kin.py",
        "embedding/encoders/poolings.py",
        "embedding/encoders/scoring_heads.py",
        "embedding/encoders/sentence_graph.py",
        "embedding/encoders/eight_bits.py",
        "embedding/encoders/onnx_encoder.py",
    },
    "tokenizers": {
        "embedding/tokens/tokens.py",
        "embedding/backends/plain_folder.py",
        "embedding/backends/cross_encoder_graph.py",
        "embedding/checking/checker.py",
    },
    "sentencepiece": {"embedding/tokens/sentencepiece_tokens.py", "modelfiles/vocabulary.py"},
    "Stemmer": {"analysis/words.py"},
    "pypdfium2": {
        "documents/pdf/pdf_document.py",
        "documents/pdf/pdf_attachments.py",
        "documents/pdf/pdf_calls.py",
        "documents/pdf/pdf_fields.py",
        "documents/pdf/pdf_hidden.py",
        "documents/pdf/pdf_page.py",
        "documents/pdf/pdf_rules.py",
        "documents/viewing/page_drawing.py",
        "documents/viewing/pdf_file.py",
        "documents/viewing/pdf_text_layer.py",
    },
    "pypdf": {"documents/pdf/pdf_second_try.py", "ui/exporting/pdf_letters.py"},
    "rapidocr": {"documents/ocr/text_recognition.py"},
    "docx": {"ui/exporting/to_docx.py"},
    "openpyxl": {"documents/office/xlsx.py", "ui/exporting/to_xlsx.py"},
    "kreuzberg": {"documents/office/kreuzberg_backend.py"},
    "langchain_community": {"documents/containers/community_loaders.py"},
    "msoffcrypto": {"documents/office/unlocking.py"},
    "olefile": {"documents/office/ole.py"},
    "xlrd": {"documents/office/xls.py"},
    "pathspec": {"indexing/excludes.py"},
    "rapidfuzz": {"retrieval/shingles.py"},
    "chardetng_py": {"documents/text/encodings.py"},
    "watchfiles": {"indexing/watching/file_watcher.py"},
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


FILES = sorted(PACKAGE.rglob("*.py"))


def test_every_room_has_its_floor() -> None:
    rooms = {room.split(".")[0] for room in GRAPH.rooms()}
    assert rooms - {"", "cli"} == set(FLOOR)  # the roof, __main__ and cli, may import every floor


def test_imports_only_go_down() -> None:
    wrong = import_graph.upward(GRAPH, FLOOR)
    assert not wrong, "\n".join(wrong)


def test_no_room_imports_in_a_circle() -> None:
    """Also the rooms within a room: what two of them need of each other lies in a third."""
    assert import_graph.circles(GRAPH.between_rooms()) == []


def test_no_files_import_in_a_circle() -> None:
    """Imports within a function, and those for annotations only, count as well."""
    assert import_graph.circles(GRAPH.between_files()) == []


def test_no_room_is_overfull() -> None:
    full = {room: count for room, count in GRAPH.rooms().items() if count > 20}
    assert not full, f"make rooms within: {full}"


def test_no_two_files_have_one_name() -> None:
    """A traceback, a search and a tab of an editor show the name alone."""
    twice = [name for name, count in Counter(file.name for file in FILES).items() if count > 1]
    assert twice == ["__init__.py"]


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
        if relative.startswith("ui/"):
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
    loaded = cold_modules("import desktop_app.__main__, desktop_app.ui.shell.app, desktop_app.ui.shell.main_window")
    assert not loaded & set(HEAVY)
    assert "PySide6" in loaded
    assert not loaded & {"msgspec", "json"}, "they come after the first picture"
    assert not loaded & {"msgspec", "filelock", "psutil"}, "what the first picture does not need, MainWindow.fill imports"


FIRST_PICTURE = """
import os, sys
from desktop_app.ui.shell import app
def begin(*_):
    print(*sorted(sys.modules))
    sys.stdout.flush()
    os._exit(0)
app._begin = begin
sys.argv = ["inkstone"]
from desktop_app.__main__ import main
main()
"""
IN_IT = """
cli.launch contract.closing
foundation.display foundation.errors foundation.installed foundation.known_libraries foundation.offline foundation.paths foundation.private
policy.policy_in_force policy.policy_rules foundation.settings foundation.shown foundation.single_window foundation.translation foundation.windows_paths
analysis.script bridge.binding commands.enter_presses libraries.library_button wording.place
look.icons look.labels look.seen_order look.theme look.window_language
shell.app shell.centre_pane shell.main_window shell.pane_focus shell.pane_splitter shell.source_pane shell.top_bar shell.window_shape
"""


def test_the_first_picture_waits_for_little(tmp_path: Path) -> None:
    """The real start, up to the first picture. Each file costs about a millisecond of some hundred; a library may cost thirty."""
    done = subprocess.run(
        [sys.executable, "-c", FIRST_PICTURE],
        env={**os.environ, "INKSTONE_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"},
        cwd=PACKAGE.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = done.stdout.split()
    ours = {name for name in loaded if name.startswith("desktop_app.")}
    files = {".".join(name.split(".")[-2:]) for name in ours if (PACKAGE.parent / f"{name.replace('.', '/')}.py").exists()}
    assert files <= set(IN_IT.split()) | {"desktop_app.__main__"}, "import it where the parts are filled in"
    other = {"msgspec", "json", "html", "psutil", "filelock", "socket", "subprocess", "asyncio", "logging.handlers", "tomli_w"}
    assert not set(loaded) & other, "import it where the parts are filled in"


def test_the_window_parses_no_foreign_file() -> None:
    """Not even what it imports when a source is first shown: that is for the viewer process."""
    parsers = {"pypdfium2", "pypdfium2_raw", "PIL", "numpy"}
    loaded = cold_modules("import desktop_app.ui.source.pdf_view, desktop_app.ui.source.source_panel")
    assert not loaded & parsers
    wrong = [file.name for file in FILES if any(name.startswith("PySide6.QtPdf") for name in imports_of(file))]
    assert not wrong, "Qt PDF opens PDFs in the window"


def test_the_command_line_imports_no_qt_and_starts_light() -> None:
    loaded = cold_modules("import desktop_app.__main__, desktop_app.cli.command_line")
    assert "PySide6" not in loaded
    assert not loaded & set(HEAVY)


def test_every_room_file_is_small() -> None:
    """A file has one subject; past this size it has two."""
    large = [str(file.relative_to(PACKAGE)) for file in FILES if file.stat().st_size >= 24_000]
    assert not large, f"each holds more than one subject; split it: {large}"


def test_the_first_line_of_a_file_says_what_it_is() -> None:
    """In about ten words, on one line: it is what lists of files and tooltips of editors show."""
    wrong = []
    for file in FILES:
        first = (ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or "").partition("\n")[0]
        if not first.endswith(".") or len(first) > 72:
            wrong.append(f"{file.relative_to(PACKAGE)}: {first!r}")
    assert not wrong, "\n".join(wrong)


def test_no_two_public_classes_have_one_name() -> None:
    places: dict[str, list[str]] = {}
    for file in FILES:
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places.setdefault(node.name, []).append(file.relative_to(PACKAGE).as_posix())
    assert {name: files for name, files in places.items() if len(files) > 1} == {}


# ---- the engine is closed ---------------------------------------------------------------------------------------------

ENGINE = PACKAGE / "engine" / "engine.py"
HANDED_OUT = {"conversations", "turns", "llm", "source_text", "tables"}  # parts whose methods are what their users need


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
        elif isinstance(node.value, ast.Attribute) and is_engine(node.value.value) and node.value.attr not in HANDED_OUT:
            found.append(ast.unparse(node))  # a part of a part
    return found


def test_the_engine_keeps_its_parts_to_itself() -> None:
    assigned = [
        target.attr
        for node in ast.walk(engine_class())
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Attribute) and ast.unparse(target.value) == "self"
    ]
    assert assigned
    assert [name for name in assigned if not name.startswith("_")] == []


def test_whoever_uses_the_engine_uses_its_own_methods() -> None:
    verbs = {node.name for node in engine_class().body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")}
    users = [file for file in FILES if file != ENGINE and "desktop_app.engine.engine" in imports_of(file)]
    assert {"server.py", "requests.py", "source_watch.py", "running.py", "index_command.py"} <= {file.name for file in users}
    for file in users:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        assert reaching_in(tree, verbs) == [], f"{file.name}: give Engine a method for it"


def test_reaching_into_the_engine_is_noticed() -> None:
    source = "engine.library.catalogue.files()\nself._engine._library\nengine.embedding.wait()\nengine.search('x').passages\nengine.conversations.heads()"
    assert set(reaching_in(ast.parse(source), {"search", "embedding", "conversations"})) == {
        "engine.library",
        "engine.library.catalogue",
        "self._engine._library",
        "engine.embedding.wait",
    }

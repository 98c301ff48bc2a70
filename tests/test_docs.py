# SPDX-License-Identifier: Apache-2.0
"""The documents agree with the code: floors, rooms, paths, names, make targets and links in them exist."""

from __future__ import annotations

import ast
import functools
import re
from collections import defaultdict
from pathlib import Path

import pytest

from desktop_app.documents.process import registry
from tests import import_graph
from tests.test_floors import FLOOR

ROOT = Path(__file__).resolve().parents[1]
DOCS = sorted(
    path
    for path in (
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "packaging").glob("*.md"),
        *(ROOT / ".github").rglob("*.md"),
    )
    if path.name not in ("CHANGELOG.md", "THIRD_PARTY_NOTICES.md")  # a history, and texts of others
)
# What "a path" ends with; other words with a dot are names.
ENDINGS = ("py", "md", "toml", "txt", "yml", "yaml", "json", "jsonl", "sqlite", "po", "svg", "cfg")


@functools.cache
def words() -> frozenset[str]:
    """Every word of the sources, so that a name in a document can be looked up."""
    files = [path for folder in ("desktop_app", "tests", "packaging") for path in (ROOT / folder).rglob("*.py")]
    files += [ROOT / name for name in ("Makefile", "pyproject.toml", ".ci/run", "tests/contract/protocol.json")]
    files.remove(Path(__file__))  # names words that are nowhere else
    return frozenset(word for path in files for word in re.findall(r"\w+", path.read_text(encoding="utf-8")))


def spans(text: str) -> list[str]:
    """The inline code of a Markdown text, fenced blocks left out."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"^ *```.*?^ *```", "", text, flags=re.DOTALL | re.MULTILINE))


def is_path(span: str) -> bool:
    if not re.fullmatch(r"[\w.][\w./-]*", span) or span.startswith(
        ("../", ".venv/")
    ):  # beside the checkout, or made by the set-up
        return False
    return "/" in span or span.rpartition(".")[2] in ENDINGS


def exists(span: str, document: Path) -> bool:
    """As a path from the top, from the package or from the document; or as the name of a file or folder that the program makes."""
    if any((folder / span).exists() for folder in (ROOT, ROOT / "desktop_app", document.parent)):
        return True
    return "/" not in span[:-1] and set(re.findall(r"\w+", span)) <= words()


def is_name(span: str) -> bool:
    """An identifier of code: with an underscore or an inner capital."""
    return bool(re.fullmatch(r"[A-Za-z_][\w.]*(\(\))?", span) and re.search(r"_|[a-z][A-Z]", span))


def wrong_in(text: str, document: Path) -> list[str]:
    """What a document names that is not there."""
    wrong = [span for span in spans(text) if is_path(span) and not exists(span, document)]
    wrong += [
        span for span in spans(text) if not is_path(span) and is_name(span) and not set(re.findall(r"\w+", span)) <= words()
    ]
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    wrong += [f"make {name}" for name in re.findall(r"(?<=`)make ([a-z-]+)", text) if name not in targets]
    for module in re.findall(r"python -m (tests[\w.]+)", text):
        path = ROOT / module.replace(".", "/")
        if not path.with_suffix(".py").is_file() and not (path / "__main__.py").is_file():
            wrong.append(module)
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text)
    return wrong + [link for link in links if ":" not in link and not (document.parent / link).exists()]


@pytest.mark.parametrize("document", DOCS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_a_document_names_exists(document: Path) -> None:
    assert wrong_in(document.read_text(encoding="utf-8"), document) == []


def test_a_wrong_name_is_noticed() -> None:
    text = (
        "`docs/nowhere.md`, `contract/document.py`, `NoSuchThing`, `ReaderPool`, `catalogue.sqlite`, `make nothing`, `make check ROOM=ipc`, "
        "[a](missing.md), [b](README.md), `python -m tests.nothing`"
    )
    assert wrong_in(text, ROOT / "README.md") == [
        "docs/nowhere.md",
        "NoSuchThing",
        "make nothing",
        "tests.nothing",
        "missing.md",
    ]


ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def test_every_format_is_told() -> None:
    told = set(re.findall(r"\.\w+", (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")))
    assert {suffix for reader in registry.READERS for suffix in reader.suffixes} - told == set()


def test_the_picture_of_the_floors_is_that_of_the_tests() -> None:
    lines = re.findall(r"^ *(\d+) +((?:\w+ )+) +", ARCHITECTURE, re.MULTILINE)
    assert {room: int(floor) for floor, rooms in lines for room in rooms.split()} == FLOOR


def test_the_table_of_rooms_is_that_of_the_folders() -> None:
    section = ARCHITECTURE.partition("\n## Rooms\n")[2].partition("\n## ")[0]
    table = dict(re.findall(r"^\| `(\w+)` \|[^|]*\|([^|]*)\|$", section, re.MULTILINE))
    named = {f"{room}.{inner}" for room, inside in table.items() for inner in re.findall(r"`(\w+)`", inside)} | set(table)
    rooms = set(import_graph.Graph(import_graph.PACKAGE).rooms()) - {""}
    assert named == rooms | {room.split(".")[0] for room in rooms}, "bring the table of docs/architecture.md up to date"


def test_sequence_pictures_can_be_drawn() -> None:
    """Mermaid takes a semicolon for the end of a line there."""
    pictures = re.findall(r"```mermaid\nsequenceDiagram\n(.*?)```", ARCHITECTURE, re.DOTALL)
    assert len(pictures) == 2
    assert [line for picture in pictures for line in picture.splitlines() if ";" in line] == []


def dangling(source: str, modules: set[str]) -> list[str]:
    """Modules that a source names in double backticks and that are not there: ``room.module`` and ``file.py``."""
    rooms = {module.split(".")[0] for module in modules}
    found = []
    for name in re.findall(r"``([a-z]\w*(?:\.\w+)+)``", source):
        parts = name.split(".")
        ends = (".".join(parts[:count]) for count in range(2, len(parts) + 1))
        if name.endswith(".py"):
            known = any(module.split(".")[-1] == parts[0] for module in modules)
        else:
            known = parts[0] not in rooms or any(end in modules for end in ends)
        if not known:
            found.append(name)
    return found


def test_modules_named_in_the_product_exist() -> None:
    graph = import_graph.Graph(import_graph.PACKAGE)
    modules = set(graph.files)
    wrong = {module: dangling(file.read_text(encoding="utf-8"), modules) for module, file in graph.files.items()}
    assert {module: names for module, names in wrong.items() if names} == {}


def test_a_dangling_module_is_noticed() -> None:
    modules = {"ipc", "ipc.pipes", "library.stores", "library.stores.schema"}
    text = "``ipc.pipes``, ``ipc.nothing``, ``schema.py``, ``old.py``, ``library.stores.schema.prepare``, ``os.stat``, ``library.gone.x``"
    assert dangling(text, modules) == ["ipc.nothing", "old.py", "library.gone.x"]


def members() -> dict[str, set[str]]:
    """What the classes and the modules of the product define: functions and methods by the name before the dot."""
    found = defaultdict[str, set[str]](set)
    for path in (ROOT / "desktop_app").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for owner in ast.walk(tree):
            if isinstance(owner, ast.ClassDef | ast.Module):
                name = owner.name if isinstance(owner, ast.ClassDef) else path.stem
                found[name] |= {one.name for one in owner.body if isinstance(one, ast.FunctionDef)}
    return found


def not_defined(walks: str) -> list[str]:
    """Calls ``Class.method`` and ``module.function`` in the "After" blocks of the walks that the product does not have."""
    defined = members()
    blocks = re.findall(r"^### After\n\n```\n(.*?)^```", walks, re.DOTALL | re.MULTILINE)
    assert len(blocks) == walks.count("\n### After\n")
    calls = [call for block in blocks for call in re.findall(r"(\w+)\.(\w+)", block)]
    return [f"{owner}.{name}" for owner, name in calls if name not in defined[owner]]


def test_the_calls_of_the_walks_exist() -> None:
    assert not_defined((ROOT / "docs" / "walks.md").read_text(encoding="utf-8")) == []


def test_a_wrong_call_of_a_walk_is_noticed() -> None:
    block = "### Before\n\n```\nGone.gone -> gone.run\n```\n\n### After\n\n```\nroof  __main__.main -> Pipeline.run => Pipeline.fly -> nowhere.run\n```\n"
    assert not_defined("\n" + block) == ["Pipeline.fly", "nowhere.run"]

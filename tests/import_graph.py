# SPDX-License-Identifier: Apache-2.0
"""The import graph of the program, measured from its files: rooms, arrows between them, and circles.

A room is a folder. ``python -m tests.import_graph`` prints it; ``test_floors`` holds it. Imports inside a function and
those for annotations only (``TYPE_CHECKING``) count like any other: they tie files together just the same.
"""

from __future__ import annotations

import ast
import functools
import statistics
import sys
from collections import Counter, defaultdict
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "desktop_app"


class Graph:
    """Files of a package and what they import of it.

    ``files`` maps a module ("documents.pdf.pdf_page") to its file, ``arrows`` a module to the modules it imports.
    """

    def __init__(self, package: Path) -> None:
        self.package = package
        self.files = {self._module(file): file for file in sorted(package.rglob("*.py"))}
        self.arrows = {module: self._imports(module, file) for module, file in self.files.items()}

    def _module(self, file: Path) -> str:
        parts = file.relative_to(self.package).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    def _imports(self, module: str, file: Path) -> set[str]:
        names: set[str] = set()
        for node in ast.walk(_tree(file)):
            if isinstance(node, ast.Import):
                names.update(name.name for name in node.names)
            elif isinstance(node, ast.ImportFrom):
                for name in node.names:
                    whole = f"{node.module}.{name.name}"
                    names.add(whole if self._ours(whole) in self.files else str(node.module))
        ours = {self._ours(name) for name in names if name.startswith(f"{self.package.name}.")}
        return {name for name in ours if name in self.files and name != module}

    def _ours(self, name: str) -> str:
        return name.removeprefix(f"{self.package.name}.")

    def room(self, module: str) -> str:
        """The folder of a module: "documents.pdf" for "documents.pdf.pdf_page"; "" for the roof."""
        if self.files[module].name == "__init__.py":
            return module
        return module.rpartition(".")[0]

    def rooms(self) -> Counter[str]:
        """How many files each room has, its ``__init__`` left out."""
        return Counter(self.room(module) for module, file in self.files.items() if file.name != "__init__.py")

    def between_rooms(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for module, others in self.arrows.items():
            found[self.room(module)].update(self.room(other) for other in others)
        for room, others in found.items():
            others.discard(room)
        return dict(found)

    def between_files(self) -> dict[str, set[str]]:
        """The arrows without packages' ``__init__`` files, which re-export."""
        plain = {module for module, file in self.files.items() if file.name != "__init__.py"}
        return {module: others & plain for module, others in self.arrows.items() if module in plain}


@functools.cache
def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def circles(arrows: dict[str, set[str]]) -> list[list[str]]:
    """Groups of nodes that reach each other over the arrows, each group sorted."""
    reached = {node: _reached(arrows, node) for node in arrows}
    groups = {tuple(sorted(other for other in reached[node] if node in reached.get(other, ()))) for node in arrows}
    return [list(group) for group in sorted(groups) if len(group) > 1]


def _reached(arrows: dict[str, set[str]], start: str) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for other in arrows.get(waiting.pop(), ()):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found


def upward(graph: Graph, floor: dict[str, int]) -> list[str]:
    """Imports that do not go down: to a room of the same floor or a higher one, or from a floor to the roof."""
    wrong = []
    for module, others in graph.arrows.items():
        room = module.split(".")[0]
        if room not in floor:
            continue
        for other in sorted(others):
            target = other.split(".")[0]
            if target not in floor:
                if other:
                    wrong.append(f"{module} imports the roof ({other})")
            elif target != room and floor[target] >= floor[room]:
                wrong.append(f"{module} (floor {floor[room]}) imports {other} (floor {floor[target]})")
    return wrong


def main(package: Path) -> None:
    graph = Graph(package)
    lines = {module: len(file.read_text(encoding="utf-8").splitlines()) for module, file in graph.files.items()}
    rooms = graph.rooms()
    arrows = graph.between_rooms()
    sys.stdout.write(f"{'room':28} files  lines  imports\n")
    for room in sorted(rooms):
        size = sum(count for module, count in lines.items() if graph.room(module) == room)
        sys.stdout.write(f"{room or '(roof)':28} {rooms[room]:5} {size:6}  {', '.join(sorted(arrows.get(room, ())))}\n")
    plain = [count for module, count in lines.items() if graph.files[module].name != "__init__.py"]
    longest = max(graph.files, key=lambda module: graph.files[module].stat().st_size)
    sys.stdout.write(
        f"\n{len(plain)} files, {sum(plain)} lines, median {statistics.median(plain):.0f}, "
        f"longest {longest} ({lines[longest]} lines, {graph.files[longest].stat().st_size / 1000:.1f} kB)\n"
        f"rooms with more than 20 files: {[room for room, count in rooms.items() if count > 20]}\n"
        f"circles between files: {circles(graph.between_files())}\n"
        f"circles between rooms: {circles(arrows)}\n"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else PACKAGE)

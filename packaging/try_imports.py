# SPDX-License-Identifier: Apache-2.0
"""Import everything that Inkstone imports from other packages.

    PYTHON packaging/try_imports.py [FOLDER]      FOLDER holds desktop_app: a tree's program, or the checkout

Run by the Python of a tree, it shows whether something was pruned that is needed: most of these imports stand inside functions, and
would fail only when a person comes that far. What ``locks/left_out.toml`` names may be missing; the program goes on without it.
"""

from __future__ import annotations

import ast
import importlib
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent


def third_party(folder: Path) -> dict[str, set[str]]:
    """Module -> names taken from it, of all imports of ``desktop_app`` below ``folder`` that are of other packages."""
    ours = sys.stdlib_module_names | {"desktop_app"}
    found: dict[str, set[str]] = {}
    for file in sorted((folder / "desktop_app").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported = [(name.name, "") for name in node.names]
            elif isinstance(node, ast.ImportFrom):
                imported = [(node.module or "", name.name) for name in node.names]
            else:
                continue
            for module, name in imported:
                if module.partition(".")[0] not in ours:
                    found.setdefault(module, set()).update({name} - {""})
    return found


def missing(wanted: dict[str, set[str]], may_miss: set[str]) -> list[str]:
    """What cannot be imported, a line each."""
    problems = []
    for module, names in sorted(wanted.items()):
        try:
            there = importlib.import_module(module)
            for name in sorted(names):
                if not hasattr(there, name):
                    importlib.import_module(f"{module}.{name}")
        except ImportError as error:
            if module.partition(".")[0] not in may_miss:
                problems.append(f"{module}: {error}")
    return problems


def _load_what_qt_needs() -> None:
    """As the program does, where the system lacks libraries of a desktop."""
    from desktop_app.foundation import display

    display.load_brought_libraries()


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent
    left_out = tomllib.loads((HERE / "locks" / "left_out.toml").read_text(encoding="utf-8"))
    sys.path.append(str(folder))
    _load_what_qt_needs()
    wanted = third_party(folder)
    problems = missing(wanted, {name.replace("-", "_") for name in left_out})
    print(*problems, f"{len(wanted)} modules of other packages imported, {len(problems)} missing.", sep="\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

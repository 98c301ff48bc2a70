# SPDX-License-Identifier: Apache-2.0
"""No text from outside is ever markup: Qt's calls that guess are forbidden outside ``ui/look/labels.py``.

A name such as ``<img src="file://server/x.png">.docx`` in a label or tooltip makes Qt open that address, on Windows with the person's
network password. A test with such a name finds one forgotten place; this one finds all.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "desktop_app"
HELPERS = PACKAGE / "ui" / "look" / "labels.py"
OPENING = PACKAGE / "ui" / "widgets" / "opening.py"

# Calls of the same name on other things: a notice of the desktop holds our words alone, what is dragged out is escaped.
ALLOWED = {
    PACKAGE / "ui" / "attention" / "tray_icon.py": {"setToolTip", "showMessage"},
    PACKAGE / "ui" / "widgets" / "drag_out.py": {"setHtml"},
}

# What is called -> what to write instead.
NAMES = {
    "QLabel": "plain_label(...), or rich_label(...) where the markup is ours and every foreign part is escaped",
    "QMessageBox": "a line in the window; a message box takes its text for markup",
    "QErrorMessage": "a line in the window; an error message takes its text for markup",
    "QInputDialog": "a field in the window; the label of an input dialog is taken for markup",
    "QProgressDialog": "the status strip; the label of a progress dialog is taken for markup",
    "QWhatsThis": "set_plain_tooltip(...)",
}
METHODS = {
    "setToolTip": "set_plain_tooltip(target, line, ...)",
    "setStatusTip": "set_plain_tooltip(target, line, ...)",
    "setWhatsThis": "set_plain_tooltip(target, line, ...)",
    "showText": "show_tip(position, plain_tip(line, ...), widget)",
    "showMessage": "the status strip",
    "setTextFormat": "plain_label(...) or rich_label(...)",
    "setHtml": "insertText or setPlainText",
    "insertHtml": "insertText or setPlainText",
    "appendHtml": "insertText or appendPlainText",
    "setMarkdown": "the renderer of ui/answer/answer_document.py",
}
# An address or a file goes to another program only after ``ui/widgets/opening.py`` has judged it.
STARTERS = {"openUrl": "OpenLine.open(path) or opening.reveal(path)", "startDetached": "opening.reveal(path)"}


def faults(source: str, file: Path = PACKAGE / "ui" / "some_view.py") -> list[str]:
    """The forbidden calls in a file of the window, each with its line and what to write instead."""
    tree = ast.parse(source)
    return [f"{file.name}:{line}: {what}" for line, what in sorted({*_calls(tree, file), *_tooltip_roles(tree)})]


def _calls(tree: ast.AST, file: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        if isinstance(called, ast.Name) and called.id in NAMES and file != HELPERS:
            yield node.lineno, f"{called.id}(...): write {NAMES[called.id]}"
        if not isinstance(called, ast.Attribute):
            continue
        if called.attr in NAMES and file != HELPERS:  # QtWidgets.QLabel(...)
            yield node.lineno, f"{called.attr}(...): write {NAMES[called.attr]}"
        if isinstance(called.value, ast.Name) and called.value.id in NAMES:  # QMessageBox.warning(...)
            yield node.lineno, f"{called.value.id}.{called.attr}(...): write {NAMES[called.value.id]}"
        if called.attr in METHODS and file != HELPERS and called.attr not in ALLOWED.get(file, ()):
            yield node.lineno, f"{called.attr}(...): write {METHODS[called.attr]}"
        if called.attr in STARTERS and file != OPENING:
            yield node.lineno, f"{called.attr}(...): write {STARTERS[called.attr]}"


def _tooltip_roles(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Where a model is asked for its tooltip it answers with ``plain_tip``; the role has no other use."""
    answered = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and _names_role(node.test):
            answered |= {one for one in ast.walk(node.test) if _is_role(one)}
            for inner in (one for statement in node.body for one in ast.walk(statement)):
                if isinstance(inner, ast.Return) and not _is_plain_tip(inner.value):
                    yield inner.lineno, "a tooltip of a model: return plain_tip(line, ...)"
    for node in ast.walk(tree):
        if _is_role(node) and node not in answered:
            yield (
                node.lineno,
                "ToolTipRole: write `if role == ToolTipRole: return plain_tip(...)`, or set_plain_tooltip(item, ...)",
            )


def _is_role(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "ToolTipRole"


def _names_role(node: ast.AST) -> bool:
    return any(_is_role(one) for one in ast.walk(node))


def _is_plain_tip(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "plain_tip"


@pytest.mark.parametrize("file", sorted((PACKAGE / "ui").glob("**/*.py")), ids=lambda file: file.name)
def test_foreign_text_is_never_markup(file: Path) -> None:
    found = faults(file.read_text(encoding="utf-8"), file)
    assert not found, "Qt would take foreign text for markup, or start a program, here:\n" + "\n".join(found)


@pytest.mark.parametrize(
    "line",
    [
        "label = QLabel(name)",
        "label = QtWidgets.QLabel(name)",
        "button.setToolTip(path)",
        "action.setStatusTip(path)",
        "QToolTip.showText(position, path)",
        "QMessageBox.warning(self, title, str(problem))",
        "box = QMessageBox(self)",
        "view.setHtml(text)",
        "label.setTextFormat(Qt.TextFormat.AutoText)",
        "item.setData(path, Qt.ItemDataRole.ToolTipRole)",
        "if role == Qt.ItemDataRole.ToolTipRole:\n        return path",
        "if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):\n        return path",
        "QDesktopServices.openUrl(QUrl.fromLocalFile(path))",
    ],
)
def test_each_of_them_is_found(line: str) -> None:
    assert faults(f"def show(self, name, path, role):\n    {line}\n")


def test_the_helpers_are_allowed() -> None:
    assert not faults(
        "def data(self, role):\n    if role == Qt.ItemDataRole.ToolTipRole:\n        return plain_tip(path)\n"
        "    set_plain_tooltip(self, path)\n    label = plain_label(parent=self)\n"
    )

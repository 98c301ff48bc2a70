# SPDX-License-Identifier: Apache-2.0
"""A walk through the window with the eyes of a screen reader and the hands of a keyboard.

Every place in which the window can be is entered on the scripted engine; there no control may lack its name, Tab must go as the eye does,
and every pair of colours that is declared or computed can be read. What a screen reader announces is told by ``ui/look/announcer``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QColor, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.ui.look import theme
from desktop_app.ui.shell.main_window import MainWindow

Open = Callable[..., MainWindow]
_ROW_PX = 14  # controls whose tops differ less stand in one row


def asked(window: MainWindow, qtbot: QtBot) -> QWidget:
    window.conversation.ask("怎么请假？")
    qtbot.waitUntil(lambda: not window.conversation.running, timeout=20_000)
    return window


def sourced(window: MainWindow, qtbot: QtBot) -> QWidget:
    asked(window, qtbot)
    answer = window.conversation.turns[-1].answer
    assert answer is not None
    window.source.show_citation(answer, 1)
    return window


def searched(window: MainWindow, qtbot: QtBot) -> QWidget:
    window.centre.set_mode("search")
    view = window.centre.search_view()
    view.search("请假 hotel")
    qtbot.waitUntil(lambda: not view.searching and bool(view.cards))
    return window


def shown() -> set[QWidget]:
    return {one for one in QApplication.topLevelWidgets() if one.isVisible()}


def command(name: str) -> Callable[[MainWindow, QtBot], QWidget]:
    def opened(window: MainWindow, qtbot: QtBot) -> QWidget:
        before = shown()
        window.commands.run(name)
        if name == "palette":
            assert window.dialogs.palette is not None
            return window.dialogs.palette
        qtbot.waitUntil(lambda: bool(shown() - before))
        (dialog,) = shown() - before
        qtbot.waitUntil(dialog.isActiveWindow)
        qtbot.waitUntil(lambda: not window.client._operations)  # what it asked the engine for is in it
        return dialog

    opened.__name__ = name
    return opened


Place = Callable[[MainWindow, QtBot], QWidget]
PLACES: list[Place] = [
    asked, sourced, searched,
    *map(command, ("palette", "models", "ledger", "rules", "duplicates", "settings", "help", "about", "licences", "diagnosis", "privacy", "news", "libraries")),
]  # fmt: skip


@pytest.mark.parametrize("enter", PLACES, ids=lambda enter: enter.__name__)
def test_it_can_be_used_by_ear_and_by_keyboard(open_window: Open, qtbot: QtBot, qapp: QApplication, enter: Place) -> None:
    window = open_window()
    window.resize(1280, 800)
    place = enter(window, qtbot)
    faults = [*nameless(place), *silent(place), *out_of_order(place)]
    for name in ("light", "dark", "light-contrast", "dark-contrast"):
        theme.apply(qapp, name)
        faults += [f"{name}: {fault}" for fault in unreadable(place)]
    theme.apply(qapp, "light")
    assert not faults, "\n".join(faults)


def visible(page: QWidget) -> list[QWidget]:
    return [one for one in page.findChildren(QWidget) if one.isVisible() and one.window() is page.window()]


def name_of(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name).strip() if interface is not None else ""


def described(widget: QWidget) -> str:
    chain, one = [], widget
    while one is not None and len(chain) < 4:
        chain.append(f"{type(one).__name__}{'#' + one.objectName() if one.objectName() else ''}")
        one = one.parentWidget()
    return " in ".join(chain)


CONTROLS = (QAbstractButton, QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QAbstractItemView)


def reachable(widget: QWidget) -> bool:
    wanted = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.isEnabled() and widget.focusProxy() is None
    return wanted and not part_of_qts(widget)


def part_of_qts(widget: QWidget) -> bool:
    """A field inside a spin box, a button of a scroll bar, the head of a table."""
    return widget.objectName().startswith("qt_") or isinstance(widget, QHeaderView)


def nameless(page: QWidget) -> list[str]:
    """Controls without a name."""
    return [
        f"{described(one)} has no name"
        for one in visible(page)
        if (isinstance(one, CONTROLS) or reachable(one)) and not part_of_qts(one) and not name_of(one)
    ]


def silent(page: QWidget) -> list[str]:
    """What can be pressed and does not say so: a card that opens on a click is a button to a screen reader as well, and no frame."""
    wrong = []
    for one in visible(page):
        if reachable(one) and not isinstance(one, QAbstractScrollArea):
            interface = QAccessible.queryAccessibleInterface(one)
            if interface is None or interface.role() in (
                QAccessible.Role.Border,
                QAccessible.Role.Client,
                QAccessible.Role.NoRole,
            ):
                wrong.append(f"{described(one)} has no role")
    return wrong


def out_of_order(page: QWidget) -> list[str]:
    """Where Tab does not go as the eye does, or does not come at all."""
    wanted = {one for one in visible(page) if reachable(one)}
    order: list[QWidget] = []
    for _ in range(len(wanted) + 5):
        QTest.keyClick(QApplication.focusWidget() or page, Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        if now is None or now in order:
            break
        order.append(now)
    wanted = {one for one in wanted if reachable(one)}  # Qt lets Tab into a group of choices at the chosen one only
    wrong = [f"Tab never reaches {described(one)}" for one in wanted - set(order)]
    back = [(one, following) for one, following in pairwise(order) if seen_before(following, one)]
    if len(back) > 1:  # once, from the end to the beginning
        wrong += [f"Tab goes from {described(one)} back to {described(following)}" for one, following in back]
    return wrong


def seen_before(one: QWidget, other: QWidget) -> bool:
    """Whether the part that holds ``one`` is above, or to the left of, the part beside it that holds ``other``."""
    if one.isAncestorOf(other) or other.isAncestorOf(one):
        return other.isAncestorOf(one) is False
    common = one.parentWidget()
    while not common.isAncestorOf(other):
        common = common.parentWidget()
    here, there = (part_of(widget, common).geometry() for widget in (one, other))
    if here.bottom() <= there.top():
        return True
    return min(here.bottom(), there.bottom()) - max(here.top(), there.top()) > _ROW_PX and here.right() <= there.left()


def part_of(widget: QWidget, whole: QWidget) -> QWidget:
    while widget.parentWidget() is not whole:
        widget = widget.parentWidget()
    return widget


def luminance(colour: QColor) -> float:
    parts = [colour.redF(), colour.greenF(), colour.blueF()]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: QColor, other: QColor) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def unreadable(page: QWidget) -> list[str]:
    """Labels and buttons that write in a colour too near to the ground that is behind them in the picture."""
    picture = page.grab().toImage()
    ratio = picture.devicePixelRatio()
    weak = []
    for one in visible(page):
        if not isinstance(one, (QLabel, QAbstractButton)) or not one.isEnabled() or not one.text().strip():
            continue
        corner = one.mapTo(page, QPoint()) * ratio
        area = QRect(corner, one.size() * ratio) & picture.rect()
        points = [(x, y) for x in range(area.left(), area.right(), 2) for y in range(area.top(), area.bottom(), 2)]
        if not points:
            continue
        ground = QColor.fromRgb(Counter(picture.pixel(x, y) for x, y in points).most_common(1)[0][0])
        role = QPalette.ColorRole.WindowText if isinstance(one, QLabel) else QPalette.ColorRole.ButtonText
        ink = one.palette().color(role)
        if contrast(ink, ground) < 4.5:
            weak.append(f"{described(one)} {one.text()[:20]!r}: {ink.name()} on {ground.name()}")
    return weak


def test_what_happens_is_announced(open_window: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that is ready, reading that has ended, and, urgently, a problem."""
    said: list[tuple[str, bool]] = []
    urgent = QAccessible.AnnouncementPoliteness.Assertive
    monkeypatch.setattr(
        QAccessible, "updateAccessibility", lambda event: said.append((event.message(), event.politeness() == urgent))
    )
    window = open_window()
    asked(window, qtbot)
    assert ("The answer is ready", False) in said
    window.show_problem(EnvironmentProblem("disk_full", path="/d", free="0"))
    assert said[-1][1]
    assert said[-1][0] == window.strip._text.text

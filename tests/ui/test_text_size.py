# SPDX-License-Identifier: Apache-2.0
"""The text of the whole window grows and comes back, at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontDatabase, QImage, QPainter, QPalette
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.foundation import paths
from desktop_app.foundation.settings import Settings
from desktop_app.ui.conversation.composer import Composer
from desktop_app.ui.look import seals, theme, window_language
from desktop_app.ui.shell.text_size import TextSize


@pytest.fixture(autouse=True)
def restored(qapp: QApplication) -> Iterator[None]:
    theme.apply(qapp, "light")
    yield
    theme.set_text_zoom(qapp, 100)
    window_language.use("en")


def sizes(widget: QWidget) -> list[int]:
    return [child.fontInfo().pixelSize() for child in widget.findChildren(QWidget)]


def test_every_text_grows_and_comes_back_exactly(qapp: QApplication, qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    box = QVBoxLayout(page)
    small, own, button = QLabel("small"), QLabel("own font"), QPushButton("button")
    small.setProperty("role", "small")
    own.setFont(theme.font(13))
    for widget in (small, own, button):
        box.addWidget(widget)
    page.show()
    before = sizes(page)
    assert before == [12, 13, 14]
    for percent in theme.TEXT_ZOOM_STEPS:
        theme.set_text_zoom(qapp, percent)
        assert sizes(page) == [round(pixels * percent / 100) for pixels in before], percent
    assert theme.font(20).pixelSize() == 40
    theme.set_text_zoom(qapp, 100)
    assert sizes(page) == before


def test_a_size_is_the_same_after_smaller_and_larger(qapp: QApplication, qtbot: QtBot) -> None:
    labels = [QLabel(str(pixels)) for pixels in range(9, 31)]
    for label, pixels in zip(labels, range(9, 31), strict=True):
        qtbot.addWidget(label)
        label.setFont(theme.font(pixels))
        label.show()
    for percent in (90, 80, 90, 110, 150, 110, 100):
        theme.set_text_zoom(qapp, percent)
    assert [label.font().pixelSize() for label in labels] == [*range(9, 31)]


def test_a_placeholder_grows_with_its_field(qapp: QApplication, qtbot: QtBot) -> None:
    box = Composer()
    qtbot.addWidget(box)
    box.show()
    for percent in (125, 200, 100, 150):
        theme.set_text_zoom(qapp, percent)
        assert box.edit.viewport().font().pixelSize() == box.edit.font().pixelSize() == theme.scaled(theme.READING_PX)


def test_another_theme_or_language_leaves_the_size(qapp: QApplication, qtbot: QtBot) -> None:
    label = QLabel("own font")
    qtbot.addWidget(label)
    label.setFont(theme.font(20))
    label.show()
    theme.set_text_zoom(qapp, 150)
    theme.apply(qapp, "dark")
    assert label.font().pixelSize() == 30
    window_language.use("zh_CN")
    theme.apply(qapp, "light")
    assert label.font().pixelSize() == 30
    theme.set_text_zoom(qapp, 100)
    assert label.font().pixelSize() == 20


def test_the_number_of_a_citation_stays_inside_its_square(qapp: QApplication) -> None:
    """At 200 % digits of twice the size stood in squares of the usual one."""
    usual = seals.width_of(7)
    theme.set_text_zoom(qapp, 200)
    assert seals.width_of(7) == 2 * usual
    picture = QImage(40, 40, QImage.Format.Format_RGB32)
    picture.fill("white")
    painter = QPainter(picture)
    seals.paint(painter, QRectF(4, 4, 32, 32), 7)
    painter.end()
    ink = theme.current().colour("accent_ink")
    rows = [y for y in range(6, 34) if any(picture.pixelColor(x, y) == ink for x in range(8, 32))]
    assert rows[0] >= 10
    assert rows[-1] <= 29
    assert rows[-1] - rows[0] >= 12


def test_steps_end_at_the_ends_and_are_kept(qapp: QApplication) -> None:
    settings = Settings(paths.home() / "settings.toml")
    size = TextSize(settings)
    for _ in range(20):
        size.step(1)
    assert settings.number("text_zoom") == 200
    assert theme.font(14).pixelSize() == 28
    size.choose(100)
    size.step(-1)
    assert Settings(paths.home() / "settings.toml").number("text_zoom") == 90


def test_a_size_between_two_steps_goes_to_the_next(qapp: QApplication) -> None:
    settings = Settings(paths.home() / "settings.toml")
    settings.put("text_zoom", 130)
    TextSize(settings).step(1)
    assert settings.number("text_zoom") == 150


def test_larger_text_of_the_system_is_followed(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    large = theme.font(24)
    monkeypatch.setattr(theme.sys, "platform", "win32")
    monkeypatch.setattr(QFontDatabase, "systemFont", lambda _: large)
    assert theme.system_text_scale() == 2.0
    theme.set_text_zoom(qapp, 100)
    assert theme.scaled(14) == 28


def test_a_placeholder_has_the_colour_of_the_theme(qapp: QApplication, qtbot: QtBot) -> None:
    field = QLineEdit()
    qtbot.addWidget(field)
    field.show()
    for name in ("light", "dark"):
        theme.apply(qapp, name)
        assert field.palette().color(QPalette.ColorRole.PlaceholderText).name().upper() == theme.current().quiet


def test_qts_own_words_are_chinese_too(qapp: QApplication, qtbot: QtBot) -> None:
    def cancel() -> str:
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        qtbot.addWidget(box)
        return box.button(QDialogButtonBox.StandardButton.Cancel).text()

    window_language.use("zh_CN")
    assert cancel() == "取消"
    window_language.use("en")
    assert cancel() == "Cancel"

# SPDX-License-Identifier: Apache-2.0
"""Colours can be read, the system is followed, and every icon can be drawn."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFont, QIcon, QStyleHints
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop_app.foundation import paths
from desktop_app.ui.look import icons, theme, window_language

UI = Path(theme.__file__).parent

THEMES = (theme.LIGHT, theme.DARK, theme.LIGHT_CONTRAST, theme.DARK_CONTRAST)
# Which inks stand on which grounds in the window.
TEXT_ON = {
    "ink": ("paper", "panel", "raised", "hover", "selection", "mark"),
    "quiet": ("paper", "panel", "raised", "hover", "selection", "mark"),
    "accent_text": ("paper", "panel", "raised", "hover"),
    "accent_ink": ("accent", "accent_hover"),
    "danger": ("paper", "panel", "raised"),
    "warn": ("paper", "panel", "raised"),
    "ok": ("paper", "panel", "raised"),
}


@pytest.fixture(autouse=True)
def restored(qapp: QApplication) -> Iterator[None]:
    for (
        left
    ) in qapp.topLevelWidgets():  # of tests before: each would be restyled with every theme, nine seconds a test at worst
        left.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    yield
    theme.apply(qapp, "light")


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_the_standard_says() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("one", THEMES, ids=lambda one: one.name)
def test_every_ink_can_be_read_on_its_grounds(one: theme.Theme) -> None:
    weak = {
        f"{ink} on {ground}": round(contrast(getattr(one, ink), getattr(one, ground)), 2)
        for ink, grounds in TEXT_ON.items()
        for ground in grounds
        if contrast(getattr(one, ink), getattr(one, ground)) < (7.0 if "contrast" in one.name and ground != "mark" else 4.5)
    }
    assert not weak


@pytest.mark.parametrize("one", THEMES, ids=lambda one: one.name)
def test_edges_of_controls_can_be_seen(one: theme.Theme) -> None:
    for line in ("edge", "focus"):
        for ground in ("paper", "panel", "raised"):
            assert contrast(getattr(one, line), getattr(one, ground)) >= 3, (line, ground)


@pytest.mark.parametrize("one", THEMES, ids=lambda one: one.name)
def test_the_edge_of_a_mark_can_be_seen(one: theme.Theme) -> None:
    """The amber itself has 1.2:1 on paper; a page of a PDF is white in every theme, and edged as by day."""
    grounds = [one.paper, one.panel, one.raised, one.mark, one.soft_mark("paper").name()]
    weak = {ground: round(contrast(one.mark_edge, ground), 2) for ground in grounds if contrast(one.mark_edge, ground) < 3}
    assert not weak
    assert contrast(theme.LIGHT.mark_edge, "#FFFFFF") >= 3


def test_every_ink_is_in_the_contrast_table() -> None:
    inks = {field.name for field in fields(theme.Theme)} & {"ink", "quiet", "accent_text", "accent_ink", "danger", "warn", "ok"}
    assert inks == set(TEXT_ON)


def test_a_choice_changes_the_palette_and_tells_everyone(qapp: QApplication, qtbot: QtBot) -> None:
    theme.apply(qapp, "light")
    with qtbot.waitSignal(theme.notifier.changed):
        theme.apply(qapp, "dark")
    assert theme.current() is theme.DARK
    assert qapp.palette().window().color().name().upper() == theme.DARK.paper
    assert theme.DARK.accent in qapp.styleSheet()


def test_auto_follows_the_system(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    theme.apply(qapp, "auto")
    assert theme.choice() == "auto"
    assert theme.current() is theme.LIGHT
    # The offscreen platform has no night; its answer is changed, the signal is Qt's own.
    monkeypatch.setattr(theme, "system_is_dark", lambda _: True)
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme.current() is theme.DARK
    theme.apply(qapp, "light")
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme.current() is theme.LIGHT, "what the person chose stays"


def test_qt_before_6_10_cannot_be_asked_for_contrast(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(QStyleHints, "accessibility", raising=False)
    monkeypatch.setattr(theme, "_following", False)
    assert theme.apply(qapp, "light").name == "light"
    assert theme.apply(qapp, "light-contrast").name == "light-contrast"


def test_the_font_has_a_chinese_face_behind_it() -> None:
    assert any("CJK" in name or "YaHei" in name or "PingFang" in name for name in theme.font().families())
    assert theme.font().pixelSize() == 14


def test_no_field_of_the_sheet_is_left_unfilled() -> None:
    for one in THEMES:
        assert "$" not in theme.sheet(one)


NAMES = sorted(file.stem for file in (paths.resources() / "icons").glob("*.svg"))


@pytest.mark.parametrize("name", [name for name in NAMES if name != "inkstone"])
def test_an_icon_is_drawn_in_the_colour_of_the_theme(qapp: QApplication, name: str) -> None:
    theme.apply(qapp, "light")
    icon = icons.icon(name, "danger")
    day = icon.pixmap(QSize(48, 48)).toImage()
    strong = [day.pixelColor(x, y) for x in range(48) for y in range(48) if day.pixelColor(x, y).alpha() == 255]
    assert strong
    assert {colour.name().upper() for colour in strong} <= {theme.LIGHT.danger}
    theme.apply(qapp, "dark")
    night = icon.pixmap(QSize(48, 48)).toImage()
    assert night != day
    assert icon.pixmap(QSize(48, 48), QIcon.Mode.Disabled).toImage() != night


def test_icons_share_one_grid_and_one_stroke() -> None:
    for name in NAMES:
        text = (paths.resources() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
        if name != "inkstone":
            assert 'viewBox="0 0 24 24"' in text, name
            assert 'stroke-width="1.5"' in text, name
            assert 'stroke="currentColor"' in text, name
    assert not icons.app_icon().pixmap(32, 32).isNull()


def test_every_icon_named_in_the_source_exists() -> None:
    used: set[str] = set()
    for file in UI.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "icons":
                position = {"icon": 0, "pixmap": 0, "paint": 2}.get(node.func.attr)
                if position is not None and len(node.args) > position:
                    argument = node.args[position]
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                        used.add(argument.value)
    assert used <= set(NAMES)


# ---- faces ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def no_faces_known() -> Iterator[None]:
    theme._faces.cache_clear()
    yield
    theme._faces.cache_clear()


@pytest.mark.parametrize(
    ("platform", "system", "english", "chinese"),
    [
        ("linux", "Cantarell", "Cantarell", "Noto Sans CJK SC"),
        ("linux", "Noto Sans CJK SC", "Noto Sans", "Noto Sans CJK SC"),
        ("win32", "Microsoft YaHei UI", "Segoe UI", "Microsoft YaHei UI"),
        ("win32", "Segoe UI", "Segoe UI", "Microsoft YaHei UI"),
        ("darwin", ".AppleSystemUIFont", ".AppleSystemUIFont", "PingFang SC"),
    ],
)
def test_each_language_has_its_own_face_first(
    no_faces_known: None, monkeypatch: pytest.MonkeyPatch, platform: str, system: str, english: str, chinese: str
) -> None:
    """Else “ ” and … stand a whole character wide in English text."""
    monkeypatch.setattr(theme.sys, "platform", platform)
    monkeypatch.setattr(theme.QFontDatabase, "systemFont", lambda _: QFont(system))
    assert theme._faces("en")[0] == english
    assert theme._faces("zh_CN")[0] == chinese
    assert set(theme._faces("zh_CN")) <= {*theme._faces("en"), system}


def test_a_change_of_language_changes_the_faces_of_what_is_shown(
    qapp: QApplication, qtbot: QtBot, no_faces_known: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(theme.QFontDatabase, "systemFont", lambda _: QFont("DejaVu Serif"))
    window_language.use("en")
    theme.apply(qapp, "light")
    own, other, code = QLabel("“a”"), QLabel("b"), QLabel("c")
    for label, font in ((own, theme.font(20)), (code, theme.fixed_font())):
        qtbot.addWidget(label)
        label.setFont(font)
    qtbot.addWidget(other)
    other.show()
    fixed = code.font().families()
    window_language.use("zh_CN")
    assert own.font().families()[0] == other.font().families()[0] == theme._faces("zh_CN")[0]
    assert own.font().pixelSize() == 20
    assert code.font().families() == fixed
    window_language.use("en")
    assert own.font().families()[0] == other.font().families()[0] == "DejaVu Serif"


_SEAL = """
from desktop_app.ui.look import icons, theme
app = theme.application(["inkstone"])
app.setWindowIcon(icons.app_icon())
seal = icons.app_icon().pixmap(64, 64).toImage()
print(seal.pixelColor(5, 32).name())
print(any("qsvg" in line for line in open("/proc/self/maps")))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_the_seal_needs_no_plug_in_for_svg_files() -> None:
    """On Windows the plug-in drew nothing, and the window had no seal."""
    done = subprocess.run(
        [sys.executable, "-c", _SEAL],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["#b23a2b", "False"]

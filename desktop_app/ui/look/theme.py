# SPDX-License-Identifier: Apache-2.0
"""Themes: colours, fonts and the style sheet of every widget.

The colours are those of paper, ink and one seal.

A ``Theme`` names colours by role, never by look, so that a widget never knows whether it is day or night. ``apply`` sets the
palette, the font and the style sheet of the whole application, once at start and again on every change; widgets that paint
themselves read ``current()`` while painting, and those that keep something painted listen to ``notifier.changed``.

"auto" follows the system: Qt tells light from dark and whether the user asked for high contrast. Text roles keep a
contrast of at least 4.5:1 on every ground they stand on (``tests/ui/test_theme.py`` computes it).

The base is Qt's Fusion style, because it draws alike on each system and obeys the palette; the sheet only adds what Fusion
cannot say. A long sheet costs start-up time (Qt matches it against every widget), so it stays short.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import lru_cache
from string import Template
from typing import Any

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from desktop_app.foundation import paths, translation
from desktop_app.ui.look import window_language

# Distances and sizes in device-independent pixels; everything in the window is a sum of these.
SPACE_XS, SPACE_S, SPACE_M, SPACE_L, SPACE_XL = 4, 8, 12, 16, 24
RADIUS = 6
BASE_PX = 14
SMALL_PX = 12
READING_PX = 15  # answers and passages are read, not scanned
STRIP_PX = 13
TITLE_PX = 20
HEADING_PX = 16
TICK_PX = 16  # the square of a check box
LINE_PX = 18  # the least height of a button's text
_OWN_SIZE = "own_size"  # a property of widgets: their own size at 100 %, and as it was drawn last


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours as ``#rrggbb``, by role.

    Grounds: ``paper`` (where text is read), ``panel`` (at the sides), ``raised`` (cards, fields, menus), ``hover``,
    ``selection`` (a chosen row or selected text), ``mark`` (the soft amber of a marked sentence), ``accent`` (primary button).
    Inks: ``ink``, ``quiet`` (secondary text), ``accent_text`` (cinnabar as text), ``accent_ink`` (on ``accent``), ``danger``,
    ``warn``, ``ok``. Lines: ``line`` (hairlines), ``edge`` (borders of controls, 3:1 on their grounds), ``focus``, ``mark_edge`` (amber
    around or below a mark, which alone is too pale to be told from paper).
    """

    name: str
    dark: bool
    paper: str
    panel: str
    raised: str
    hover: str
    selection: str
    mark: str
    mark_edge: str
    ink: str
    quiet: str
    accent: str
    accent_hover: str
    accent_text: str
    accent_ink: str
    danger: str
    warn: str
    ok: str
    line: str
    edge: str
    focus: str

    def colour(self, role: str) -> QColor:
        """A role as Qt's colour, for painting."""
        return QColor(getattr(self, role))

    def soft_mark(self, ground: str) -> QColor:
        """Between a ground and the mark: for a whole passage, and for a sentence in which no word was found."""
        plain, mark, share = self.colour(ground), self.colour("mark"), 0.28
        return QColor(
            *(round(getattr(plain, name)() * (1 - share) + getattr(mark, name)() * share) for name in ("red", "green", "blue"))
        )


LIGHT = Theme(
    name="light",
    dark=False,
    paper="#FAF8F4",
    panel="#F2EFE8",
    raised="#FFFDF9",
    hover="#E9E5DB",
    selection="#EADCD2",
    mark="#F8E3A6",
    mark_edge="#A67200",
    ink="#1F2023",
    quiet="#635F57",
    accent="#B23A2B",
    accent_hover="#9C3023",
    accent_text="#A83526",
    accent_ink="#FFFFFF",
    danger="#A12222",
    warn="#805000",
    ok="#2C6B4A",
    line="#E3DED3",
    edge="#8C8578",
    focus="#B23A2B",
)
DARK = Theme(
    name="dark",
    dark=True,
    paper="#1C1D20",
    panel="#24262A",
    raised="#2A2C31",
    hover="#32353A",
    selection="#4A322D",
    mark="#473812",
    mark_edge="#B58A28",
    ink="#E9E6DF",
    quiet="#A8A49B",
    accent="#E0705F",
    accent_hover="#EB8373",
    accent_text="#EE8B7B",
    accent_ink="#1C1310",
    danger="#F59286",
    warn="#E3B562",
    ok="#84C29D",
    line="#33353A",
    edge="#767A81",
    focus="#E0705F",
)
LIGHT_CONTRAST = Theme(
    name="light-contrast",
    dark=False,
    paper="#FFFFFF",
    panel="#FFFFFF",
    raised="#FFFFFF",
    hover="#E8E8E8",
    selection="#F3D6CF",
    mark="#FFE27A",
    mark_edge="#7A5200",
    ink="#000000",
    quiet="#2B2B2B",
    accent="#8E1F12",
    accent_hover="#6F150B",
    accent_text="#8E1F12",
    accent_ink="#FFFFFF",
    danger="#8A0000",
    warn="#5A3800",
    ok="#0B4A2A",
    line="#4A4A4A",
    edge="#000000",
    focus="#8E1F12",
)
DARK_CONTRAST = Theme(
    name="dark-contrast",
    dark=True,
    paper="#000000",
    panel="#000000",
    raised="#000000",
    hover="#262626",
    selection="#5A2A22",
    mark="#6B5000",
    mark_edge="#FFD27A",
    ink="#FFFFFF",
    quiet="#E0E0E0",
    accent="#FF9C8C",
    accent_hover="#FFB5A8",
    accent_text="#FFA698",
    accent_ink="#000000",
    danger="#FFB0A6",
    warn="#FFD27A",
    ok="#A6EBC0",
    line="#B0B0B0",
    edge="#FFFFFF",
    focus="#FF9C8C",
)


class ThemeNotifier(QObject):
    """``changed`` comes after palette, font and sheet are in force."""

    changed = Signal()


notifier = ThemeNotifier()
TEXT_ZOOM_STEPS = (90, 100, 110, 125, 150, 175, 200)
"""Percent, of the text in the whole window."""

_CHOICES = {"light": LIGHT, "dark": DARK, "light-contrast": LIGHT_CONTRAST, "dark-contrast": DARK_CONTRAST}
_USUAL_PX = {"win32": 12.0, "darwin": 13.0}  # of the system's text where nobody has made it larger
_LARGEST_SYSTEM_TEXT = 2.25  # times the usual: as far as Windows lets it grow

_SIZES = "sizes_with_text"  # a property of widgets
_SETTERS: dict[str, Callable[[Any, int], None]] = {
    "minimum_width": QWidget.setMinimumWidth,
    "maximum_width": QWidget.setMaximumWidth,
    "width": QWidget.setFixedWidth,
    "minimum_height": QWidget.setMinimumHeight,
    "height": QWidget.setFixedHeight,
    "icon_width": lambda widget, pixels: widget.setIconSize(QSize(pixels, widget.iconSize().height())),
    "icon_height": lambda widget, pixels: widget.setIconSize(QSize(widget.iconSize().width(), pixels)),
}

_current = LIGHT
_choice = "auto"
_following = False
_fusion = False
_styled = False
_text_zoom = 1.0
_sheet_zoom = 1.0  # the text zoom of the sheet in force


def current() -> Theme:
    """The theme in force."""
    return _current


def choice() -> str:
    """What was asked for: "auto" or the name of a theme."""
    return _choice


def application(arguments: list[str]) -> QApplication:
    """The application, in the Fusion style from its beginning. ``setStyle`` would hand the style out, and PySide makes a Python type of it
    and of its bases, with all their enumerations: 5 ms of the time to the first picture."""
    global _fusion
    _fusion = True
    return QApplication([*arguments, "-style", "fusion"])


def apply(app: QApplication, choice: str) -> Theme:
    """Put ``choice`` ("auto" or the name of a theme) into force for the whole application; returns the theme chosen."""
    global _choice
    _choice = choice
    hints = app.styleHints()
    wanted = _CHOICES.get(choice)
    # Also turns the title bar that the system draws.
    if wanted is None:
        hints.unsetColorScheme()
    else:
        hints.setColorScheme(Qt.ColorScheme.Dark if wanted.dark else Qt.ColorScheme.Light)
    _follow(app)
    _put(app)
    return _current


def _follow(app: QApplication) -> None:
    """Listen to the system once; a change matters only to what was not chosen by the user."""
    global _following
    if _following:
        return
    _following = True
    hints = app.styleHints()
    hints.colorSchemeChanged.connect(lambda _: _put(app, only_if_other=True))
    if hasattr(hints, "accessibility"):  # Qt 6.10 and later; the installers for older Linux carry 6.9
        hints.accessibility().contrastPreferenceChanged.connect(lambda _: _put(app, only_if_other=True))
    window_language.notifier.language_changed.connect(lambda _: _use_language(app))


def system_is_dark(app: QApplication) -> bool:
    """Whether the system asks for dark windows."""
    return app.styleHints().colorScheme() == Qt.ColorScheme.Dark


def _resolve(app: QApplication) -> Theme:
    if _choice in ("light-contrast", "dark-contrast"):
        return _CHOICES[_choice]
    dark = _choice == "dark" or (_choice == "auto" and system_is_dark(app))
    hints = app.styleHints()  # kept in a name: PySide ends the wrapper of accessibility() together with that of its parent
    if hasattr(hints, "accessibility") and hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast:
        return DARK_CONTRAST if dark else LIGHT_CONTRAST
    return DARK if dark else LIGHT


def _put(app: QApplication, *, only_if_other: bool = False) -> None:
    """Nothing happens where all of it is in force already: a sheet is matched against every widget, 100 ms for a full window, and
    the system's answer to a choice comes before the choice itself is put. Fonts of widgets are put before ``changed``, so that whoever
    listens can measure."""
    global _current, _fusion, _sheet_zoom, _styled
    theme = _resolve(app)
    if only_if_other and theme is _current:
        return
    if _styled and theme is _current and app.styleSheet() == sheet(theme, _text_zoom):
        return
    _current = theme
    if not _fusion:
        _fusion = True
        app.setStyle("Fusion")
    _styled = True
    own = _own_fonts(app)
    app.setFont(font())
    app.setPalette(palette(theme))
    app.setStyleSheet(sheet(theme, _text_zoom))
    _sheet_zoom = _text_zoom
    _put_own_fonts(own)
    notifier.changed.emit()


def system_text_scale() -> float:
    """How much larger than usual the system's text is set; 1 where that is not known (Linux scales whole windows instead)."""
    usual = _USUAL_PX.get(sys.platform)
    if usual is None:
        return 1.0
    pixels = QFontInfo(QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)).pixelSize()
    return min(max(pixels / usual, 1.0), _LARGEST_SYSTEM_TEXT)


def set_text_zoom(app: QApplication, percent: int) -> None:
    """Draw all text at ``percent`` of its size, on top of the system's own text size."""
    global _sheet_zoom, _text_zoom
    before, _text_zoom = _text_zoom, percent / 100 * system_text_scale()
    if not _styled:
        _sheet_zoom = _text_zoom
    elif before != _text_zoom:
        for widget in app.allWidgets():
            if widget.property(_SIZES) is not None:
                _size(widget)
        _put(app)


def _own_fonts(app: QApplication) -> dict[QWidget, QFont]:
    """The fonts of the widgets that have their own, at the text size of now."""
    return {widget: _zoomed(widget) for widget in app.allWidgets() if widget.testAttribute(Qt.WidgetAttribute.WA_SetFont)}


def _zoomed(widget: QWidget) -> QFont:
    """What the font had at 100 % is kept with the widget: at 80 % 13 px are 10, and 10 would be 12 again."""
    font = widget.font()
    usual, drawn = widget.property(_OWN_SIZE) or (0, 0)
    if drawn != font.pixelSize():  # another font since
        usual = round(font.pixelSize() / _sheet_zoom)
    font.setPixelSize(scaled(usual))
    widget.setProperty(_OWN_SIZE, (usual, font.pixelSize()))
    return font


def _put_own_fonts(own: dict[QWidget, QFont]) -> None:
    """A new sheet gives each widget the font it had under the first one, and parts as the viewport of a field that of before."""
    for widget, font in own.items():
        if widget.font() != font:
            widget.setFont(font)
        for part in widget.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            if part not in own and part.testAttribute(Qt.WidgetAttribute.WA_SetFont):
                part.setFont(font)


def scaled(pixels: int) -> int:
    """A height that has to hold text, at the size at which text is drawn."""
    return round(pixels * _text_zoom)


def size_with_text(widget: QWidget, **pixels: int) -> None:
    """Give ``widget`` sizes that grow with the text: ``minimum_width``, ``maximum_width``, ``width``, ``minimum_height``, ``height``,
    ``icon_width``, ``icon_height``, each in pixels at the usual size of text."""
    widget.setProperty(_SIZES, {**(widget.property(_SIZES) or {}), **pixels})
    _size(widget)


def _size(widget: QWidget) -> None:
    for name, pixels in widget.property(_SIZES).items():
        _SETTERS[name](widget, scaled(pixels))


def unscaled(pixels: int) -> int:
    """What ``scaled`` makes ``pixels`` of."""
    return round(pixels / _text_zoom)


def palette(theme: Theme) -> QPalette:
    """The theme as Qt's palette, for all that Fusion draws by itself."""
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    result = QPalette()
    for target, source in (
        (role.Window, "paper"),
        (role.Base, "raised"),
        (role.AlternateBase, "panel"),
        (role.Button, "raised"),
        (role.ToolTipBase, "raised"),
        (role.WindowText, "ink"),
        (role.Text, "ink"),
        (role.ButtonText, "ink"),
        (role.ToolTipText, "ink"),
        (role.PlaceholderText, "quiet"),
        (role.BrightText, "danger"),
        (role.Highlight, "selection"),
        (role.HighlightedText, "ink"),
        (role.Accent, "accent"),
        (role.Link, "accent_text"),
        (role.LinkVisited, "accent_text"),
        (role.Light, "raised"),
        (role.Midlight, "line"),
        (role.Mid, "edge"),
        (role.Dark, "edge"),
        (role.Shadow, "line"),
    ):
        result.setColor(target, theme.colour(source))
    for target in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(group.Disabled, target, theme.colour("quiet"))
    return result


def font(pixels: int = BASE_PX, *, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The system's own letters with a Chinese face behind them, ``pixels`` high before the text zoom."""
    result = QFont()
    result.setFamilies(list(_families()))
    result.setPixelSize(scaled(pixels))
    result.setWeight(weight)
    result.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return result


def fixed_font(pixels: int = BASE_PX - 1) -> QFont:
    """For code and paths."""
    result = QFont()
    result.setFamilies([*_FIXED.get(sys.platform, _FIXED["linux"]), *_CJK.get(sys.platform, _CJK["linux"])])
    result.setStyleHint(QFont.StyleHint.Monospace)
    result.setPixelSize(scaled(pixels))
    return result


_CJK = {
    "win32": ("Microsoft YaHei UI", "Microsoft YaHei", "SimSun"),
    "darwin": ("PingFang SC", "Hiragino Sans GB"),
    "linux": ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "WenQuanYi Micro Hei", "Droid Sans Fallback"),
}
_LATIN = {
    "win32": ("Segoe UI",),
    "darwin": ("Helvetica Neue",),
    "linux": ("Noto Sans", "Liberation Sans"),
}
_FIXED = {
    "win32": ("Cascadia Mono", "Consolas"),
    "darwin": ("SF Mono", "Menlo"),
    "linux": ("Noto Sans Mono", "DejaVu Sans Mono"),
}
# What fontconfig answers when no desktop chose a font.
_NO_CHOICE = {"", "Sans Serif", "Sans", "DejaVu Sans", "sans-serif"}


def _families() -> tuple[str, ...]:
    return _faces(translation.current())


@lru_cache(maxsize=2)
def _faces(language: str) -> tuple[str, ...]:
    """The face of ``language`` first: “ ” and … stand in both, and a Chinese one draws them a whole character wide."""
    chinese = _CJK.get(sys.platform, _CJK["linux"])
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
    chosen = () if system in (*_NO_CHOICE, *chinese) else (system,)
    if language == "zh_CN":
        return (*chinese, *chosen, "DejaVu Sans")
    return (*chosen, *_LATIN.get(sys.platform, _LATIN["linux"]), *chinese, "DejaVu Sans")


def _use_language(app: QApplication) -> None:
    """Text of another language stands in the faces of that language."""
    if not _styled:
        return
    before, wanted = app.font().families(), list(_families())
    if before == wanted:
        return
    app.setFont(font())
    for widget in app.allWidgets():
        own = widget.font()  # below a style sheet the application's font does not reach all of them
        if own.families() == before:
            own.setFamilies(wanted)
            widget.setFont(own)


@lru_cache(maxsize=4)
def sheet(theme: Theme, text_zoom: float = 1.0) -> str:
    """``resources/styles/inkstone.qss`` with the theme's colours and the sizes of text in it."""
    text = (paths.resources() / "styles" / "inkstone.qss").read_text(encoding="utf-8")
    values: dict[str, str] = {name: str(value) for name, value in asdict(theme).items()}
    values["radius"] = f"{RADIUS}px"
    sizes = {
        "small": SMALL_PX,
        "strip": STRIP_PX,
        "base": BASE_PX,
        "title": TITLE_PX,
        "heading": HEADING_PX,
        "line": LINE_PX,
        "tick": TICK_PX,
    }
    values.update({f"{name}_px": f"{round(pixels * text_zoom)}px" for name, pixels in sizes.items()})
    # A style sheet takes pictures by their file only, in the colour they have.
    values["tick"] = (paths.resources() / "styles" / f"tick-{'dark' if theme.dark else 'light'}.svg").as_posix()
    return Template(text).substitute(values)

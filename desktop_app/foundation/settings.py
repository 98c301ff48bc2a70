# SPDX-License-Identifier: Apache-2.0
"""All settings of the program: one declared table, one reader, one writer.

``SETTINGS`` names each setting once: key, default (and so its type), help, unit, choices or range; the settings page of the window is made
of it. A bad stored value falls back to the default with a log line. The file is ``settings.toml`` in the home folder (``paths.settings_file``); it is written to a temporary file and
replaced. Each process opens it once, where it starts (command line, window, engine), and hands the object in; a process that lives long
asks ``reread`` for what another one has written since. What an administrator has set comes with it (``Given``;
``policy.policy_in_force.settings``).

The file carries its ``format``; an older one is migrated when it is read and written back with the next change. A newer one is read as far
as it is known, and what is not known is kept.
"""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from desktop_app.foundation import private
from desktop_app.foundation.errors import Problem, UsageProblem, as_problem, disk_problem
from desktop_app.foundation.translation import tr_noop, translate

log = logging.getLogger(__name__)

Value = str | int | bool | list[str]


FORMAT = 2
"""History: 1 the first form, without a number; 2 ``gentle`` is ``indexing_throttle``."""

_RENAMED: Mapping[int, Mapping[str, str]] = MappingProxyType(
    {2: {"gentle": "indexing_throttle"}}
)  # format -> old key -> new key


GROUPS: Mapping[str, str] = MappingProxyType(
    {
        "general": tr_noop("General"),
        "reading": tr_noop("Reading files"),
        "answers": tr_noop("Answers"),
        "search": tr_noop("Search"),
        "privacy": tr_noop("Privacy"),
        "advanced": tr_noop("Advanced"),
    }
)
"""The groups of the settings page, in its order."""

AFTER_RESTART = tr_noop("Holds after Inkstone is started again.")


@dataclass(frozen=True, slots=True)
class Setting:
    """``choices``: the only values allowed, all when empty. ``unit`` of a number, and its ``least`` and ``most``, None for no bound.

    For the settings page, texts are marked by ``tr_noop``: ``title`` and ``help``, ``words`` for each of the choices, ``effect`` where a
    change does not hold at once. ``group`` is one of ``GROUPS``; ``page``: the command that opens the page on which it is chosen.
    ``internal``: what the program notes for itself, not shown.
    """

    key: str
    default: Value
    help: str
    choices: tuple[str, ...] = ()
    unit: str = ""
    least: int | None = None
    most: int | None = None
    title: str = ""
    words: tuple[str, ...] = ()
    group: str = "general"
    page: str = ""
    effect: str = ""
    internal: bool = False


SETTINGS: Mapping[str, Setting] = MappingProxyType(
    {
        setting.key: setting
        for setting in (
            Setting(
                "language",
                "auto",
                tr_noop("The language of windows and messages. Answers are written in the language of the question."),
                ("auto", "en", "zh_CN"),
                title=tr_noop("Language"),
                words=(tr_noop("Like the system"), "English", "简体中文"),
            ),
            Setting(
                "theme",
                "auto",
                tr_noop("Light or dark colours, with high contrast where you or the system ask for it."),
                ("auto", "light", "dark", "light-contrast", "dark-contrast"),
                title=tr_noop("Theme"),
                words=(
                    tr_noop("Like the system"),
                    tr_noop("Light"),
                    tr_noop("Dark"),
                    tr_noop("Light, high contrast"),
                    tr_noop("Dark, high contrast"),
                ),
            ),
            Setting(
                "text_zoom",
                100,
                tr_noop("The size of all text in the window, on top of the system's own text size."),
                unit="%",
                least=50,
                most=300,
                title=tr_noop("Text size"),
            ),
            Setting(
                "tray_icon",
                False,
                tr_noop(
                    "An icon beside the clock that shows the window, and a notice there when an answer or reading is done."
                ),
                title=tr_noop("Icon in the system tray"),
            ),
            Setting(
                "close_to_tray",
                False,
                tr_noop("Closing the window leaves Inkstone running in the tray, where it goes on reading. Needs the icon."),
                title=tr_noop("Keep running when the window is closed"),
            ),
            Setting(
                "hot_key",
                "off",
                tr_noop(
                    "A key that shows Inkstone from any program, on Linux with X11. Elsewhere let a shortcut of the desktop start Inkstone: that shows the window, too."
                ),
                ("off", "Ctrl+Alt+I", "Ctrl+Alt+Space", "Ctrl+Shift+Space"),
                title=tr_noop("Key from anywhere"),
                words=(tr_noop("None"), "Ctrl+Alt+I", "Ctrl+Alt+Space", "Ctrl+Shift+Space"),
            ),
            Setting(
                "ocr",
                "auto",
                tr_noop(
                    "Reads the text in scans and pictures on this PC. “Always” also recognises pages that have text of their own, which is slow. “Off” keeps what was recognised before."
                ),
                ("auto", "always", "off"),
                title=tr_noop("Text recognition (OCR)"),
                words=(tr_noop("Where there is no text"), tr_noop("Always"), tr_noop("Off")),
                group="reading",
            ),
            Setting(
                "indexing_throttle",
                "auto",
                tr_noop(
                    "Whether reading gives way to other work. “When needed” slows it down while you type here and on battery."
                ),
                ("auto", "on", "off"),
                title=tr_noop("How hard reading may work"),
                words=(tr_noop("Gently when needed"), tr_noop("Always gently"), tr_noop("Full speed")),
                group="reading",
            ),
            Setting(
                "watch",
                True,
                tr_noop("Folders on this PC are noticed after a few seconds, network folders within about ten minutes."),
                title=tr_noop("Read new and changed files by itself"),
                group="reading",
            ),
            Setting(
                "llm",
                "",
                tr_noop("Writes the answers. Without one, answers quote the very sentences of your documents."),
                title=tr_noop("Language model"),
                group="answers",
                page="models",
            ),
            Setting(
                "first_word",
                "balanced",
                tr_noop(
                    "How soon the written answer begins in a new conversation. With more time the model reads more passages before it writes."
                ),
                ("quick", "balanced", "thorough"),
                title=tr_noop("Time to the first word"),
                words=(
                    tr_noop("Quick, about 4 seconds"),
                    tr_noop("Balanced, about 8 seconds"),
                    tr_noop("Thorough, about 20 seconds"),
                ),
                group="answers",
            ),
            Setting(
                "reranker",
                "",
                tr_noop("Reads question and passage together and puts the best passages in a better order."),
                title=tr_noop("Reranker"),
                group="search",
                page="models",
            ),
            Setting(
                "open_unasked",
                False,
                tr_noop("Inkstone cannot keep another program offline or stop it from running macros in the file."),
                title=tr_noop("Open documents in other programs without asking"),
                group="privacy",
            ),
            Setting(
                "recent_searches",
                True,
                tr_noop(
                    "The last twelve searches are offered below the empty search field. Off: those kept so far are deleted, and only "
                    "searches that you save by name are kept."
                ),
                title=tr_noop("Keep recent searches"),
                group="privacy",
            ),
            Setting(
                "library",
                "",
                tr_noop(
                    "The folder in which Inkstone keeps its index and your conversations. Your documents stay where they are."
                ),
                title=tr_noop("Library folder"),
                group="advanced",
                page="libraries",
                effect=AFTER_RESTART,
            ),
            Setting(
                "model_folder",
                "",
                tr_noop("Where models are looked for, beside the caches of other programs on this PC."),
                title=tr_noop("Model folder"),
                group="advanced",
                page="models",
            ),
            Setting(
                "embedding_backend",
                "auto",
                tr_noop(
                    "What computes the embedding model. By itself Inkstone takes the fastest whose vectors are exact enough, as measured on this PC."
                ),
                ("auto", "openvino-f32", "openvino-bf16", "openvino-int8", "torch-f32", "torch-bf16"),
                title=tr_noop("Embedding backend"),
                words=(
                    tr_noop("The fastest by measurement"),
                    "OpenVINO, float32",
                    "OpenVINO, bfloat16",
                    "OpenVINO, int8",
                    "PyTorch, float32",
                    "PyTorch, bfloat16",
                ),
                group="advanced",
                effect=AFTER_RESTART,
            ),
            Setting("welcomed", False, "Whether the first-start page was left", internal=True),
            Setting(
                "seen_version", "", "The version that was used last, to tell of what is new after an update", internal=True
            ),
            Setting("window_geometry", "", "Size and place of the window: a QByteArray in base64", internal=True),
            Setting(
                "window_state",
                "",
                "Width of the left side, share of the source, whether the left side is shown; how the left side is divided, in base64",
                internal=True,
            ),
        )
    }
)


@dataclass(frozen=True, slots=True)
class Given:
    """What others than the user have set: ``fixed`` cannot be changed, ``defaults`` hold until it is; ``hidden`` are not shown."""

    fixed: Mapping[str, Value] = field(default_factory=dict)
    defaults: Mapping[str, Value] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()


class Settings:
    """All settings of one user, read when made and by ``reread``, written on every change. What the file says of a setting that is
    ``given.fixed`` has no effect."""

    def __init__(self, file: Path, given: Given | None = None) -> None:
        self._file = file
        self._given = given or Given()
        self._values: dict[str, Value] = {}
        self._unsaved: dict[str, Value] = {}
        self.reread()

    def reread(self) -> None:
        """Take over what the file holds now: a value that is no longer in it falls back to its default, one that could not be saved
        (``keep``) stays. A file that cannot be read changes nothing."""
        stored = _read(self._file)
        if stored is None:
            return
        values: dict[str, Value] = {}
        for key, value in stored.items():
            setting = SETTINGS.get(key)
            if setting is None:
                continue  # of a newer version: ignored here, kept on writing
            if fits(setting, value):
                values[key] = value
            else:
                log.warning("setting %s: %r is not usable, using %r", key, value, setting.default)
        self._values = {**values, **self._unsaved}

    def text(self, key: str) -> str:
        """The value of a setting of type ``str``. Raises ``KeyError`` for a key that is not in the table."""
        return str(self.value(key))

    def number(self, key: str) -> int:
        """The value of a setting of type ``int``, in its unit. Raises ``KeyError`` for a key that is not in the table."""
        value = self.value(key)
        assert isinstance(value, int)
        return value

    def flag(self, key: str) -> bool:
        """The value of a setting of type ``bool``. Raises ``KeyError`` for a key that is not in the table."""
        return bool(self.value(key))

    def value(self, key: str) -> Value:
        """The value of any setting. Raises ``KeyError`` for a key that is not in the table."""
        if key in self._given.fixed:
            return self._given.fixed[key]
        return self._values.get(key, self.default(key))

    def default(self, key: str) -> Value:
        """What holds until the user chooses otherwise. Raises ``KeyError`` for a key that is not in the table."""
        return self._given.defaults.get(key, SETTINGS[key].default)

    def is_fixed(self, key: str) -> bool:
        """Whether an administrator has set it for good."""
        return key in self._given.fixed

    def is_hidden(self, key: str) -> bool:
        """Whether the settings page leaves it out."""
        return key in self._given.hidden

    def changed(self) -> dict[str, Value]:
        """The values that are not the default, without what the program notes for itself."""
        return {
            key: self.value(key)
            for key, setting in SETTINGS.items()
            if not setting.internal and self.value(key) != setting.default
        }

    def put(self, key: str, value: Value) -> None:
        """Change one setting and save. Raises ``ValueError`` for a value outside its type, choices or range, ``OSError`` on writing,
        ``UsageProblem("setting_fixed")`` where it is fixed."""
        import tomli_w

        setting = SETTINGS[key]
        if self.is_fixed(key):
            raise UsageProblem("setting_fixed", setting=translate(setting.title))
        if not fits(setting, value):
            raise ValueError(f"{key} cannot be {value!r}")
        self._values[key] = self._unsaved[key] = value
        stored = _read(self._file)
        if stored is None:
            stored = dict(self._values)
        kept = {**stored, **self._unsaved, "format": max(FORMAT, _format(stored))}
        self._file.parent.mkdir(parents=True, exist_ok=True)
        private.replace_file(self._file, tomli_w.dumps(kept).encode())
        self._unsaved.clear()

    def keep(self, key: str, value: Value) -> Problem | None:
        """As ``put``, for a window: what kept it from being written is returned; the value holds until the program ends, unless it is
        fixed."""
        try:
            self.put(key, value)
        except UsageProblem as problem:
            return problem
        except OSError as error:
            log.warning("setting %s cannot be saved: %s", key, error)
            return disk_problem(error, self._file.parent) or as_problem(error)
        return None


def fits(setting: Setting, value: object) -> bool:
    """Whether a value has the type of the setting's default and is within its choices or range."""
    if type(value) is not type(setting.default):
        return False
    if isinstance(value, int) and not isinstance(value, bool):
        return (setting.least is None or value >= setting.least) and (setting.most is None or value <= setting.most)
    return not setting.choices or value in setting.choices


def _read(file: Path) -> dict[str, Value] | None:
    """What the file holds, {} where there is none, None where it cannot be read."""
    try:
        with file.open("rb") as stream:
            return _migrated(tomllib.load(stream))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:  # ValueError: not TOML, or not even UTF-8
        log.warning("settings in %s are not readable: %s", file, error)
        return None


def _format(values: Mapping[str, object]) -> int:
    stored = values.get("format")
    return stored if type(stored) is int else 1


def _migrated(values: dict[str, Value]) -> dict[str, Value]:
    for number in range(_format(values) + 1, FORMAT + 1):
        for old, new in _RENAMED.get(number, {}).items():
            if old in values:
                values.setdefault(new, values[old])
                del values[old]
    return values

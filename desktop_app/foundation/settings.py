# SPDX-License-Identifier: Apache-2.0
"""All settings of the program: one declared table, one reader, one writer.

``SETTINGS`` names each setting once: key, default (and so its type), help, unit, choices or range. A bad stored value falls back to the
default with a log line. The file is ``settings.toml`` in the home folder (``paths.settings_file``); it is written to a temporary file and
replaced. Each process opens it once, where it starts (command line, window, engine), and hands the object in; a process that lives long
asks ``reread`` for what another one has written since.

The file carries its ``format``; an older one is migrated when it is read and written back with the next change. A newer one is read as far
as it is known, and what is not known is kept.
"""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from desktop_app.foundation import private
from desktop_app.foundation.errors import Problem, as_problem, disk_problem

log = logging.getLogger(__name__)

Value = str | int | bool | list[str]


FORMAT = 2
"""History: 1 the first form, without a number; 2 ``gentle`` is ``indexing_throttle``."""

_RENAMED: Mapping[int, Mapping[str, str]] = MappingProxyType(
    {2: {"gentle": "indexing_throttle"}}
)  # format -> old key -> new key


@dataclass(frozen=True, slots=True)
class Setting:
    """``choices``: the only values allowed, all when empty. ``unit`` of a number, and its ``least`` and ``most``, None for no bound."""

    key: str
    default: Value
    help: str
    choices: tuple[str, ...] = ()
    unit: str = ""
    least: int | None = None
    most: int | None = None


SETTINGS: Mapping[str, Setting] = MappingProxyType(
    {
        setting.key: setting
        for setting in (
            Setting("language", "auto", "Language of the program", ("auto", "en", "zh_CN")),
            Setting("theme", "auto", "Light or dark", ("auto", "light", "dark", "light-contrast", "dark-contrast")),
            Setting(
                "text_zoom",
                100,
                "Size of the text in the window, on top of the system's own text size",
                unit="%",
                least=50,
                most=300,
            ),
            Setting("library", "", "Folder of the library; empty: the default one below the home folder"),
            Setting("model_folder", "", "Folder in which models are looked for; empty: none chosen yet"),
            Setting("llm", "", "GGUF file that writes the answers; empty: answers quote the very sentences, without a model"),
            Setting(
                "first_word",
                "balanced",
                "How soon the written answer begins in a new conversation: after about 4, 8 or 20 seconds, later with more passages read",
                ("quick", "balanced", "thorough"),
            ),
            Setting("reranker", "", "Folder of the cross-encoder that puts found passages in a better order; empty: none"),
            Setting(
                "ocr",
                "auto",
                "Text in scans and pictures: recognised where there is no other, always, or not",
                ("auto", "always", "off"),
            ),
            Setting(
                "indexing_throttle",
                "auto",
                "Indexing is slowed down while somebody types and on battery, always, or never",
                ("auto", "on", "off"),
            ),
            Setting("watch", True, "Whether the window reads new and changed files by itself"),
            Setting(
                "embedding_backend",
                "auto",
                "What computes the embedding model: the fastest by measurement on this PC, or always the one named",
                ("auto", "openvino-f32", "openvino-bf16", "openvino-int8", "torch-f32", "torch-bf16"),
            ),
            Setting("open_unasked", False, "Whether documents are opened in their own programs without asking first"),
            Setting("welcomed", False, "Whether the first-start page was left"),
            Setting("window_geometry", "", "Size and place of the window: a QByteArray in base64"),
            Setting("window_state", "", "Splitter sizes: a QByteArray in base64"),
        )
    }
)


class Settings:
    """All settings of one user, read when made and by ``reread``, written on every change."""

    def __init__(self, file: Path) -> None:
        self._file = file
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
        return str(self._values.get(key, SETTINGS[key].default))

    def number(self, key: str) -> int:
        """The value of a setting of type ``int``, in its unit. Raises ``KeyError`` for a key that is not in the table."""
        value = self._values.get(key, SETTINGS[key].default)
        assert isinstance(value, int)
        return value

    def flag(self, key: str) -> bool:
        """The value of a setting of type ``bool``. Raises ``KeyError`` for a key that is not in the table."""
        return bool(self._values.get(key, SETTINGS[key].default))

    def put(self, key: str, value: Value) -> None:
        """Change one setting and save. Raises ``ValueError`` for a value outside its type, choices or range, ``OSError`` on writing."""
        import tomli_w

        setting = SETTINGS[key]
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
        """As ``put``, for a window: what kept it from being written is returned; the value holds until the program ends."""
        try:
            self.put(key, value)
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

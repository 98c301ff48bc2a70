# SPDX-License-Identifier: Apache-2.0
"""The settings of one person, one declared table, one writer.

``SETTINGS`` names each setting once: key, type, default, help. A bad stored value falls back to the default with a log line.
The file is ``settings.toml`` in the home folder; it is written to a temporary file and replaced.
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


@dataclass(frozen=True, slots=True)
class Setting:
    key: str
    default: Value
    help: str
    choices: tuple[str, ...] = ()


SETTINGS: Mapping[str, Setting] = MappingProxyType(
    {
        setting.key: setting
        for setting in (
            Setting("language", "auto", "Language of the program", ("auto", "en", "zh_CN")),
            Setting("theme", "auto", "Light or dark", ("auto", "light", "dark")),
            Setting("library", "", "Folder of the library; empty: the default one below the home folder"),
            Setting("model_folder", "", "Folder in which models are looked for; empty: none chosen yet"),
            Setting("llm", "", "GGUF file that writes the answers; empty: answers quote the very sentences, without a model"),
            Setting(
                "first_word",
                "balanced",
                "How soon the written answer begins in a new conversation: after about 4, 8 or 20 seconds, with more passages read",
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
                "gentle",
                "auto",
                "Reading gives way to the person: while they type and on battery, always, or never",
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
            Setting("window_geometry", "", "Size and place of the window, base64 of Qt's own form"),
            Setting("window_state", "", "Splitter sizes, base64 of Qt's own form"),
        )
    }
)


class Settings:
    """All settings of one person, read once, written on every change."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._values: dict[str, Value] = {}
        for key, value in _read(file).items():
            setting = SETTINGS.get(key)
            if setting is None:
                continue  # of a newer version: ignored here, kept on writing
            if _fits(setting, value):
                self._values[key] = value
            else:
                log.warning("setting %s: %r is not usable, using %r", key, value, setting.default)

    def text(self, key: str) -> str:
        return str(self._values.get(key, SETTINGS[key].default))

    def flag(self, key: str) -> bool:
        return bool(self._values.get(key, SETTINGS[key].default))

    def put(self, key: str, value: Value) -> None:
        """Change one setting and save. Raises ``ValueError`` for a value outside its type or choices, ``OSError`` on writing."""
        import tomli_w

        setting = SETTINGS[key]
        if not _fits(setting, value):
            raise ValueError(f"{key} cannot be {value!r}")
        self._values[key] = value
        kept = {**_read(self._file), **self._values}
        self._file.parent.mkdir(parents=True, exist_ok=True)
        private.replace_file(self._file, tomli_w.dumps(kept).encode())

    def keep(self, key: str, value: Value) -> Problem | None:
        """As ``put``, for a window: what kept it from being written is returned; the value holds until the program ends."""
        try:
            self.put(key, value)
        except OSError as error:
            log.warning("setting %s cannot be saved: %s", key, error)
            return disk_problem(error, self._file.parent) or as_problem(error)
        return None


def _fits(setting: Setting, value: object) -> bool:
    if type(value) is not type(setting.default):
        return False
    return not setting.choices or value in setting.choices


def _read(file: Path) -> dict[str, Value]:
    try:
        with file.open("rb") as stream:
            return tomllib.load(stream)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:  # ValueError: not TOML, or not even UTF-8
        log.warning("settings in %s are not readable (%s), using defaults", file, error)
        return {}

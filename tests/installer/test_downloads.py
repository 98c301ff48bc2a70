# SPDX-License-Identifier: Apache-2.0
"""Downloads: kept under their hash, and a broken one is not kept."""

from __future__ import annotations

import hashlib
import io
import tarfile
import zipfile
from pathlib import Path

import pytest
from building import downloads
from building.recipe import BuildError

CONTENT = b"a wheel"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


def test_a_file_is_taken_from_the_cache(tmp_path: Path) -> None:
    arrived = tmp_path / "one.whl"
    arrived.write_bytes(CONTENT)
    path = downloads.keep(arrived, SHA256, tmp_path / "cache")
    assert (
        path
        == downloads.kept(SHA256, tmp_path / "cache")
        == downloads.file("https://nowhere.invalid/x", SHA256, tmp_path / "cache")
    )
    assert path.name == "one.whl"


def test_a_broken_download_is_not_kept(tmp_path: Path) -> None:
    arrived = tmp_path / "one.whl"
    arrived.write_bytes(b"half")
    with pytest.raises(BuildError, match=r"one\.whl is broken or is not what was pinned"):
        downloads.keep(arrived, SHA256, tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def test_a_file_that_broke_in_the_cache_is_removed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / SHA256).mkdir()
    (tmp_path / SHA256 / "one.whl").write_bytes(b"rotten")
    assert downloads.kept(SHA256, tmp_path) is None
    assert not (tmp_path / SHA256).exists()
    assert "one.whl is broken" in capsys.readouterr().out


def test_an_address_that_does_not_answer_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"file:///nowhere/one\.bin could not be downloaded"):
        downloads.file("file:///nowhere/one.bin", SHA256, tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_wrong_file_from_an_address_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "one.bin"
    source.write_bytes(b"other")
    with pytest.raises(BuildError, match="not what was pinned"):
        downloads.file(source.as_uri(), SHA256, tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


TOOL = """
from pathlib import Path


def prepare_metadata_for_build_wheel(folder, settings=None):
    Path({run!r}).touch()
    facts = Path(folder) / "box-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\\nName: box\\nVersion: 1.0\\n")
    return facts.name
"""


def test_a_source_archive_runs_nothing_before_its_hash_is_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index, cache, run = tmp_path / "index", tmp_path / "cache", tmp_path / "run"
    index.mkdir()
    project = b'[build-system]\nrequires = ["not-there-at-all"]\nbuild-backend = "tool"\n'
    with tarfile.open(index / "box-1.0.tar.gz", "w:gz") as archive:
        entry = tarfile.TarInfo("box-1.0/pyproject.toml")
        entry.size = len(project)
        archive.addfile(entry, io.BytesIO(project))
    with zipfile.ZipFile(tmp_path / "tool-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tool.py", TOOL.format(run=str(run)))
    tool = downloads.Pin("tool", "1.0", downloads.sha256_of(tmp_path / "tool-1.0-py3-none-any.whl"))
    downloads.keep(tmp_path / "tool-1.0-py3-none-any.whl", tool.sha256, cache)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index))

    with pytest.raises(BuildError, match=r"is not what was pinned, and is not kept: box==1\.0"):
        downloads.source(downloads.Pin("box", "1.0", SHA256), cache, [tool])
    assert not run.exists()

    sha256 = downloads.sha256_of(index / "box-1.0.tar.gz")
    assert downloads.source(downloads.Pin("box", "1.0", sha256), cache, [tool]) == cache / sha256 / "box-1.0.tar.gz"
    assert run.exists()

# SPDX-License-Identifier: Apache-2.0
"""The default model through the command line: a Chinese paraphrase is found, an old library is offered the change, a damaged model is told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cli.command import inkstone
from desktop_app.embedding.backends import default_model
from desktop_app.embedding.seam.embedder import Embedder

pytestmark = pytest.mark.slow

QUESTION = "怎么请假？"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "资料"
    folder.mkdir()
    (folder / "手册.txt").write_text("员工申请休假需填写OA表单，由部门经理审批。", encoding="utf-8")
    (folder / "food.txt").write_text("The canteen is open from eleven to two.", encoding="utf-8")
    return folder


def nearest(library: Path) -> str:
    """The file of the passage that meaning puts first; "" where it finds nothing."""
    found = inkstone("search", QUESTION, "--library", library, "--json").one["passages"]
    return next((Path(passage["path"]).name for passage in found if passage["by_meaning"]), "")


def test_a_new_library_finds_what_is_said_in_other_words(folder: Path, tmp_path: Path, default_embedder: Embedder) -> None:
    assert inkstone("index", folder, "--library", tmp_path / "库").code == 0
    report = inkstone("doctor", "--library", tmp_path / "库", "--json").one["embedding"]
    assert (report["choice"], report["name"], report["languages"]) == ("bundled", "multilingual-e5-small", ["*"])
    assert "offered" not in report
    assert nearest(tmp_path / "库") == "手册.txt"


def test_a_library_of_the_light_model_is_offered_the_change_and_takes_it(
    folder: Path, tmp_path: Path, default_embedder: Embedder, bundled_embedder: Embedder
) -> None:
    library = tmp_path / "库"
    assert inkstone("index", folder, "--library", library, "--embedding", "light").code == 0
    assert "multilingual-e5-small" not in inkstone("index", folder, "--library", library).out  # it was chosen
    facts = library / "library.toml"
    written = facts.read_text(encoding="utf-8")
    facts.write_text(written.replace('embedding = "light"', 'embedding = "bundled"'), encoding="utf-8")  # as it was called once
    told = inkstone("index", folder, "--library", library)
    assert (told.code, "--embedding bundled" in told.out) == (0, True)
    report = inkstone("doctor", "--library", library, "--json").one["embedding"]
    assert (report["choice"], report["name"], report["offered"]) == ("light", "all-MiniLM-L6-v2", "bundled")
    changed = inkstone("index", folder, "--library", library, "--embedding", "bundled", "--json").lines[-1]
    assert (changed["files"]["unchanged"], changed["embedding"]) == (2, "multilingual-e5-small")
    report = inkstone("doctor", "--library", library, "--json").one["embedding"]
    assert (report["choice"], report["name"], "offered" in report) == ("bundled", "multilingual-e5-small", False)
    assert nearest(library) == "手册.txt"


def test_a_damaged_model_is_told_and_words_still_find(
    folder: Path, tmp_path: Path, default_embedder: Embedder, prepared: Path
) -> None:
    library, own = tmp_path / "库", {"INKSTONE_PREPARED": str(tmp_path / "安装")}
    shutil.copytree(prepared, tmp_path / "安装")
    assert inkstone("index", folder, "--library", library, **own).code == 0
    source = tmp_path / "安装" / "models" / default_model.NAME / default_model.SOURCE
    content = bytearray(source.read_bytes())
    content[50_000_000] ^= 1
    source.write_bytes(content)
    run = inkstone("doctor", "--library", library, **own)
    assert "multilingual-e5-small, is missing or damaged (e5-small-q4.bin: SHA-256)" in run.out
    (folder / "新.txt").write_text("打印机在三楼。", encoding="utf-8")
    indexed = inkstone("index", folder, "--library", library, **own)
    assert (indexed.code, "missing or damaged" in indexed.err) == (0, True)
    found = inkstone("search", "打印机在三楼", "--library", library, "--json", **own)
    assert Path(found.one["passages"][0]["path"]).name == "新.txt"
    assert "Search by words still works" in found.err
    content[50_000_000] ^= 1
    source.write_bytes(content)
    assert inkstone("index", folder, "--library", library, **own).err == ""  # mended: what was read meanwhile gets its vectors
    report = inkstone("doctor", "--library", library, "--json", **own).one["library"]
    assert (report["vectors"], report["chunks"], report["healthy"]) == (3, 3, True)

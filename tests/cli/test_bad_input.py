# SPDX-License-Identifier: Apache-2.0
"""Bad input: each has its own sentence (what, which, what to do), its exit code, nothing on standard output, and costs nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from engine.engine_process import EngineProcess

from cli.command import Run, inkstone

pytestmark = pytest.mark.slow

CHINESE = "zh_CN.UTF-8"


def refused(run: Run, code: int, *told: str) -> None:
    """One sentence on standard error that tells all of this, and nothing else anywhere."""
    assert (run.code, run.out) == (code, ""), run
    assert run.err.startswith("inkstone: ")
    assert run.err.count("\n") == 1, run.err
    for text in told:
        assert text in run.err, run.err


def unharmed(library: Path) -> None:
    """The library still answers."""
    run = inkstone("ask", "合同编号是什么？", "--llm", "none", "--library", library, "--json")
    assert (run.code, run.one["total_files"]) == (0, 6)
    assert "HT-2024-018" in run.one["answer"]


def test_a_path_that_does_not_exist(library: Path, office: Path, tmp_path: Path) -> None:
    missing = tmp_path / "没有 这个"
    for more in ((), ("--json",)):
        run = inkstone("index", office, missing, "--library", library, *more)
        refused(run, 2, f"“{missing}” does not exist", "Check the name")
    run = inkstone("index", missing, "--library", library, LANG=CHINESE)
    refused(run, 2, f"“{missing}”", "不存在")
    unharmed(library)


def test_a_bad_path_does_not_switch_the_embedding_model(library: Path, tmp_path: Path) -> None:
    before = (library / "library.toml").read_text(encoding="utf-8")
    assert inkstone("index", tmp_path / "没有", "--library", library, "--embedding", "light").code == 2
    assert (library / "library.toml").read_text(encoding="utf-8") == before


def test_an_empty_folder(library: Path, tmp_path: Path) -> None:
    (tmp_path / "空文件夹").mkdir()
    refused(inkstone("index", tmp_path / "空文件夹", "--library", library), 2, "空文件夹", "no file", "Put documents in it")
    unharmed(library)


def test_neither_file_nor_folder(library: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "管道")
    refused(inkstone("index", tmp_path / "管道", "--library", library), 2, "管道", "neither a file nor a folder")
    refused(inkstone("index", "/dev/null", "--library", library), 2, "/dev/null")
    unharmed(library)


def test_a_name_that_is_no_text(library: Path, tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/" + "中文".encode("gbk")
    os.mkdir(path)
    refused(inkstone("index", path, "--library", library), 2, r"\xd6\xd0", "Rename it first")
    unharmed(library)


def test_a_model_folder_without_models_and_one_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "空模型").mkdir()
    refused(inkstone("models", tmp_path / "空模型"), 2, "空模型", "no model", "GGUF")
    refused(inkstone("models", tmp_path / "没有模型", "--json"), 2, "没有模型", "does not exist")
    refused(inkstone("models", tmp_path / "空模型", LANG=CHINESE), 2, "空模型", "没有")


def test_a_file_that_is_no_gguf_a_cut_off_one_and_none(library: Path, tmp_path: Path, tiny_gguf: Path) -> None:
    other = tmp_path / "不是模型.gguf"
    other.write_bytes(b"PK\3\4" + bytes(4000))
    cut = tmp_path / "半个模型.gguf"
    cut.write_bytes(tiny_gguf.read_bytes()[:-5000])
    ask = ("ask", "合同编号是什么？", "--library", str(library))
    refused(inkstone(*ask, "--llm", other), 3, "不是模型.gguf", "not a GGUF file", "Choose")
    size = str(tiny_gguf.stat().st_size - 5000)
    refused(inkstone(*ask, "--llm", cut, "--json"), 3, "半个模型.gguf", "cut off", size, "again")
    refused(inkstone(*ask, "--llm", tmp_path / "无.gguf"), 3, "无.gguf", "not found", "without a model")
    refused(inkstone(*ask, "--llm", cut, LANG=CHINESE), 3, "半个模型.gguf", size)
    unharmed(library)


def embedding_folder(folder: Path, weights: str) -> Path:
    folder.mkdir()
    (folder / "config.json").write_text('{"model_type": "bert", "hidden_size": 8}', encoding="utf-8")
    (folder / "tokenizer.json").write_text('{"model": {"type": "WordPiece", "vocab": {"a": 0}}}', encoding="utf-8")
    (folder / weights).write_bytes(b"\x80\x04K\x01.")
    return folder


def test_an_embedding_folder_with_only_pickled_weights(library: Path, office: Path, tmp_path: Path) -> None:
    folder = embedding_folder(tmp_path / "旧模型", "pytorch_model.bin")
    for more in ((), ("--json",)):
        run = inkstone("index", office, "--library", library, "--embedding", folder, *more)
        refused(run, 3, "旧模型", "pickled weights", "model.safetensors")
    run = inkstone("index", office, "--library", library, "--embedding", folder, LANG=CHINESE)
    refused(run, 3, "旧模型", "model.safetensors")
    unharmed(library)


def test_an_embedding_folder_that_is_none_or_not_there(library: Path, office: Path, tmp_path: Path) -> None:
    (tmp_path / "别的").mkdir()
    run = inkstone("index", office, "--library", library, "--embedding", tmp_path / "别的")
    refused(run, 3, "别的", "not an embedding model", "Choose")
    run = inkstone("index", office, "--library", library, "--embedding", tmp_path / "没有")
    refused(run, 3, "没有", "not found", "bundled")
    unharmed(library)


def test_a_second_program_on_the_same_library(library: Path, office: Path, tmp_path: Path) -> None:
    engine = EngineProcess(library, tmp_path / "stderr.txt")
    try:
        for arguments in (("index", str(office)), ("ask", "合同", "--json")):
            refused(
                inkstone(*arguments, "--library", library), 3, str(library), "already open in another window", "Close the other"
            )
        refused(inkstone("files", "--library", library, LANG=CHINESE), 3, str(library))
    finally:
        engine.close()
    unharmed(library)


@pytest.mark.parametrize("where", ["folder", "catalogue", "conversations"])
def test_a_library_of_a_newer_format(library: Path, office: Path, where: str) -> None:
    import sqlite3

    if where == "folder":
        (library / "library.toml").write_text('format = 99\nembedding = "none"\n', encoding="utf-8")
    else:
        connection = sqlite3.connect(library / f"{where}.sqlite")
        connection.execute("PRAGMA user_version = 99")
        connection.close()
    before = {file.name: file.read_bytes() for file in library.glob("*.toml")}
    for arguments in (("index", str(office)), ("ask", "合同", "--json")):
        refused(inkstone(*arguments, "--library", library), 3, str(library), "newer Inkstone", "format 99", "Update Inkstone")
    assert {file.name: file.read_bytes() for file in library.glob("*.toml")} == before


def test_a_library_that_is_damaged(library: Path) -> None:
    (library / "catalogue.sqlite").write_bytes(b"this is no database, it was overwritten by something else" * 100)
    for name in ("catalogue.sqlite-wal", "catalogue.sqlite-shm"):
        (library / name).unlink(missing_ok=True)
    refused(inkstone("files", "--library", library), 3, str(library), "damaged", "library repair")


def test_a_model_is_no_document(tmp_path: Path) -> None:
    (tmp_path / "模型.gguf").write_bytes(b"GGUF")
    refused(inkstone("index", tmp_path / "模型.gguf", "--library", tmp_path / "库"), 2, "模型.gguf", "is a model", "--llm")


def test_a_library_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "文件").write_text("x", encoding="utf-8")
    refused(inkstone("files", "--library", tmp_path / "文件"), 3, "文件", "choose another library folder")


# ---- disks and rights: need a root that may mount and change users, as in a container -------------------------------


@contextmanager
def small_disk(place: Path, size: str) -> Iterator[Path]:
    place.mkdir()
    mount = shutil.which("mount")
    if mount is None or os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root")
    done = subprocess.run([mount, "-t", "tmpfs", "-o", f"size={size}", "tmpfs", place], capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"mounting is not permitted here: {done.stderr.decode().strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)


@pytest.mark.slow
def test_a_full_disk_ends_with_its_sentence_and_space_lets_it_go_on(tmp_path: Path) -> None:
    papers = tmp_path / "文件"
    papers.mkdir()
    for number in range(60):
        text = "\n\n".join(f"第 {number} 份第 {part} 段，金额 {number * part} 元，由财务部核对。" * 8 for part in range(40))
        (papers / f"{number:02d}.txt").write_text(text, encoding="utf-8")
    with small_disk(tmp_path / "小盘", "3m") as disk:
        library = disk / "库"
        for more in ((), ("--json",)):
            run = inkstone("index", papers, "--library", library, "--embedding", "none", *more)
            assert run.code == 3, run
            assert str(library) in run.err
            assert "is full" in run.err
            assert "Free some space" in run.err
            assert "Traceback" not in run.err
        assert not [line for line in run.lines if line["event"] == "done"]
        subprocess.run(["mount", "-o", "remount,size=60m", disk], check=True)
        kept = [line for line in inkstone("files", "--library", library, "--json").lines if line["state"] == "indexed"]
        done = inkstone("index", papers, "--library", library, "--json")
        assert done.code == 0
        assert done.lines[-1]["files"]["indexed"] == 60 - len(kept)
        assert len(inkstone("files", "--library", library, "--json").lines) == 60


def test_a_full_home(tmp_path: Path) -> None:
    with small_disk(tmp_path / "满了", "64k") as disk:
        (disk / "占位").write_bytes(b"\0" * 30_000)
        run = inkstone("files", INKSTONE_HOME=str(disk / "家"))
        assert run.code == 3, run
        assert "is full" in run.err
        assert "Traceback" not in run.err


def test_a_read_only_home(tmp_path: Path, office: Path) -> None:
    with small_disk(tmp_path / "只读", "8m") as disk:
        home = disk / "家"
        assert inkstone("index", office, "--embedding", "none", INKSTONE_HOME=str(home)).code == 0
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        for arguments in (("index", str(office)), ("ask", "合同"), ()):
            run = inkstone(*arguments, INKSTONE_HOME=str(home))
            refused(run, 3, str(home), "cannot write to its own folder", "INKSTONE_HOME")
        refused(inkstone("ask", "合同", INKSTONE_HOME=str(disk / "新家"), LANG=CHINESE), 3, str(disk / "新家"), "INKSTONE_HOME")
        # A home elsewhere, the library still here.
        run = inkstone("ask", "合同", "--library", home / "libraries" / "default", INKSTONE_HOME=str(tmp_path / "家"))
        refused(run, 3, str(home / "libraries" / "default"), "cannot write")


@pytest.fixture
def bound() -> tuple[str, ...]:
    """Runs a command for whom rights count: a root without the power to pass over them."""
    powers = "-dac_override,-dac_read_search"
    command = ("setpriv", f"--bounding-set={powers}", f"--inh-caps={powers}")
    if shutil.which("setpriv") is None or subprocess.run([*command, "true"], capture_output=True, check=False).returncode:
        pytest.skip("rights do not count for root, and giving up that power takes setpriv and the right to use it")
    return command


def test_an_unreadable_folder_and_file(bound: tuple[str, ...], tmp_path: Path) -> None:
    papers = tmp_path / "文件"
    (papers / "上锁").mkdir(parents=True)
    (papers / "可读.txt").write_text("仓库的钥匙在门卫处。", encoding="utf-8")
    (papers / "不可读.txt").write_text("机密。", encoding="utf-8")
    (papers / "上锁" / "里面.txt").write_text("密码在里面。", encoding="utf-8")
    assert inkstone("index", papers, "--embedding", "none").code == 0
    (papers / "不可读.txt").write_text("机密，改过。", encoding="utf-8")
    (papers / "不可读.txt").chmod(0)
    (papers / "上锁").chmod(0)
    try:
        run = inkstone("index", papers / "上锁", "--library", tmp_path / "新库", "--embedding", "none", wrapped=bound)
        refused(run, 2, "上锁", "may not be read", "permission")
        run = inkstone("index", papers, "--json", wrapped=bound)
    finally:
        (papers / "上锁").chmod(0o755)
    assert run.lines[-1]["files"]["removed"] == 0
    told = {Path(line["path"]).name: line for line in inkstone("files", "--json").lines}
    # What was read before stays searchable; the ledger says that it could not be looked at again.
    assert (told["不可读.txt"]["state"], told["不可读.txt"]["reason"]) == ("partial", "unreadable")
    assert [told[name]["state"] for name in ("可读.txt", "里面.txt")] == ["indexed", "indexed"]
    assert inkstone("search", "密码").code == 0


def test_a_new_file_that_may_not_be_read_is_told(bound: tuple[str, ...], tmp_path: Path) -> None:
    papers = tmp_path / "文件"
    papers.mkdir()
    (papers / "不可读.txt").write_text("机密。", encoding="utf-8")
    (papers / "不可读.txt").chmod(0)
    run = inkstone("index", papers, "--embedding", "none", "--json", wrapped=bound)
    assert (run.code, run.lines[-1]["files"]["failed"]) == (1, 1)
    assert inkstone("files", "--json").one["reason"] == "unreadable"


def test_a_home_of_somebody_else(bound: tuple[str, ...], tmp_path: Path) -> None:
    place = tmp_path / "别人的"
    place.mkdir()
    if os.geteuid() == 0:
        os.chown(place, 65534, 65534)
    place.chmod(0o755 if os.geteuid() == 0 else 0o555)
    for home in (place, place / "家"):
        run = inkstone("files", wrapped=bound, INKSTONE_HOME=str(home))
        refused(run, 3, str(home), "cannot write to its own folder", "INKSTONE_HOME")

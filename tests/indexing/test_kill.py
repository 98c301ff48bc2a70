# SPDX-License-Identifier: Apache-2.0
"""A whole indexing process killed at any moment: the next run goes on, and in the end nothing is lost or doubled.

The moments are lines of the process's own progress, so that no clock is involved. Killed is the program itself; its reader processes
end with it, because their pipes close.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest

from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.library.library import Library
from indexing.faults import answers
from indexing.office import Holdings, fill, texts_found, write

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="sends POSIX signals")]
ROOT = Path(__file__).resolve().parents[2]
FILES = 32
QUESTIONS = ("付款期限为几个工作日？", "How many euros a night are allowed in the capital?", "HT-0007")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Thirty-two files of a few chunks each."""
    folder = fill(tmp_path / "办公室 Office", FILES)
    for number, file in enumerate(sorted(folder.rglob("*.txt"))):
        write(file, number, "".join(f"第{n}条规定了第{number}号文件的具体做法，以书面形式为准。" for n in range(36)))
    return folder


def start(folder: Path, library: Path, embedding: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-X", "utf8", "-m", "desktop_app", "index", str(folder), "--library", str(library)]
    return subprocess.Popen(
        [*command, "--embedding", embedding, "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        cwd=ROOT,
    )


def kill_after(process: subprocess.Popen[str], done: int, stage: str = "reading") -> bool:
    """Kill at the first progress line of ``stage`` that tells of ``done`` files (or passages) or more; False when the run ended before."""
    assert process.stdout is not None
    for line in process.stdout:
        told = json.loads(line)
        if told["event"] == "progress" and told["stage"] == stage and told["done"] >= done:
            children = psutil.Process(process.pid).children(recursive=True)
            process.send_signal(signal.SIGKILL)
            process.wait()
            process.stdout.close()
            _, alive = psutil.wait_procs(children, timeout=30)
            assert not alive, "reader processes outlive the program"
            return True
    process.wait()
    process.stdout.close()
    return False


def finish(process: subprocess.Popen[str]) -> dict[str, Any]:
    output, _ = process.communicate(timeout=200)
    assert process.returncode == 0
    last: dict[str, Any] = json.loads(output.splitlines()[-1])
    assert last["event"] == "done"
    return last


def held(library: Path, embedder: Embedder | None) -> tuple[Holdings, dict[str, list[tuple[Any, ...]]]]:
    """What the library holds, and the passages with their scores that it gives."""
    given = answers(library, QUESTIONS)
    with closing(Library(library)) as opened:
        if embedder is not None:
            opened.attach_vectors(embedder.facts.fingerprint)
        return Holdings(opened), given


@pytest.mark.parametrize("embedding", ["none", "light"])
def test_killed_again_and_again_and_gone_on_is_as_undisturbed(
    folder: Path, tmp_path: Path, embedding: str, bundled_embedder: Embedder
) -> None:
    embedder = bundled_embedder if embedding == "light" else None
    assert kill_after(start(folder, tmp_path / "被杀", embedding), 0)
    kill_after(start(folder, tmp_path / "被杀", embedding), 1)
    rest = finish(start(folder, tmp_path / "被杀", embedding))
    assert rest["files"]["failed"] == 0
    assert rest["files"]["unchanged"] > 0, "what was finished before the kills was not kept"
    assert rest["files"]["indexed"] + rest["files"]["unchanged"] == FILES
    finish(start(folder, tmp_path / "安静", embedding))
    assert held(tmp_path / "被杀", embedder) == held(tmp_path / "安静", embedder)


@pytest.mark.parametrize("done", [0, 1])
def test_killed_between_words_and_vectors_no_file_is_read_again(
    folder: Path, tmp_path: Path, done: int, bundled_embedder: Embedder
) -> None:
    library = tmp_path / "被杀"
    assert kill_after(start(folder, library, "light"), done, "vectors")
    with closing(Library(library)) as opened:
        assert sum(opened.catalogue.files.counts().get(state, 0) for state in ("words", "indexed")) == FILES
        assert opened.catalogue.files.counts()["words"] > 0
        assert len(texts_found(opened, "HT-0007")) > 0
        chunks = [(chunk.id, chunk.text) for chunk in opened.catalogue.chunks.all()]
        made = opened.catalogue.vectors.count(bundled_embedder.facts.fingerprint)
        assert made < len(chunks)
    rest = finish(start(folder, library, "light"))
    assert (rest["files"]["unchanged"], rest["files"]["indexed"]) == (FILES, 0)
    finish(start(folder, tmp_path / "安静", "light"))
    assert held(library, bundled_embedder) == held(tmp_path / "安静", bundled_embedder)
    with closing(Library(library)) as opened:
        assert opened.catalogue.files.counts() == {"indexed": FILES}
        assert [(chunk.id, chunk.text) for chunk in opened.catalogue.chunks.all()] == chunks


def test_killed_while_changes_are_taken_in(folder: Path, tmp_path: Path, bundled_embedder: Embedder) -> None:
    library = tmp_path / "被杀"
    finish(start(folder, library, "light"))
    files = sorted(folder.rglob("*.txt"))
    for number, file in enumerate(files[:12]):
        write(file, number, "改过。" * 60)
    for file in files[12:16]:
        os.remove(file)
    assert kill_after(start(folder, library, "light"), 2)
    assert finish(start(folder, library, "light"))["files"]["failed"] == 0
    finish(start(folder, tmp_path / "安静", "light"))
    assert held(library, bundled_embedder) == held(tmp_path / "安静", bundled_embedder)


def test_the_lock_of_a_killed_process_is_free(folder: Path, tmp_path: Path) -> None:
    library = tmp_path / "资料库"
    assert kill_after(start(folder, library, "none"), 1)
    with closing(Library(library)) as opened:
        assert opened.catalogue.files.counts()

# SPDX-License-Identifier: Apache-2.0
"""Ctrl+C: what was finished is kept, the exit code says that it is not all, and no process stays behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path

import psutil
import pytest
from engine.conftest import paper_mountain
from engine.engine_process import all_gone
from library.making import make_words_older

from cli.command import PROGRAM, ROOT, environment, inkstone

FILES = 240


@pytest.mark.slow
def test_ctrl_c_while_indexing_keeps_what_was_finished(tmp_path: Path) -> None:
    """The signal goes to the whole group, as a terminal sends it: the readers get it too."""
    folder = paper_mountain(tmp_path / "许多文件", FILES)
    command = [*PROGRAM, "index", str(folder), "--embedding", "none", "--json"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(), cwd=ROOT, start_new_session=True
    )
    assert process.stdout is not None
    for line in process.stdout:
        if json.loads(line).get("done", 0) >= 3:
            break
    children = psutil.Process(process.pid).children(recursive=True)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert all_gone(children)
    assert process.returncode == 1
    *forecast, last = err.decode().splitlines()
    assert last == "Stopped. What was finished is kept."
    assert len(forecast) <= 1  # on a busy PC the run is stopped before it has one
    assert not [line for line in out.splitlines() if json.loads(line)["event"] == "done"]
    states = [line["state"] for line in inkstone("files", "--json").lines]
    assert len(states) == FILES
    assert 3 <= states.count("indexed") < FILES
    done = inkstone("index", folder, "--json")
    assert (done.code, done.lines[-1]["files"]["indexed"]) == (0, states.count("pending"))


@pytest.mark.slow
def test_ctrl_c_while_the_embedding_model_loads(tmp_path: Path, office: Path) -> None:
    command = [*PROGRAM, "index", str(office), "--json"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(PYTHONPROFILEIMPORTTIME="1"), cwd=ROOT
    )
    assert process.stderr is not None
    for line in process.stderr:
        if b"openvino" in line:  # in the middle of importing it
            break
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=120)
    told = [line for line in err.decode().splitlines() if not line.startswith("import time:")]
    assert (process.returncode, told) == (1, ["Stopped. What was finished is kept."])
    assert inkstone("files", "--json").code == 0


def test_ctrl_c_while_the_model_writes(library: Path, endless_gguf: Path) -> None:
    command = [*PROGRAM, "ask", "合同编号是什么？", "--llm", str(endless_gguf), "--library", str(library)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(), cwd=ROOT, start_new_session=True
    )
    assert process.stdout is not None
    assert process.stdout.read(3)  # it has begun
    children = psutil.Process(process.pid).children(recursive=True)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert all_gone(children)
    assert process.returncode in (0, 1)  # what was written until then counts as an answer, or not
    assert b"Traceback" not in err
    assert inkstone("files", "--library", library).code == 0


def test_an_older_library_says_why_its_first_command_takes_longer(tmp_path: Path) -> None:
    library = tmp_path / "资料库"
    make_words_older(library, 1_200)
    first, second = (inkstone("search", "质保期", "--library", library, "--json") for _ in range(2))
    assert first.err.splitlines()[0] == (
        "This version finds words in a new way: the word index is made anew once. "
        "Stopped half-way, it goes on from there at the next start."
    )
    assert first.one["hits"] == second.one["hits"] == 1_200
    assert "word index" not in second.err

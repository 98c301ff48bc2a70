# SPDX-License-Identifier: Apache-2.0
"""The proof that nothing leaves the PC, one that anyone can repeat: every network system call of every process, under strace.

Python's own guard (``foundation.offline``) does not see what native code does (torch, Chroma's Rust, llama.cpp), so the kernel is asked
instead: ``strace -f -e trace=%network`` follows the command and all its children and writes down each socket they open. What may
stand there is local: AF_UNIX (a socket pair of Chroma's runtime, the C library looking for its name cache). AF_INET and AF_INET6 are
the internet; AF_NETLINK would be a look at the network cards, and nothing here does that either.

The environment is the worst that a PC may bring along: every switch that turns tracing and telemetry on is on.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import msgspec
import pytest
from cli.command import PROGRAM, ROOT, Run, environment, inkstone
from engine.engine_process import EngineProcess

from desktop_app.contract import messages as m
from desktop_app.contract.measuring_process import Converted, Job, Measured, decode_event
from desktop_app.embedding.backends import light_model

pytestmark = pytest.mark.slow

HOSTILE = {
    "LANGSMITH_TRACING": "true",
    "LANGSMITH_TRACING_V2": "true",
    "LANGCHAIN_TRACING_V2": "true",
    "LANGSMITH_API_KEY": "x",
    "LANGCHAIN_API_KEY": "x",
    "LANGSMITH_ENDPOINT": "http://127.0.0.1:9",
    "ANONYMIZED_TELEMETRY": "True",
    "HF_HUB_OFFLINE": "0",
    "TRANSFORMERS_OFFLINE": "0",
    "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9",
    "CHROMA_SERVER_HOST": "127.0.0.1",
    "HTTPS_PROXY": "http://127.0.0.1:9",
}
QUESTION = "合同编号是什么？"
ENGLISH = "What may a hotel room cost?"
_FAMILY = re.compile(r"\b(AF_[A-Z0-9]+)")
_CALL = re.compile(r"^(?:\d+\s+)?(?:<\.\.\. )?(\w+)(?:\(| resumed)")


@pytest.fixture(scope="module")
def strace() -> str:
    found = shutil.which("strace")
    if found is None:
        pytest.skip("strace is not installed (sudo apt-get install -y strace)")
    if subprocess.run([found, "-f", "-e", "trace=%network", "true"], capture_output=True, check=False).returncode:
        pytest.skip("strace may not trace here (ptrace is not permitted)")
    return found


@pytest.fixture
def office(tmp_path: Path) -> Path:
    folder = tmp_path / "文件 柜"
    folder.mkdir()
    (folder / "采购合同.txt").write_text("甲乙双方达成一致。合同编号是 HT-2024-018。付款期限三十日。", encoding="utf-8")
    (folder / "Travel.md").write_text("# Hotels\n\nA hotel room may cost up to 140 euros a night.\n", encoding="utf-8")
    (folder / "坏.pdf").write_bytes(b"%PDF-1.7 broken")
    return folder


def traced(strace: str, trace: Path) -> tuple[str, ...]:
    return (strace, "-f", "-qq", "-e", "trace=%network", "-o", str(trace))


def families(trace: Path) -> dict[str, int]:
    """How often each address family stands in the trace; no file: no process was traced, which would prove nothing."""
    counted: dict[str, int] = {}
    for line in trace.read_text(encoding="utf-8", errors="replace").splitlines():
        call = _CALL.match(line)
        if call is None:
            continue  # an exit or a signal
        for family in _FAMILY.findall(line):
            counted[family] = counted.get(family, 0) + 1
    return counted


def only_local(trace: Path) -> None:
    found = families(trace)
    assert set(found) <= {"AF_UNIX"}, f"{found}\n" + "\n".join(
        line for line in trace.read_text(encoding="utf-8", errors="replace").splitlines() if "AF_UNIX" not in line
    )


def test_the_trace_would_show_a_socket(strace: str, tmp_path: Path) -> None:
    """The proof proves something: a program that does open one is seen, in a child too."""
    trace = tmp_path / "trace.txt"
    code = "import socket, subprocess, sys; subprocess.run([sys.executable, '-c', 'import socket; socket.socket(socket.AF_INET6)'])"
    import sys

    subprocess.run([*traced(strace, trace), sys.executable, "-c", code + "; socket.socket(socket.AF_INET)"], check=True)
    assert {"AF_INET", "AF_INET6"} <= set(families(trace))
    with pytest.raises(AssertionError):
        only_local(trace)


def test_every_command_opens_no_internet_socket(strace: str, office: Path, tmp_path: Path, tiny_gguf: Path) -> None:
    """Index with the default embedding model and Chroma, search, ask without and with a model, doctor; one library."""
    commands: list[tuple[str | Path, ...]] = [
        ("index", office, "--json"),
        ("search", ENGLISH, "--json"),
        ("ask", ENGLISH, "--llm", "none", "--json"),
        ("ask", QUESTION, "--llm", tiny_gguf, "--json"),
        ("doctor", "--json"),
    ]
    runs: list[Run] = []
    for number, command in enumerate(commands):
        trace = tmp_path / f"trace-{number}.txt"
        run = inkstone(*command, wrapped=traced(strace, trace), **HOSTILE)
        only_local(trace)
        runs.append(run)
    # They did their work meanwhile: the broken PDF alone is at fault for the 1.
    assert [run.code for run in runs] == [1, 0, 0, 0, 0], [run.err for run in runs]
    assert runs[0].lines[-1]["files"]["indexed"] == 2
    assert runs[1].one["passages"]
    assert "140 euros" in runs[2].one["citations"][0]["quote"]
    assert runs[3].one["mode"] == "llm"
    report = runs[4].one
    assert report["embedding"]["state"] == "ready"
    assert (report["offline"]["connections"], report["offline"]["refused_attempts"]) == (0, 0)


def test_converting_measuring_and_quantising_open_no_internet_socket(strace: str, tmp_path: Path, home: Path) -> None:
    """The measuring process: OpenVINO would report its use to an analytics host."""
    (home / "graphs").unlink()  # a fresh machine: the model is converted now
    trace = tmp_path / "trace.txt"
    texts = tuple(f"Clause {n}: the supplier delivers within {n} days." for n in range(8))
    job = Job(str(light_model.folder()), cut=0, convert=True, candidates=("openvino-int8",), texts=texts)
    with subprocess.Popen(
        [*traced(strace, trace), *PROGRAM, "--role", "measure"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(**HOSTILE),
        cwd=ROOT,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(msgspec.json.encode(m.Initialize(m.PROTOCOL)) + b"\n" + msgspec.json.encode(job) + b"\n")
        process.stdin.flush()
        assert process.stdout.readline() == msgspec.json.encode(m.Initialized(m.PROTOCOL)) + b"\n"
        events = [decode_event(line) for line in process.stdout]
        assert process.stderr.read() == b""  # a progress bar would stand in the person's terminal
    only_local(trace)
    assert Converted() in events
    measured = [event.row for event in events if isinstance(event, Measured)]
    assert {row.backend for row in measured if not row.problem} == {"openvino-f32", "openvino-int8"}, measured


def test_the_engine_process_opens_no_internet_socket(strace: str, office: Path, tmp_path: Path, tiny_gguf: Path) -> None:
    """As the window runs it: one engine that indexes, searches and answers by protocol, with its readers and its model."""
    trace = tmp_path / "trace.txt"
    engine = EngineProcess(
        tmp_path / "资料库", tmp_path / "stderr.txt", environment=environment(**HOSTILE), wrapped=traced(strace, trace)
    )
    try:
        engine.ask(m.AddSources, paths=[str(office)])
        assert engine.ask(m.Index, within=180).files["indexed"] == 2
        assert engine.status(lambda status: status.embedding == "ready")
        assert engine.ask(m.Search, question=ENGLISH).result.passages
        assert engine.ask(m.Ask, question=QUESTION).answer.found
        assert engine.ask(m.Ask, question=QUESTION, llm=str(tiny_gguf)).answer.mode == "llm"
        report = engine.ask(m.Doctor).report["offline"]
    finally:
        engine.close()
    only_local(trace)
    assert (report["sealed"], report["connections"], report["refused_attempts"]) == (True, 0, 0)


def test_the_main_job_works_where_there_is_no_network_at_all(office: Path, tmp_path: Path, tiny_gguf: Path) -> None:
    """An empty network namespace: not even a loopback that is up. Whatever needed one would fail or wait here."""
    unshare = shutil.which("unshare")
    alone = (unshare or "", "-n") if os.geteuid() == 0 else (unshare or "", "-r", "-n")
    if unshare is None or subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        pytest.skip("an empty network namespace (unshare -n) is not permitted here")
    assert inkstone("index", office, "--embedding", "light", wrapped=alone, **HOSTILE).code == 1  # the broken PDF
    quoted = inkstone("ask", ENGLISH, "--llm", "none", "--json", wrapped=alone, **HOSTILE)
    assert (quoted.code, quoted.one["found"], quoted.err) == (0, True, "")
    written = inkstone("ask", QUESTION, "--llm", tiny_gguf, "--json", wrapped=alone, **HOSTILE)
    assert (written.code, written.one["mode"], written.err) == (0, "llm", "")

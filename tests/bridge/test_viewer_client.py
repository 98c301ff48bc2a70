# SPDX-License-Identifier: Apache-2.0
"""The window's side of the viewer, against real processes: death, hang, memory, cancel, end."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import odd_viewer
import psutil
import pytest
import shiboken6
from pdf_files import make_pdf
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from desktop_app.bridge.operation import Operation
from desktop_app.bridge.viewer_client import ViewerClient
from desktop_app.contract.viewer_process import ListSheets, OpenPdf, PdfOpened
from desktop_app.foundation.errors import Problem

Make = Callable[..., ViewerClient]


@pytest.fixture
def make(qtbot: QtBot) -> Iterator[Make]:
    clients: list[ViewerClient] = []

    def build(*arguments: str, **limits: float) -> ViewerClient:
        client = ViewerClient(command=odd_viewer.command(*arguments) if arguments else None, **limits)  # type: ignore[arg-type]
        clients.append(client)
        return client

    yield build
    for client in clients:
        client.close()


class End:
    """How an operation ended."""

    def __init__(self, operation: Operation) -> None:
        self.operation = operation
        self.count = 0
        self.result: object = None
        self.problem: Problem | None = None
        operation.succeeded.connect(lambda result: setattr(self, "result", result))
        operation.failed.connect(lambda problem: setattr(self, "problem", problem))
        operation.ended.connect(lambda: setattr(self, "count", self.count + 1))


def ask(client: ViewerClient, path: Path, password: str = "") -> End:
    return End(client.request(lambda id_: OpenPdf(id_, str(path), password)))


def wait(qtbot: QtBot, *ends: End) -> None:
    qtbot.waitUntil(lambda: all(end.count for end in ends), timeout=30_000)


def pages_of(end: End) -> int:
    assert isinstance(end.result, PdfOpened), end.problem
    return end.result.page_count


@pytest.fixture
def file(tmp_path: Path) -> Path:
    os.mkfifo(tmp_path / "门")
    return make_pdf(tmp_path / "两页.pdf", [["一"], ["二"]])


def test_a_process_is_started_when_it_is_wanted(make: Make, qtbot: QtBot, file: Path) -> None:
    client = make()
    assert client.pid == 0
    end = ask(client, file)
    wait(qtbot, end)
    assert pages_of(end) == 2
    assert isinstance(end.result, PdfOpened)
    assert end.result.sizes[0] == pytest.approx((595.27, 841.89), abs=0.1)
    first = client.pid
    wait(qtbot, ask(client, file))
    assert client.pid == first


def test_what_cannot_be_opened_says_why(make: Make, qtbot: QtBot, tmp_path: Path) -> None:
    broken = tmp_path / "损坏.pdf"
    broken.write_bytes(b"%PDF-1.7\nnonsense")
    protected = make_pdf(tmp_path / "加密.pdf", [["秘密"]], password="密码1")
    client = make()
    ends = [ask(client, tmp_path / "没有.pdf"), ask(client, broken), ask(client, protected), ask(client, protected, "错")]
    right = ask(client, protected, "密码1")
    wait(qtbot, *ends, right)
    codes = [end.problem.code for end in ends if end.problem]
    assert codes == ["view_unreadable", "view_damaged", "view_password", "view_password"]
    assert ends[1].problem is not None
    assert ends[1].problem.data["path"] == str(broken)
    assert pages_of(right) == 1


def test_a_file_that_was_replaced_is_opened_again(make: Make, qtbot: QtBot, file: Path) -> None:
    client = make()
    wait(qtbot, ask(client, file))
    make_pdf(file, [["新"]] * 3)
    end = ask(client, file)
    wait(qtbot, end)
    assert pages_of(end) == 3


def test_a_file_that_is_shown_is_not_held_open(make: Make, qtbot: QtBot, file: Path) -> None:
    """On Windows nobody could save it meanwhile."""
    client = make()
    wait(qtbot, ask(client, file))
    assert str(file) not in [one.path for one in psutil.Process(client.pid).open_files()]


def test_killed_while_it_works_another_goes_on(make: Make, qtbot: QtBot, file: Path) -> None:
    crashing = make_pdf(file.with_name("崩溃.pdf"), [["一"]])
    client = make("odd")
    ends = [ask(client, file), ask(client, crashing), ask(client, file)]
    wait(qtbot, *ends)
    assert [pages_of(end) for end in ends] == [2, 1, 2]
    assert [end.count for end in ends] == [1, 1, 1]
    assert len(crashing.with_suffix(".tried").read_text().split()) == 2


def test_what_kills_two_processes_is_given_up(make: Make, qtbot: QtBot, file: Path) -> None:
    crashing = make_pdf(file.with_name("总是崩溃.pdf"), [["一"]])
    client = make("odd")
    ends = [ask(client, crashing), ask(client, file)]
    wait(qtbot, *ends)
    assert ends[0].problem is not None
    assert ends[0].problem.code == "view_crashed"
    assert pages_of(ends[1]) == 2
    assert len(crashing.with_suffix(".tried").read_text().split()) == 2


def test_one_that_never_greets_costs_one_start(make: Make, qtbot: QtBot, file: Path) -> None:
    starts = file.with_name("starts")
    client = make("mute", str(starts))
    ends = [ask(client, file.with_name(f"{number}.pdf")) for number in range(30)]
    ends[1].operation.cancel()
    wait(qtbot, *ends)
    assert {end.problem.code if end.problem else "" for end in ends} == {"view_crashed", ""}
    assert ends[1].problem is None
    assert len(starts.read_text().split()) == 1


def test_memory_of_the_pages_before_is_not_blamed_on_the_next(make: Make, qtbot: QtBot, file: Path) -> None:
    client = make("unlimited", most_memory=600 << 20)
    before, after = (make_pdf(file.with_name(name), [["一"]]) for name in ("记忆.pdf", "后来.pdf"))
    ends = [ask(client, before), ask(client, after)]
    wait(qtbot, *ends)
    assert [pages_of(end) for end in ends] == [1, 1]


def test_killed_from_outside_while_idle_is_no_matter(make: Make, qtbot: QtBot, file: Path) -> None:
    client = make()
    wait(qtbot, ask(client, file))
    os.kill(client.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: client.pid == 0, timeout=10_000)
    end = ask(client, file)
    wait(qtbot, end)
    assert pages_of(end) == 2


def test_one_that_stands_still_is_killed(make: Make, qtbot: QtBot, file: Path) -> None:
    hanging = make_pdf(file.with_name("停住.pdf"), [["一"]])
    client = make("odd", silence=3.0)
    ends = [ask(client, hanging), ask(client, file)]
    wait(qtbot, *ends)
    assert ends[0].problem is not None
    assert ends[0].problem.code == "view_stalled"
    assert len(hanging.with_suffix(".tried").read_text().split()) == 1
    assert pages_of(ends[1]) == 2


def test_one_that_eats_memory_is_killed(make: Make, qtbot: QtBot, file: Path) -> None:
    eating = make_pdf(file.with_name("内存.pdf"), [["一"]])
    client = make("unlimited", most_memory=600 << 20)
    ends = [ask(client, eating), ask(client, file)]
    wait(qtbot, *ends)
    assert ends[0].problem is not None
    assert ends[0].problem.code == "view_too_big"
    assert pages_of(ends[1]) == 2


def test_memory_that_the_system_refuses_costs_a_sentence(make: Make, qtbot: QtBot, file: Path) -> None:
    eating = make_pdf(file.with_name("内存.pdf"), [["一"]])
    client = make("little")
    first = ask(client, file)
    wait(qtbot, first)
    process = client.pid
    ends = [ask(client, eating), ask(client, file)]
    wait(qtbot, *ends)
    assert ends[0].problem is not None
    assert ends[0].problem.code == "view_too_big"
    assert pages_of(ends[1]) == 2
    assert client.pid == process


def test_a_cancelled_request_is_not_begun(make: Make, qtbot: QtBot, file: Path) -> None:
    hanging = make_pdf(file.with_name("停住.pdf"), [["一"]])
    counted = make_pdf(file.with_name("数.pdf"), [["一"]])
    client = make("odd")
    slow, dropped = ask(client, hanging), ask(client, counted)
    with qtbot.waitSignal(dropped.operation.was_cancelled, timeout=20_000):
        dropped.operation.cancel()
        qtbot.waitUntil(hanging.with_suffix(".tried").exists, timeout=20_000)
        with open(file.with_name("门"), "w"):
            pass
    assert pages_of(slow) == 1
    assert not counted.with_suffix(".tried").exists()


def test_what_is_not_wanted_any_more_does_not_hold_up_others_for_long(make: Make, qtbot: QtBot, file: Path) -> None:
    hanging = make_pdf(file.with_name("停住.pdf"), [["一"]])
    client = make("odd", silence=60.0)
    slow = ask(client, hanging)
    qtbot.waitUntil(hanging.with_suffix(".tried").exists, timeout=20_000)
    slow.operation.cancel()
    other = ask(client, file)
    wait(qtbot, slow, other)
    assert slow.problem is None
    assert slow.result is None
    assert pages_of(other) == 2


def test_it_ends_when_idle_and_at_close(make: Make, qtbot: QtBot, file: Path) -> None:
    client = make(idle=0.2)
    wait(qtbot, ask(client, file))
    first = client.pid
    qtbot.waitUntil(lambda: client.pid == 0, timeout=10_000)
    end = ask(client, file)
    assert client.pid not in (0, first)
    client.close()
    assert end.count == 1
    assert end.problem is None
    assert client.pid == 0
    assert ask(client, file).operation.over is False


def test_the_process_does_not_outlive_its_window(qtbot: QtBot, file: Path) -> None:
    window = QObject()
    client = ViewerClient(window)
    wait(qtbot, ask(client, file))
    process = psutil.Process(client.pid)
    shiboken6.delete(window)
    assert process.wait(10) is not None or not process.is_running()


@pytest.mark.parametrize("package", ["pypdfium2", "numpy"])
def test_a_parser_that_is_missing_is_told_and_the_process_stays(make: Make, qtbot: QtBot, file: Path, package: str) -> None:
    client = make("without", package)
    for _ in range(2):
        asked = ask(client, file)
        wait(qtbot, asked)
        assert asked.problem is not None
        assert (asked.problem.code, asked.problem.data) == ("view_component_missing", {"path": str(file)})
    sheet = End(client.request(lambda id_: ListSheets(id_, str(file.with_suffix(".xlsx")))))
    wait(qtbot, sheet)
    assert sheet.problem is not None
    assert sheet.problem.code == "view_unreadable", "what needs another parser goes on"

# SPDX-License-Identifier: Apache-2.0
"""Reader processes: reused, killed when they hang, replaced when they die, and gone with the pool."""

from __future__ import annotations

import errno
import os
import queue
import signal
import subprocess
import sys
import threading
import tracemalloc
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import IO

import psutil
import pytest

from desktop_app.contract.document import UnreadableDocument
from desktop_app.documents.process import pool as pool_module
from desktop_app.documents.process import registry
from desktop_app.documents.process.pool import ReaderPool
from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.ipc.message import PROTOCOL
from documents.making import MAKERS, docx_file, folder, text_file

pytestmark = pytest.mark.slow

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the address space is limited on Linux")
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="sends POSIX signals")

# The real worker around a reader that misbehaves on files of certain names, as parsers do. "慢" waits for a line in a pipe.
ODD = """
import os, sys, threading
from desktop_app.contract.document import Document, Locator, Segment
from desktop_app.documents.process import registry
from desktop_app.documents.process import reader_worker as worker
pipe = os.dup(1)
def say(data):
    left = memoryview(data)
    while left:
        left = left[os.write(pipe, left):]
class Told(threading.Event):
    def clear(self):
        super().clear()
        print("held", file=sys.stderr, flush=True)
threading.Event = Told
def read(path, progress, passwords, ocr, recognised):
    if "崩溃" in path.name:
        os.abort()
    if "慢" in path.name:
        print("reading", path.name, file=sys.stderr, flush=True)
        with open(path.parent / "门") as gate:
            gate.read()
    if "页" in path.name:
        print("reading", path.name, file=sys.stderr, flush=True)
        with open(path.parent / "门") as gate:
            gate.read()
        for page in range(3):
            progress(page, 3)
    if "内存" in path.name:
        return bytearray(16 << 30)
    if "留着" in path.name:
        global kept
        kept = b"x" * (400 << 20)
    if "吃" in path.name:
        eaten = b"x" * (600 << 20)
        with open(path.parent / "门") as gate:
            gate.read()
    if "无尽" in path.name:
        for _ in range(300):
            say(b"x" * (1 << 20))
    if "多话" in path.name:
        while True:
            say(b'{"type":"progress","id":1,"done":1}\\n' * 1000)
    if "填充" in path.name:
        for _ in range(40):
            say(b'{"type":"part","id":1,"segments":[' + b",".join([b'{"text":"","locator":{}}'] * 1000) + b"]}\\n")
    if "长段" in path.name:
        return Document((Segment("x" * (65 << 20), Locator()),))
    if "许多" in path.name:
        return Document(tuple(Segment(f"{number} \\ud83d", Locator()) for number in range(40_000)))
    if "乱写" in path.name:
        print("a library's stray print")
        os.write(1, b"and a native one\\n")
    return registry.read(path, progress, passwords)
if "newer" in sys.argv:
    from desktop_app.ipc import greeting
    greeting.PROTOCOL += 1
if "unlimited" in sys.argv:
    worker.limit_memory = lambda most: None
if "little" in sys.argv:
    import psutil
    import desktop_app.documents.word.docx
    registry.import_common()
    worker.MOST_MEMORY = psutil.Process().memory_info().vms + (250 << 20)
sys.exit(worker.main(read))
"""


class Odd:
    """Starts such workers; ``started`` tells the process id of each that begins to wait on a slow file, ``held`` of each
    that a pause has reached."""

    def __init__(self, *arguments: str) -> None:
        self._arguments = arguments
        self.started: queue.Queue[int] = queue.Queue()
        self.held: queue.Queue[int] = queue.Queue()
        self.launched: list[subprocess.Popen[bytes]] = []

    def __call__(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-X", "utf8", "-c", ODD, *self._arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        )
        self.launched.append(process)
        errors, process.stderr = process.stderr, None  # ours alone
        assert errors is not None
        threading.Thread(target=self._watch, args=(process.pid, errors), daemon=True).start()
        return process

    def _watch(self, pid: int, errors: IO[bytes]) -> None:
        with errors:
            for line in errors:
                if line.startswith(b"reading"):
                    self.started.put(pid)
                elif line.startswith(b"held"):
                    self.held.put(pid)


@pytest.fixture
def odd() -> Odd:
    return Odd()


@pytest.fixture
def pool(odd: Odd) -> Iterator[ReaderPool]:
    made = ReaderPool(1, launch=odd)
    yield made
    made.close()


def gate(place: Path) -> Path:
    path = place / "门"
    os.mkfifo(path)
    return path


def gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_the_real_program_reads_in_parallel_and_reuses(tmp_path: Path) -> None:
    place = folder(tmp_path)
    paths = [str(make(place / f"文件{suffix}")) for suffix, make in MAKERS.items()] * 3
    pool = ReaderPool(2)
    assert pool.pids() == []
    try:
        with ThreadPoolExecutor(4) as threads:
            documents = list(threads.map(lambda path: pool.read(path, Cancellation()), paths))
        assert all(document.segments for document in documents)
        pids = pool.pids()
        assert 1 <= len(pids) <= 2
        pool.read(paths[0], Cancellation())
        assert sorted(pool.pids()) == sorted(pids)
    finally:
        pool.close()
    assert pool.pids() == []
    assert all(gone(pid) for pid in pids)
    with pytest.raises(Cancelled):
        pool.read(paths[0], Cancellation())


def test_reasons_come_through(tmp_path: Path, pool: ReaderPool) -> None:
    path = tmp_path / "空.txt"
    path.touch()
    with pytest.raises(UnreadableDocument) as caught:
        pool.read(str(path), Cancellation())
    assert caught.value.reason == "empty"
    assert len(pool.pids()) == 1, "a bad file costs no process"


def test_text_and_names_that_json_cannot_hold(tmp_path: Path, pool: ReaderPool) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active["A1"] = "半个 _xD83D_ 字"
    path = tmp_path / "半.xlsx"
    book.save(path)
    assert pool.read(str(path), Cancellation()).segments[0].text == "半个 \ufffd 字"
    with pytest.raises(UnreadableDocument) as caught:
        pool.read(os.fsdecode(bytes(tmp_path) + b"/\xb0\xd7.txt"), Cancellation())
    assert caught.value.reason == "unreadable"
    assert len(pool.pids()) == 1


def test_a_file_that_crashes_its_reader(tmp_path: Path, pool: ReaderPool, odd: Odd) -> None:
    with pytest.raises(UnreadableDocument) as caught:
        pool.read(str(text_file(tmp_path / "崩溃.txt")), Cancellation())
    assert caught.value.reason == "crashed"
    assert len(odd.launched) == 2, "tried once more in a fresh process before the file is blamed"
    assert pool.read(str(text_file(tmp_path / "好.txt")), Cancellation()).segments


def test_a_reader_of_another_version_is_no_fault_of_the_file(tmp_path: Path) -> None:
    """The program was exchanged on the disk while it ran: the run ends, and no file of the library is marked as crashed."""
    with closing(ReaderPool(1, launch=Odd("newer"))) as pool, pytest.raises(EnvironmentProblem) as caught:
        pool.read(str(text_file(tmp_path / "好.txt")), Cancellation())
    assert caught.value.code == "engine_version"


def test_too_much_memory(tmp_path: Path, pool: ReaderPool) -> None:
    if sys.platform != "linux":
        pytest.skip("the address space is limited on Linux")
    with pytest.raises(UnreadableDocument) as caught:
        pool.read(str(text_file(tmp_path / "内存.txt")), Cancellation())
    assert caught.value.reason == "too_big"


@POSIX
def test_too_much_memory_where_the_system_sets_no_limit(tmp_path: Path) -> None:
    """As on macOS and Windows: the pool looks at the memory of its readers, and ends one that holds too much."""
    gate(tmp_path)
    odd = Odd("unlimited")
    with closing(ReaderPool(1, most_memory=500 << 20, launch=odd)) as pool:
        with pytest.raises(UnreadableDocument) as caught:
            pool.read(str(text_file(tmp_path / "吃.txt")), Cancellation())
        assert caught.value.reason == "too_big"
        assert "memory" in caught.value.detail
        assert gone(odd.launched[0].pid)
        assert len(odd.launched) == 1, "the file is to blame: no second try"
        assert pool.read(str(text_file(tmp_path / "好.txt")), Cancellation()).segments


@LINUX
def test_a_tree_that_does_not_fit_into_memory_is_too_big(tmp_path: Path) -> None:
    path = tmp_path / "炸弹.docx"
    with zipfile.ZipFile(docx_file(tmp_path / "好.docx")) as good, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bomb:
        for name in good.namelist():
            data = good.read(name)
            if name == "word/document.xml":
                start, body, rest = data.partition(b"<w:body>")
                data = start + body + b"<w:p/>" * 3_500_000 + rest
            bomb.writestr(name, data, zipfile.ZIP_STORED)  # not as repetition, which is refused before it is read
    with closing(ReaderPool(1, launch=Odd("little"))) as pool:
        with pytest.raises(UnreadableDocument) as caught:
            pool.read(str(path), Cancellation())
        assert (caught.value.reason, caught.value.detail) == ("too_big", "needs more memory than a reader may use")
        assert pool.read(str(tmp_path / "好.docx"), Cancellation()).segments


@LINUX
def test_a_damaged_tree_that_does_not_fit_into_memory_is_no_damage() -> None:
    code = """
import resource, psutil
from desktop_app.documents.text import xml_files
resource.setrlimit(resource.RLIMIT_AS, (psutil.Process().memory_info().vms + (60 << 20),) * 2)
for start in ("<a>", "<a><b></c>"):
    try:
        xml_files.parse((start + "<p/>" * 2_000_000 + "</a>").encode())
    except Exception as error:
        print(type(error).__name__)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert done.stdout.split() == ["MemoryError", "MemoryError"]


def test_a_reader_that_holds_much_after_its_answer_is_not_kept(
    tmp_path: Path, pool: ReaderPool, odd: Odd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_module, "_MOST_KEPT", 350 << 20)
    for name in ("先", "后"):
        assert pool.read(str(text_file(tmp_path / f"{name}.txt")), Cancellation()).segments
    assert len(odd.launched) == 1
    assert pool.read(str(text_file(tmp_path / "留着.txt")), Cancellation()).segments
    assert pool.pids() == []
    assert gone(odd.launched[0].pid)


def test_a_line_without_end_takes_no_memory_and_ends_the_reader(tmp_path: Path, pool: ReaderPool, odd: Odd) -> None:
    pool.read(str(text_file(tmp_path / "先.txt")), Cancellation())
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableDocument) as caught:
            pool.read(str(text_file(tmp_path / "无尽.txt")), Cancellation())
        assert tracemalloc.get_traced_memory()[1] < 100 << 20
    finally:
        tracemalloc.stop()
    assert caught.value.reason == "crashed"
    assert all(gone(process.pid) for process in odd.launched)
    assert pool.read(str(text_file(tmp_path / "好.txt")), Cancellation()).segments
    assert len(odd.launched) == 3


def test_a_reader_that_never_stops_talking_is_ended(tmp_path: Path, pool: ReaderPool) -> None:
    with pytest.raises(UnreadableDocument) as caught:
        pool.read(str(text_file(tmp_path / "多话.txt")), Cancellation())
    assert caught.value.reason == "crashed"
    assert pool.read(str(text_file(tmp_path / "好.txt")), Cancellation()).segments


def test_more_segments_than_a_document_has_end_the_reader(
    tmp_path: Path, pool: ReaderPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Empty ones are cheap to send, and each takes hundreds of bytes where it arrives."""
    monkeypatch.setattr("desktop_app.documents.process.pool.MOST_SEGMENTS", 10_000)
    with pytest.raises(UnreadableDocument) as caught:
        pool.read(str(text_file(tmp_path / "填充.txt")), Cancellation())
    assert caught.value.reason == "crashed"
    assert pool.read(str(text_file(tmp_path / "好.txt")), Cancellation()).segments


def test_long_documents_come_in_parts_and_whole(tmp_path: Path, pool: ReaderPool) -> None:
    path = tmp_path / "长.txt"
    path.write_text("".join(f"第 {number} 段。\n\n" for number in range(40_000)), encoding="utf-8")
    assert pool.read(str(path), Cancellation()) == registry.read(path, lambda *_: None)
    segments = pool.read(str(text_file(tmp_path / "许多.txt")), Cancellation()).segments
    assert [segment.text for segment in segments] == [f"{number} \ufffd" for number in range(40_000)]


def test_a_paragraph_beyond_the_longest_line_is_too_big(tmp_path: Path, pool: ReaderPool) -> None:
    with pytest.raises(UnreadableDocument) as caught:
        pool.read(str(text_file(tmp_path / "长段.txt")), Cancellation())
    assert (caught.value.reason, caught.value.detail) == ("too_big", "a paragraph of more than 64 MB")
    assert pool.read(str(text_file(tmp_path / "好.txt")), Cancellation()).segments
    assert len(pool.pids()) == 1


def test_stray_prints_do_no_harm(tmp_path: Path, pool: ReaderPool) -> None:
    assert pool.read(str(text_file(tmp_path / "乱写.txt")), Cancellation()).segments


@POSIX
def test_kill_during_work_costs_nothing(tmp_path: Path, pool: ReaderPool, odd: Odd) -> None:
    door = gate(tmp_path)
    path = str(text_file(tmp_path / "慢.txt"))
    with ThreadPoolExecutor(1) as thread:
        reading = thread.submit(pool.read, path, Cancellation())
        os.kill(odd.started.get(timeout=60), signal.SIGKILL)
        second = odd.started.get(timeout=60)
        door.write_text("auf")
        assert reading.result(timeout=60).segments
    assert pool.pids() == [second]


@POSIX
def test_a_file_that_lost_its_reader_gets_one_started_for_it(tmp_path: Path, odd: Odd) -> None:
    """What killed the first may be killing them all: an idle one that is about to die must not put the blame on the file."""
    door = gate(tmp_path)
    path = str(text_file(tmp_path / "慢.txt"))
    with closing(ReaderPool(2, launch=odd)) as pool, ThreadPoolExecutor(1) as thread:
        pool.prepare()
        ahead = {process.pid for process in odd.launched}
        reading = thread.submit(pool.read, path, Cancellation())
        first = odd.started.get(timeout=60)
        (idle,) = ahead - {first}
        os.kill(idle, signal.SIGSTOP)
        os.kill(first, signal.SIGKILL)
        assert odd.started.get(timeout=60) not in ahead
        assert idle in pool.pids(), "there was room beside it"
        door.write_text("auf")
        assert reading.result(timeout=60).segments


@POSIX
def test_without_room_it_takes_the_place_of_an_idle_one(tmp_path: Path, odd: Odd) -> None:
    with closing(ReaderPool(2, launch=odd)) as pool:
        pool.prepare()
        before = set(pool.pids())
        taken = pool._take(Cancellation(), fresh=True)
        assert taken.pid not in before
        assert len(pool.pids()) == 2
        pool._give_back(taken, healthy=True)
        assert pool.read(str(text_file(tmp_path / "文.txt")), Cancellation()).segments


@POSIX
def test_a_reader_killed_while_idle_is_replaced(tmp_path: Path, pool: ReaderPool, odd: Odd) -> None:
    path = str(text_file(tmp_path / "文.txt"))
    pool.read(path, Cancellation())
    os.kill(pool.pids()[0], signal.SIGKILL)
    odd.launched[0].wait()
    assert pool.read(path, Cancellation()).segments
    assert len(odd.launched) == 2


@POSIX
def test_a_hanging_reader_is_killed(tmp_path: Path, pool: ReaderPool) -> None:
    pool.read(str(text_file(tmp_path / "先.txt")), Cancellation())
    pool.no_progress_seconds = 0.3  # only now: starting Python may take longer
    stopped = pool.pids()[0]
    os.kill(stopped, signal.SIGSTOP)
    with pytest.raises(UnreadableDocument) as caught:
        pool.read(str(text_file(tmp_path / "文.txt")), Cancellation())
    assert caught.value.reason == "timed_out"
    assert gone(stopped)
    pool.no_progress_seconds = 60.0
    assert pool.read(str(text_file(tmp_path / "后.txt")), Cancellation()).segments


@POSIX
def test_cancel_inside_a_file(tmp_path: Path, pool: ReaderPool, odd: Odd) -> None:
    gate(tmp_path)
    cancel = Cancellation()
    with ThreadPoolExecutor(1) as thread:
        reading = thread.submit(pool.read, str(text_file(tmp_path / "慢.txt")), cancel)
        pid = odd.started.get(timeout=60)
        cancel.cancel()
        with pytest.raises(Cancelled):
            reading.result(timeout=60)
    assert gone(pid)
    assert pool.read(str(text_file(tmp_path / "文.txt")), Cancellation()).segments


@POSIX
def test_cancel_while_waiting_for_a_reader_and_close(tmp_path: Path, pool: ReaderPool, odd: Odd) -> None:
    gate(tmp_path)
    cancel = Cancellation()
    path = str(text_file(tmp_path / "慢.txt"))
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(pool.read, path, Cancellation())
        pid = odd.started.get(timeout=60)
        second = threads.submit(pool.read, path, cancel)
        cancel.cancel()
        with pytest.raises(Cancelled):
            second.result(timeout=60)
        pool.close()
        with pytest.raises(Cancelled):
            first.result(timeout=60)
    assert gone(pid)


def test_a_listener_whose_pipe_has_gone_is_no_crash_of_the_reader(tmp_path: Path, pool: ReaderPool, odd: Odd) -> None:
    """``inkstone index … | head``: printing the progress raises BrokenPipeError, which is a ConnectionError too."""

    def gone_listener(_done: int, _total: int | None) -> None:
        raise BrokenPipeError(32, "the listener has gone")

    with pytest.raises(BrokenPipeError, match="the listener has gone"):
        pool.read(str(text_file(tmp_path / "一.txt")), Cancellation(), advanced=gone_listener)
    assert len(odd.launched) == 1, "it was not read a second time"


@POSIX
def test_a_paused_reader_stands_still_inside_its_file_and_goes_on(tmp_path: Path, pool: ReaderPool, odd: Odd) -> None:
    door = gate(tmp_path)
    path = text_file(tmp_path / "三页.txt")
    cancel = Cancellation()
    told: list[tuple[int, int | None]] = []
    with ThreadPoolExecutor(1) as threads:
        reading = threads.submit(pool.read, str(path), cancel, advanced=lambda *page: told.append(page))
        odd.started.get(timeout=60)
        cancel.pause()
        odd.held.get(timeout=60)
        door.write_text("")
        with pytest.raises(TimeoutError):
            reading.result(timeout=1)
        assert told == []
        cancel.resume()
        assert reading.result(timeout=60).segments
    assert told
    assert told[0] == (0, 3)


@POSIX
def test_a_pause_that_came_at_the_end_of_a_file_does_not_hold_the_next(tmp_path: Path, pool: ReaderPool) -> None:
    path = text_file(tmp_path / "一.txt")
    paused = Cancellation()
    assert pool.read(str(path), paused, advanced=lambda *_: paused.pause()).segments
    assert pool.read(str(path), Cancellation()).segments


@POSIX
def test_a_file_that_nobody_wants_to_wait_for(tmp_path: Path, pool: ReaderPool, odd: Odd) -> None:
    gate(tmp_path)
    path = text_file(tmp_path / "慢.txt")
    with ThreadPoolExecutor(1) as threads:
        reading = threads.submit(pool.read, str(path), Cancellation())
        slow = odd.started.get(timeout=60)
        assert not pool.give_up(str(tmp_path / "另一个.txt"))
        assert pool.give_up(str(path))
        with pytest.raises(UnreadableDocument) as caught:
            reading.result(timeout=60)
    assert caught.value.reason == "given_up"
    assert gone(slow)
    assert pool.read(str(text_file(tmp_path / "好.txt")), Cancellation()).segments


def test_a_reader_ends_with_its_engine_even_inside_a_file(tmp_path: Path, odd: Odd) -> None:
    gate(tmp_path)
    process = odd()
    assert process.stdin is not None
    assert process.stdout is not None
    path = text_file(tmp_path / "慢.txt")
    process.stdin.write(f'{{"type":"initialize","protocol":{PROTOCOL}}}\n'.encode())
    process.stdin.write(f'{{"type":"read","id":1,"path":"{path}"}}\n'.encode())
    process.stdin.flush()
    odd.started.get(timeout=60)
    process.stdin.close()
    assert process.wait(timeout=60) == 0
    process.stdout.close()


def test_very_long_paths_and_rare_characters(tmp_path: Path) -> None:
    """More than 260 characters, some of them beyond the basic plane: they go to the reader process and back."""
    folder = tmp_path
    while len(str(folder)) < 280:
        folder = folder / "𠮷野家 合同与附件（二〇二四年度）"
    folder.mkdir(parents=True)
    path = folder / "𠀀😀 报价.txt"
    path.write_text("质保期为十八个月，𠮷野家。", encoding="utf-8")
    pool = ReaderPool(1)
    try:
        document = pool.read(str(path), Cancellation())
    finally:
        pool.close()
    assert document.segments[0].text == "质保期为十八个月，𠮷野家。"


def test_processes_can_be_started_ahead(tmp_path: Path) -> None:
    file = tmp_path / "甲.txt"
    file.write_text("一句话。", encoding="utf-8")
    with closing(ReaderPool(2)) as pool:
        pool.prepare()
        started = set(pool.pids())
        assert len(started) == 2
        pool.prepare()
        assert pool.read(str(file), Cancellation()).segments
        assert set(pool.pids()) == started


def test_readers_that_could_not_be_started_ahead_leave_their_places_free(tmp_path: Path, odd: Odd) -> None:
    """Memory or process ids were short for a moment; later files must not wait for readers that never came."""
    failures = iter([OSError(errno.EAGAIN, "Resource temporarily unavailable")] * 2)

    def launch() -> subprocess.Popen[bytes]:
        if (failure := next(failures, None)) is not None:
            raise failure
        return odd()

    pool = ReaderPool(2, launch=launch)
    with ThreadPoolExecutor(1) as thread, closing(pool):
        for _ in range(2):
            with pytest.raises(OSError, match="unavailable"):
                pool.prepare()
        reading = thread.submit(pool.read, str(text_file(tmp_path / "好.txt")), Cancellation())
        assert reading.result(timeout=20).segments

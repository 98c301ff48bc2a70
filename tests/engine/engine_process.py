# SPDX-License-Identifier: Apache-2.0
"""The real engine, as the window starts it: a process, two pipes, typed messages. Every wait has a limit and none of them sleeps."""

from __future__ import annotations

import itertools
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import msgspec
import psutil

from desktop_app.contract import messages as m
from desktop_app.ipc import roles

LIMIT = 150.0  # seconds for any one reply, torch's import on a busy machine among them; a test that meets it has failed


class EngineProcess:
    """``library``: its folder. ``errors``: where its standard error goes. ``initialize`` False: the test sends the first line itself."""

    def __init__(
        self,
        library: Path,
        errors: Path,
        *,
        initialize: bool = True,
        environment: dict[str, str] | None = None,
        wrapped: tuple[str, ...] = (),
    ) -> None:
        self.errors = errors
        self._numbers = itertools.count(1)
        self._arrived = threading.Condition()
        self.received: list[Any] = []
        self.ended = False
        with errors.open("wb") as stream:
            self.process = subprocess.Popen(
                [*wrapped, *roles.command("engine", "--library", str(library))],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stream,
                env=environment,
                cwd=Path(__file__).resolve().parents[2],
            )
        assert self.process.stdout is not None
        self._listener = threading.Thread(target=self._listen, args=(self.process.stdout,), daemon=True)
        self._listener.start()
        if initialize:
            self.raw(msgspec.json.encode(m.Initialize(m.PROTOCOL)))
            self.wait(lambda message: isinstance(message, m.Initialized | m.ErrorReply))

    @property
    def pid(self) -> int:
        return self.process.pid

    # ---- sending ----------------------------------------------------------------------------------------------------

    def raw(self, line: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + b"\n")
        self.process.stdin.flush()

    def send(self, kind: type[m.EngineRequest], /, **fields: Any) -> int:
        """Send a request with a fresh id; returns the id."""
        number = next(self._numbers)
        self.raw(msgspec.json.encode(kind(number, **fields)))
        return number

    def cancel(self, target: int) -> None:
        self.raw(msgspec.json.encode(m.Cancel(target)))

    # ---- hearing ----------------------------------------------------------------------------------------------------

    def wait(self, wanted: Callable[[Any], bool], *, since: int = 0, within: float = LIMIT) -> Any:
        """The first message from number ``since`` on that is ``wanted``; fails when it does not come or the engine ends."""
        deadline = time.monotonic() + within
        looked = since
        with self._arrived:
            while True:
                while looked < len(self.received):
                    message = self.received[looked]
                    if wanted(message):
                        return message
                    looked += 1
                left = deadline - time.monotonic()
                if self.ended or left <= 0:
                    raise AssertionError(
                        f"{'ended' if self.ended else 'silent'}: {self.received[-5:]}\n{self.stderr()[-2000:]}"
                    )
                self._arrived.wait(left)

    def end(self, number: int, *, within: float = LIMIT) -> Any:
        """The reply that ends request ``number``."""
        return self.wait(
            lambda message: getattr(message, "id", None) == number and not isinstance(message, m.PartialReply), within=within
        )

    def ask(self, kind: type[m.EngineRequest], /, *, within: float = LIMIT, **fields: Any) -> Any:
        """Send and wait for the end."""
        return self.end(self.send(kind, **fields), within=within)

    def status(self, wanted: Callable[[m.Status], bool], *, since: int = 0) -> m.Status:
        found: m.Status = self.wait(lambda message: isinstance(message, m.Status) and wanted(message), since=since)
        return found

    def replies(self, number: int) -> list[Any]:
        """All that came for request ``number`` so far, in order."""
        with self._arrived:
            return [message for message in self.received if getattr(message, "id", None) == number]

    def ends(self, number: int) -> list[Any]:
        return [message for message in self.replies(number) if not isinstance(message, m.PartialReply)]

    def stderr(self) -> str:
        return self.errors.read_text(encoding="utf-8", errors="replace")

    # ---- living and dying -------------------------------------------------------------------------------------------

    def children(self, role: str = "") -> list[psutil.Process]:
        """Its living descendants, of one role ("reader", "model") or all."""
        found = []
        try:
            for child in psutil.Process(self.pid).children(recursive=True):
                try:
                    if role in child.cmdline() or not role:
                        found.append(child)
                except psutil.Error:
                    continue
        except psutil.Error:
            return []
        return found

    def close(self, *, within: float = LIMIT) -> int:
        """Close its standard input, as a window that ends; returns its exit status."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass  # it was killed before
        return self._gone(within)

    def kill(self) -> None:
        self.process.kill()
        self.close()

    def _gone(self, within: float) -> int:
        try:
            code = self.process.wait(within)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(within)
            raise AssertionError(f"the engine did not end within {within} s") from None
        self._listener.join(within)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code

    def _listen(self, stream: IO[bytes]) -> None:
        for line in stream:
            message = m.reply_decoder.decode(line)
            with self._arrived:
                self.received.append(message)
                self._arrived.notify_all()
        with self._arrived:
            self.ended = True
            self._arrived.notify_all()


def all_gone(processes: list[psutil.Process], *, within: float = LIMIT) -> bool:
    """Whether these processes end within that many seconds. One that nobody has collected yet has ended too."""
    deadline = time.monotonic() + within
    left = processes
    while left and time.monotonic() < deadline:
        _, left = psutil.wait_procs(left, timeout=0.05)
        left = [process for process in left if not _ended(process)]
    return not left


def _ended(process: psutil.Process) -> bool:
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True

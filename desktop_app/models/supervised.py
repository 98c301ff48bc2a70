# SPDX-License-Identifier: Apache-2.0
"""Base of both model processes: start, load, crash, stall.

Started when it is needed, dropped when it dies or hangs; its end becomes a ``Problem``.

What is loaded into it, and the verbs, belong to the two kinds: ``process.ModelProcess`` (a language model) and
``embedding_process.EmbeddingProcess``.

"No progress" is counted from the last line of any kind: loading progress, a token, or a sign of life from inside a long computation.
There is no total limit; slow PCs are slow.
"""

from __future__ import annotations

import logging
import subprocess
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from desktop_app.contract import model_process as protocol
from desktop_app.foundation import hardware
from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.foundation.errors import EnvironmentProblem, problem_from
from desktop_app.foundation.hardware import Hardware
from desktop_app.foundation.translation import tr
from desktop_app.ipc import roles
from desktop_app.ipc.message import CANCELLED, ErrorReply, Progress, Reply, Request
from desktop_app.ipc.supervised_child import SupervisedChild
from desktop_app.modelfiles.gguf import GgufHeader
from desktop_app.models.crash_report import describe, reason_line
from desktop_app.models.language_model import Loading

log = logging.getLogger(__name__)

SILENCE = 120.0  # seconds without any sign of progress before the process is given up


Start = Callable[[], "subprocess.Popen[bytes]"]
Loaded = TypeVar("Loaded", protocol.Loaded, protocol.EmbedderLoaded)


def start_model() -> subprocess.Popen[bytes]:
    """A new model process."""
    return roles.start("model", keep_stderr=True)


class SupervisedProcess(Generic[Loaded]):
    """``silence``: the no-progress time-out in seconds. ``machine`` gives the memory that is free now, ``start`` runs the role; tests
    hand in others. Every method may be called from any thread."""

    crashed, stalled = "llm_crashed", "llm_stalled"  # codes of ``foundation.errors``

    def __init__(
        self,
        *,
        silence: float = SILENCE,
        machine: Callable[[], Hardware] = hardware.detect,
        start: Start = start_model,
    ) -> None:
        self._silence = silence
        self._machine = machine
        self._start = start
        self._busy = threading.Lock()  # held by whatever loads a model or uses it alone
        self._starting = threading.RLock()  # held only while the child is made, replaced or dropped
        self._child: SupervisedChild | None = None
        self._header: GgufHeader | None = None
        self._loaded: Loaded | None = None
        self._build: protocol.BuildInfo | None = None
        self._avoid_gpu = False
        self._closed = False

    # ---- what is there ----------------------------------------------------------------------------------------------

    @property
    def path(self) -> str:
        """The chosen model, also after a crash; "" before ``load`` and after ``unload``."""
        return self._header.path if self._header else ""

    @property
    def loaded(self) -> bool:
        """Whether a process is running with the model in memory."""
        child = self._child
        return self._loaded is not None and child is not None and not child.gone

    @property
    def gpu(self) -> bool:
        """Whether the loaded model runs on a GPU."""
        return self._loaded.gpu if self._loaded else False

    @property
    def pid(self) -> int:
        """Of the running process; 0 when there is none."""
        child = self._child
        return child.pid if child is not None and not child.gone else 0

    @property
    def memory(self) -> int:
        """Resident bytes of the process; 0 when there is none."""
        child = self._child
        return child.memory if child is not None else 0

    def build_info(self) -> protocol.BuildInfo:
        """What llama.cpp was built with; starts the process when it is not known yet. Raises ``EnvironmentProblem``."""
        if self._build is None:
            child, number = self._ask(protocol.Describe)
            reply = self._reply(child, number)
            assert isinstance(reply, protocol.Described)
            self._build = reply.build
        return self._build

    def close(self) -> None:
        """End the process for good, in the middle of its work too; that work ends as ``Cancelled``."""
        self._closed = True
        with self._starting:
            child, self._child = self._child, None
        if child is not None:
            child.kill()
        self._loaded = None

    # ---- for the two kinds ------------------------------------------------------------------------------------------

    def _ask(self, make: Callable[[int], Request]) -> tuple[SupervisedChild, int]:
        with self._starting:
            if self._closed:
                raise Cancelled
            if self._child is None or self._child.gone:
                if self._child is not None:
                    self._drop(self._child)
                self._child = SupervisedChild("model", self._start(), protocol.reply_decoder.decode)
            return self._child, self._child.ask(make)

    def _ask_to_load(
        self,
        make: Callable[[int], Request],
        kind: type[Loaded],
        on_progress: Loading | None,
        cancel: Cancellation | None,
    ) -> Loaded:
        """Send a load and wait for its end. After a failure there is no process."""
        child, number = self._ask(make)
        try:
            while True:
                reply = self._reply(child, number, cancel)
                if isinstance(reply, Progress) and reply.total and on_progress is not None:
                    on_progress(reply.done / reply.total)
                elif isinstance(reply, kind):
                    self._loaded, self._build = reply, reply.build
                    return reply
        except BaseException:
            self._drop(child)  # a half-loaded process is not worth keeping
            raise

    def _reply(self, child: SupervisedChild, number: int, cancel: Cancellation | None = None) -> Reply:
        """The next reply. A process that died or hangs is dropped.

        Raises ``Cancelled``; the ``Problem`` that ended the request; ``EnvironmentProblem`` with the codes ``crashed`` and ``stalled``.
        """

        def check() -> bool:
            if cancel is not None:
                cancel.check()
            return False

        try:
            reply = child.next_reply(number, silence=self._silence, check=check)
        except TimeoutError:
            self._drop(child)
            raise EnvironmentProblem(self.stalled, path=self.path, seconds=round(self._silence)) from None
        except ConnectionError:
            if self._closed:
                raise Cancelled from None
            header, build = self._header, self._build
            if self._loaded is not None and self._loaded.gpu:
                self._avoid_gpu = True  # a driver that aborts cannot be caught in the process; the next start uses the CPU
            status = child.exit_status or 0
            if child.violation:
                detail = tr("it was ended because its output could not be read")
            else:
                detail = describe(
                    status,
                    child.tail,
                    quantisation=header.quantisation if header else "",
                    features=build.features if build else (),
                )
            log.warning("the model process ended with %s: %s", status, reason_line(child.tail) or "no reason given")
            self._drop(child)
            raise EnvironmentProblem(self.crashed, path=self.path, detail=detail) from None
        if isinstance(reply, ErrorReply):
            raise Cancelled if reply.code == CANCELLED else problem_from(reply.code, reply.data)
        return reply

    def _drop(self, child: SupervisedChild) -> None:
        with self._starting:
            if self._child is child:
                self._child, self._loaded = None, None
        child.kill()

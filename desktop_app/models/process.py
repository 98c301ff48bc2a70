"""The language model as the engine sees it: a process that may die, behind the ``LanguageModel`` contract.

    nothing --load--> loaded --generate, count_tokens--> loaded --unload--> nothing
                        |  crash, stall, kill
                        v
                     nothing, but the path is remembered: the next generate or count starts a new process and loads it again

One generation at a time; a second one waits. Counting tokens goes on beside a generation. A cancel returns to the caller at once; the
process stops by itself at the next graph node, and the next request waits for that.

"No progress" is counted from the last line of any kind: loading progress, a token, or a sign of life from inside a long prompt. There
is no total limit; slow PCs are slow.
"""

from __future__ import annotations

import logging
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence

import psutil

from desktop_app.foundation import hardware
from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.foundation.errors import EnvironmentProblem, InternalProblem
from desktop_app.foundation.hardware import Hardware
from desktop_app.models import fit, protocol
from desktop_app.models.base import ChatMessage, Loading
from desktop_app.models.child import Child
from desktop_app.models.gguf import GgufHeader, read_header
from desktop_app.models.last_words import describe

log = logging.getLogger(__name__)

SILENCE = 120.0  # seconds without any sign of progress before the process is given up
_LONGEST_COUNT = 60.0  # seconds; counting is milliseconds, but may wait for a busy machine


class ModelProcess:
    """Implements ``base.LanguageModel``; every method may be called from any thread.

    ``silence``: the no-progress time-out in seconds. ``machine`` tells the memory that is free now. ``start`` runs the role; both are
    handed in by tests.
    """

    def __init__(
        self,
        *,
        silence: float = SILENCE,
        machine: Callable[[], Hardware] = hardware.detect,
        start: Callable[[], subprocess.Popen[bytes]] | None = None,
    ) -> None:
        self._silence = silence
        self._machine = machine
        self._start = start
        self._busy = threading.Lock()  # a generation, a load or an unload
        self._starting = threading.RLock()  # held only while the child is made, replaced or dropped
        self._child: Child | None = None
        self._header: GgufHeader | None = None
        self._loaded: protocol.Loaded | None = None
        self._context = 0
        self._build: protocol.BuildInfo | None = None
        self._avoid_gpu = False
        self._closed = False
        self.last: protocol.Generated | None = None

    # ---- what is there ----------------------------------------------------------------------------------------------

    @property
    def path(self) -> str:
        """The chosen model, also after a crash; "" before ``load`` and after ``unload``."""
        return self._header.path if self._header else ""

    @property
    def context(self) -> int:
        """Usable context window in tokens, of the last successful load; 0 before ``load`` and after ``unload``."""
        return self._context

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
        try:
            return int(psutil.Process(self.pid).memory_info().rss) if self.pid else 0
        except psutil.Error:
            return 0

    def build_info(self) -> protocol.BuildInfo:
        """What llama.cpp was built with; starts the process when it is not known yet. Raises ``EnvironmentProblem``."""
        if self._build is None:
            child, number = self._ask(protocol.Build)
            reply = self._one_reply(child, number)
            assert isinstance(reply, protocol.Built)
            self._build = reply.build
        return self._build

    # ---- verbs ------------------------------------------------------------------------------------------------------

    def load(self, path: str, on_progress: Loading | None = None, cancel: Cancellation | None = None) -> None:
        """Load a GGUF, replacing the one that is loaded; nothing to do when it is this one and alive.

        Raises ``EnvironmentProblem`` gguf_missing, gguf_not, gguf_truncated, gguf_version, llm_does_not_fit, llm_load_failed,
        llm_crashed, llm_stalled or llm_library_missing, and ``Cancelled``. After a failure nothing is loaded.
        """
        with self._busy:
            header = read_header(path)
            if self.loaded and self._header == header:
                return
            if self._header is None or self._header.path != header.path:
                self._avoid_gpu = False
            self._unload()
            self._header = header
            try:
                self._load(on_progress, cancel)
            except BaseException:
                self._header = None
                raise

    def unload(self) -> None:
        """Free the model's memory and end the process."""
        with self._busy:
            self._unload()

    def close(self) -> None:
        """End the process for good, in the middle of a generation too; that generation ends as ``Cancelled``."""
        self._closed = True
        with self._starting:
            child, self._child = self._child, None
        if child is not None:
            child.kill()
        self._loaded = None

    def count_tokens(self, texts: Sequence[str], /) -> list[int]:
        """As ``base.LanguageModel.count_tokens``. Loads the model again after a crash."""
        return self._count(list(texts), []).counts

    def count_prompt(self, messages: Sequence[ChatMessage], /) -> int:
        """Tokens of a whole conversation as it would be sent, template and special tokens included."""
        return self._count([], list(messages)).prompt

    def generate(self, messages: Sequence[ChatMessage], /, *, max_tokens: int, cancel: Cancellation) -> Iterator[str]:
        """As ``base.LanguageModel.generate``; ``last`` then tells how it ended. Ends at once when ``cancel`` is set."""
        with self._busy:
            try:
                self._ensure_loaded(cancel)
                child, number = self._ask(lambda number: protocol.Generate(number, list(messages), max_tokens))
            except Cancelled:
                return
            ended = False
            try:
                while True:
                    reply = self._reply(child, number, cancel)
                    if isinstance(reply, protocol.Piece):
                        yield reply.text
                    elif isinstance(reply, protocol.Generated):
                        self.last = reply
                        ended = True
                        return
            except Cancelled:
                return
            finally:
                if ended:
                    child.finished(number)
                else:  # cancelled, failed, or the caller stopped reading
                    child.forget(number)

    # ---- inside -----------------------------------------------------------------------------------------------------

    def _load(self, on_progress: Loading | None, cancel: Cancellation | None) -> None:
        header = self._header
        assert header is not None
        machine = self._machine()
        context = fit.choose_context(header, machine.memory_available)
        if fit.fits(header, context, available=machine.memory_available, total=machine.memory_total) == "no":
            needed = fit.memory_needed(header, context)
            raise EnvironmentProblem(
                "llm_does_not_fit", path=header.path, needed=_gigabytes(needed), available=_gigabytes(machine.memory_total)
            )
        self.build_info()  # known before the risky part, so that a crash can tell it
        gpu = not self._avoid_gpu
        child, number = self._ask(lambda number: protocol.Load(number, header.path, context, gpu))
        try:
            while True:
                reply = self._reply(child, number, cancel)
                if isinstance(reply, protocol.Loading) and on_progress is not None:
                    on_progress(reply.fraction)
                elif isinstance(reply, protocol.Loaded):
                    self._loaded, self._build, self._context = reply, reply.build, reply.context
                    child.finished(number)
                    return
        except BaseException:
            self._drop(child)  # a half-loaded process is not worth keeping
            raise

    def _ensure_loaded(self, cancel: Cancellation | None) -> None:
        if self.loaded:
            return
        if self._header is None:
            raise InternalProblem("internal", detail="no model is loaded")
        self._header = read_header(self._header.path)  # the file may have gone since
        self._load(None, cancel)

    def _unload(self) -> None:
        with self._starting:
            child, self._child = self._child, None
        self._loaded, self._header, self._context = None, None, 0
        if child is not None:
            child.leave()

    def _count(self, texts: list[str], messages: list[ChatMessage]) -> protocol.Counted:
        if not self.loaded:
            with self._busy:  # a generation that met the crash too is about to end
                self._ensure_loaded(None)
        child, number = self._ask(lambda number: protocol.Count(number, texts, messages))
        reply = self._one_reply(child, number)
        assert isinstance(reply, protocol.Counted)
        return reply

    def _ask(self, make: Callable[[int], protocol.Request]) -> tuple[Child, int]:
        with self._starting:
            if self._closed:
                raise Cancelled
            if self._child is None or self._child.gone:
                if self._child is not None:
                    self._drop(self._child)
                self._child = Child(self._start)
            return self._child, self._child.ask(make)

    def _one_reply(self, child: Child, number: int) -> protocol.AnyReply:
        try:
            return self._reply(child, number, None)
        finally:
            child.finished(number)

    def _reply(self, child: Child, number: int, cancel: Cancellation | None) -> protocol.AnyReply:
        """The next reply; a process that died or hangs is dropped and becomes its problem."""
        try:
            return child.next_reply(number, silence=self._silence, cancel=cancel)
        except TimeoutError:
            self._drop(child)
            raise EnvironmentProblem("llm_stalled", path=self.path, seconds=round(self._silence)) from None
        except ConnectionError:
            if self._closed:
                raise Cancelled from None
            child.reap()
            header, build = self._header, self._build
            if self._loaded is not None and self._loaded.gpu:
                self._avoid_gpu = True  # a driver that aborts cannot be caught in the process; the next start uses the CPU
            detail = describe(
                child.returncode,
                child.tail,
                quantisation=header.quantisation if header else "",
                features=build.features if build else (),
            )
            log.warning("the model process ended with %s; its last words: %s", child.returncode, " | ".join(child.tail[-5:]))
            self._drop(child)
            raise EnvironmentProblem("llm_crashed", path=self.path, detail=detail) from None

    def _drop(self, child: Child) -> None:
        with self._starting:
            if self._child is child:
                self._child, self._loaded = None, None
        child.kill()


def _gigabytes(size: int) -> str:
    """As people know their memory: 8 GB is 8 times 2**30 bytes."""
    return f"{size / (1 << 30):.1f} GB"

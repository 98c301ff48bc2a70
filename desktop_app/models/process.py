# SPDX-License-Identifier: Apache-2.0
"""The language model in a supervised process, reloaded after a crash.

    nothing --load--> loaded --generate, count_tokens--> loaded --unload--> nothing
                        |  crash, stall, kill
                        v
                     nothing, but the path is remembered: the next generate or count starts a new process and loads it again

One generation at a time; a second one waits. Counting tokens goes on beside a generation. Reading ahead (``warm``) gives way to
whatever else is asked and never waits. A cancel returns to the caller at once; the process stops by itself at the next graph node, and the
next request waits for that.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence

from desktop_app.contract import model_process as protocol
from desktop_app.contract.model_process import ChatMessage
from desktop_app.foundation import hardware
from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.foundation.errors import EnvironmentProblem, InternalProblem, Problem
from desktop_app.foundation.hardware import Hardware
from desktop_app.ipc.message import Progress
from desktop_app.ipc.supervised_child import SupervisedChild
from desktop_app.modelfiles.gguf import read_header
from desktop_app.modelfiles.language_gguf import check_writes
from desktop_app.models import fit
from desktop_app.models.language_model import GREEDY, Loading, Reading, Sampling, Speed, Written
from desktop_app.models.speeds import SpeedsInMemory, SpeedStore, model_key, take_into_account
from desktop_app.models.supervised import SILENCE, Start, SupervisedProcess, start_model
from desktop_app.wording.quantities import size

log = logging.getLogger(__name__)


class ModelProcess(SupervisedProcess[protocol.Loaded]):
    """Implements ``language_model.LanguageModel``. ``speeds`` remembers how fast models are; the rest as of ``SupervisedProcess``."""

    def __init__(
        self,
        *,
        speeds: SpeedStore | None = None,
        silence: float = SILENCE,
        machine: Callable[[], Hardware] = hardware.detect,
        start: Start = start_model,
    ) -> None:
        super().__init__(silence=silence, machine=machine, start=start)
        self._speeds = speeds or SpeedsInMemory()
        self._context = 0
        self._warming: tuple[SupervisedChild, int] | None = None
        self.last: protocol.Generated | None = None

    @property
    def context(self) -> int:
        """Usable context window in tokens, of the last successful load; 0 before ``load`` and after ``unload``."""
        return self._context

    @property
    def speed(self) -> Speed:
        """Tokens a second that the chosen model reads and writes, loaded or not."""
        header = self._header
        return self._speeds.speed(model_key(header.path, header.size)) if header else Speed()

    # ---- verbs ------------------------------------------------------------------------------------------------------

    def load(self, path: str, on_progress: Loading | None = None, cancel: Cancellation | None = None) -> None:
        """Load a GGUF, replacing the one that is loaded; nothing to do when it is this one and alive.

        Raises ``EnvironmentProblem``: what ``read_header`` and ``check_writes`` raise, a code of ``load_reasons``, llm_does_not_fit, llm_crashed,
        llm_stalled or llm_library_missing; and ``Cancelled``. After a failure nothing is loaded.
        """
        self._stop_reading_ahead()
        with self._busy:
            header = read_header(path)
            check_writes(header)
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
        self._stop_reading_ahead()
        with self._busy:
            self._unload()

    def count_tokens(self, texts: Sequence[str], /) -> list[int]:
        """Tokens of each text, special ones excluded. Loads the model again after a crash; raises as ``load`` then."""
        return self._count(list(texts), []).counts

    def count_prompt(self, messages: Sequence[ChatMessage], /) -> int:
        """Tokens of a whole conversation as it would be sent, template and special tokens included."""
        return self._count([], list(messages)).prompt

    def generate(
        self,
        messages: Sequence[ChatMessage],
        /,
        *,
        max_tokens: int,
        cancel: Cancellation,
        sampling: Sampling = GREEDY,
        reading: Reading | None = None,
    ) -> Iterator[Written]:
        """Stream the answer; ``last`` says afterwards how it ended. Ends at once when ``cancel`` is set.

        Raises ``UsageProblem`` question_too_long; ``InternalProblem`` for a grammar that is none; ``EnvironmentProblem`` llm_silent, llm_crashed, llm_stalled, and what ``load`` raises
        where the model has to be loaded again.
        """
        self.last = None
        self._stop_reading_ahead()
        with self._busy:
            try:
                self._ensure_loaded(cancel)
                child, number = self._ask(
                    lambda number: protocol.Generate(
                        number,
                        list(messages),
                        max_tokens,
                        sampling.temperature,
                        sampling.seed,
                        list(sampling.stops),
                        sampling.grammar,
                    )
                )
            except Cancelled:
                return
            try:
                while True:
                    reply = self._reply(child, number, cancel)
                    if isinstance(reply, protocol.TextPiece):
                        yield Written(reply.text, reply.thought, reply.retracts)
                    elif isinstance(reply, Progress) and reply.total is not None and reading is not None:
                        reading(reply.done, reply.total)
                    elif isinstance(reply, protocol.Generated):
                        self.last = reply
                        self._measured(
                            read=reply.prompt_tokens - reply.reused,
                            read_seconds=reply.read_seconds,
                            written=reply.tokens,
                            write_seconds=reply.write_seconds,
                        )
                        return
            except Cancelled:
                return
            finally:
                child.forget(number)  # cancelled, failed, or the caller stopped reading

    def warm(self, messages: Sequence[ChatMessage], /, cancel: Cancellation) -> None:
        """Read the shared beginning of the next prompts ahead. Nothing happens beside a generation, and where no model is loaded."""
        if not self._busy.acquire(blocking=False):
            return
        try:
            if not self.loaded or cancel.cancelled:
                return
            child, number = self._warming = self._ask(lambda number: protocol.Warm(number, list(messages)))
            try:
                while True:
                    reply = self._reply(child, number, cancel)
                    if isinstance(reply, protocol.Warmed):
                        self._measured(read=reply.tokens, read_seconds=reply.seconds)
                        return
            except (Cancelled, Problem) as reason:  # a model that does not read shows it when it is asked
                log.info("reading ahead ended: %r", reason)
                child.forget(number)
        finally:
            self._warming = None
            self._busy.release()

    # ---- inside -----------------------------------------------------------------------------------------------------

    def _stop_reading_ahead(self) -> None:
        warming = self._warming
        if warming is not None:
            child, number = warming
            child.cancel(number)

    def _measured(self, *, read: int, read_seconds: float, written: int = 0, write_seconds: float = 0.0) -> None:
        header = self._header
        if header is not None:
            key = model_key(header.path, header.size)
            take_into_account(
                self._speeds, key, read=read, read_seconds=read_seconds, written=written, write_seconds=write_seconds
            )  # fmt: skip

    def _load(self, on_progress: Loading | None, cancel: Cancellation | None) -> None:
        header = self._header
        assert header is not None
        machine = self._machine()
        context = fit.choose_context(header, machine.memory_available)
        if fit.fits(header, context, available=machine.memory_available, total=machine.memory_total) == "no":
            needed = fit.memory_needed(header, context)
            raise EnvironmentProblem(
                "llm_does_not_fit", path=header.path, needed=size(needed), available=size(machine.memory_total)
            )
        self.build_info()  # known before the risky part, so that a crash can tell it
        gpu = not self._avoid_gpu
        loaded = self._ask_to_load(
            lambda number: protocol.Load(number, header.path, context, gpu), protocol.Loaded, on_progress, cancel
        )
        self._context = loaded.context

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
            child.close()

    def _count(self, texts: list[str], messages: list[ChatMessage]) -> protocol.Counted:
        if not self.loaded:
            with self._busy:  # a generation that met the crash too is about to end
                self._ensure_loaded(None)
        child, number = self._ask(lambda number: protocol.Count(number, texts, messages))
        reply = self._reply(child, number)
        assert isinstance(reply, protocol.Counted)
        return reply

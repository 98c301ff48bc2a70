# SPDX-License-Identifier: Apache-2.0
"""Runs the pipeline with forecast, disk check, throttle and watchdog."""

from __future__ import annotations

import faulthandler
import functools
import gc
import logging
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from desktop_app.contract.index_run import Forecast, IndexProgress, IndexReport, IndexRequest
from desktop_app.documents.process.pool import ReaderPool
from desktop_app.embedding.choosing import choices
from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.engine.measured import MeasuredSpeeds
from desktop_app.foundation import hardware, paths, priority, private
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.foundation.settings import Settings
from desktop_app.indexing.forecasting.progress import ProgressCallback, ProgressMeter, RunListener
from desktop_app.indexing.forecasting.space import Space
from desktop_app.indexing.pipeline import Pipeline
from desktop_app.indexing.stall_watchdog import LIMIT, Heartbeat, StallWatchdog
from desktop_app.indexing.throttle import Throttle
from desktop_app.library.library import Library
from desktop_app.wording.quantities import size

log = logging.getLogger(__name__)

# Bytes. With less free memory than this one reader goes on alone, in small batches: other programs come first.
_MEMORY_SHORT = 500 << 20
# Bytes. A smaller rest is tried: it is mostly what databases take anyway, and a disk that fills after all is reported, too.
_WORTH_STOPPING = 50 << 20


class Indexer:
    """``disk_free``: bytes free where the library lies; ``on_battery`` and ``memory_free`` (bytes) ask the system. ``stall_seconds``: how
    long nothing may move. ``walked``: seconds that the last walk of each source took."""

    def __init__(
        self,
        library: Library,
        readers: ReaderPool,
        reader_count: int,
        settings: Settings,
        *,
        changed: Callable[[], None],
        on_battery: Callable[[], bool] = hardware.on_battery,
        memory_free: Callable[[], int] = hardware.memory_available,
    ) -> None:
        self._library = library
        self._readers = readers
        self._reader_count = reader_count
        self._settings = settings
        self._memory_free = memory_free
        self.disk_free: Callable[[], int] = lambda: shutil.disk_usage(library.folder).free
        self.stall_seconds = LIMIT
        self.walked: dict[str, float] = {}
        self.throttle = Throttle(
            settings.text("indexing_throttle"),
            on_battery=on_battery,
            memory_free=memory_free,
            memory_needed=_MEMORY_SHORT,
            lower=self._lower,
            changed=changed,
        )

    def run(
        self,
        request: IndexRequest,
        embedder: Embedder | None,
        listener: RunListener,
        cancel: Cancellation,
        *,
        pending: Embedder | None = None,
        waits: bool = False,
    ) -> IndexReport:
        """Bring what ``request`` names up to date; ``embedder``, ``pending`` and ``waits`` as in ``Pipeline``. Raises ``Cancelled``, the
        ``Problem`` that ended it, and ``EnvironmentProblem("disk_short")`` before the disk is full."""
        self._settings.reread()  # the window may have changed them
        measured = MeasuredSpeeds(paths.home() / "measured.json")
        model, rate, dimension = "", 0.0, 0
        if embedder is not None:
            facts = embedder.facts
            model, dimension = f"{facts.fingerprint}:{facts.backend}", facts.dimension
            rate = choices.rate(facts.fingerprint, facts.backend)

        def forecast(made: Forecast) -> None:
            made = replace(made, disk_free=self.disk_free(), memory_free=self._memory_free())
            listener.forecast(made)
            if made.basis == "sampled" and made.disk_left > max(made.disk_free, _WORTH_STOPPING):
                raise EnvironmentProblem(
                    "disk_short", path=self._library.folder, needed=size(made.disk_left), free=size(made.disk_free)
                )

        clock = _clock(cancel)
        meter = ProgressMeter(
            RunListener(listener.progress, forecast),
            clock,
            rates=measured.rates(model, rate),
            readers=self._reader_count,
            space=Space(dimension),
            chunks_before=self._library.catalogue.chunks.count(),
        )
        pipeline = Pipeline(
            self._library,
            self._readers,
            embedder,
            self._reader_count,
            ocr=self._settings.text("ocr"),
            pending=pending,
            waits=waits,
            throttle=self.throttle,
        )
        _freeze()
        try:
            with self._watchdog(clock, lambda: meter.moved, meter.stalled):
                report = pipeline.run(request, meter, cancel)
        finally:
            measured.remember(model, meter.measured)
        self.walked.update(report.walked)
        return report

    @contextmanager
    def stall_watchdog(self, first: IndexProgress, report: ProgressCallback, cancel: Cancellation) -> Iterator[Heartbeat]:
        """Report stalls of other work than a run's: the change to another embedding model. ``first``: what is reported of one before
        anything else."""
        clock = _clock(cancel)
        heartbeat = Heartbeat(first, report, clock)
        with self._watchdog(clock, lambda: heartbeat.moved, heartbeat.stalled):
            yield heartbeat

    def _watchdog(
        self, clock: Callable[[], float], moved: Callable[[], float], stalled: Callable[[float], None]
    ) -> StallWatchdog:
        return StallWatchdog(
            clock=clock,
            moved=moved,
            held=lambda: self.throttle.held,
            stalled=stalled,
            dump=dump_stacks,
            limit=self.stall_seconds,
        )

    def _lower(self, gentle: bool) -> None:
        """Lower the priority of the pipeline's calling thread, and gently that of the reader processes."""
        if (
            threading.current_thread() is not threading.main_thread()
        ):  # the command line's own thread also writes to the terminal
            priority.lower_thread(priority.IDLE if gentle else priority.BACKGROUND)
        if gentle:
            for pid in self._readers.pids():
                priority.lower_process(pid, priority.IDLE)


def _clock(cancel: Cancellation) -> Callable[[], float]:
    """Seconds, standing still while the run is paused."""
    return lambda: time.monotonic() - cancel.paused_seconds


@functools.cache
def _freeze() -> None:
    """Spare the garbage collector all that was imported: with a hundred thousand objects of libraries in it, each full collection takes
    longer than a file. Once a process, so that nothing else is ever kept."""
    gc.freeze()


def dump_stacks() -> None:
    """Write the stack of every thread of this process into ``logs/standstill.log``; the file holds the last ones."""
    try:
        folder = paths.logs()
        folder.mkdir(parents=True, exist_ok=True)
        with open(folder / "standstill.log", "w", encoding="utf-8", opener=private.opener) as stream:
            stream.write(time.strftime("%Y-%m-%d %H:%M:%S\n"))
            stream.flush()
            faulthandler.dump_traceback(stream, all_threads=True)
    except OSError as error:
        log.info("the stacks cannot be written: %s", error)

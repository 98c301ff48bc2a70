# SPDX-License-Identifier: Apache-2.0
"""One indexing run with all that stands around the pipeline: the forecast and the free disk, the pace, the watchdog, the memory of
what this machine takes."""

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
from desktop_app.indexing.pace import Pace
from desktop_app.indexing.pipeline import Pipeline
from desktop_app.indexing.watchdog import LIMIT, Signs, Watchdog
from desktop_app.library.library import Library
from desktop_app.wording.quantities import size

log = logging.getLogger(__name__)

# With less free memory than this one reader goes on alone, in small batches: the person's programs come first.
_MEMORY_SHORT = 500 << 20
# A smaller rest is tried: it is mostly what databases take anyway, and a disk that fills after all is told, too.
_WORTH_STOPPING = 50 << 20


class Indexer:
    """``disk_free``: bytes free where the library lies; ``on_battery`` and ``memory_free`` ask the system. ``stall_seconds``: how
    long nothing may move."""

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
        self.walked: dict[str, float] = {}  # seconds that the last walk of each root took
        self.pace = Pace(
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
        *,
        coming: Embedder | None = None,
        waits: bool = False,
        listener: RunListener,
        cancel: Cancellation,
    ) -> IndexReport:
        """As ``Pipeline.run``; ``embedder``, ``coming`` and ``waits`` as in ``Pipeline``. Raises ``EnvironmentProblem("disk_short")`` before the disk is full."""
        self._settings.reread()  # the window may have changed them
        model = f"{embedder.facts.fingerprint}:{embedder.facts.backend}" if embedder is not None else ""
        measured = MeasuredSpeeds(paths.home() / "measured.json")

        def told(made: Forecast) -> None:
            made = replace(made, disk_free=self.disk_free(), memory_free=self._memory_free())
            listener.forecast(made)
            if made.basis == "sampled" and made.disk_left > max(made.disk_free, _WORTH_STOPPING):
                raise EnvironmentProblem(
                    "disk_short", path=self._library.folder, needed=size(made.disk_left), free=size(made.disk_free)
                )

        clock = _clock(cancel)
        meter = ProgressMeter(
            RunListener(listener.progress, told),
            clock,
            rates=measured.rates(model, _measured_rate(embedder)),
            readers=self._reader_count,
            space=Space(embedder.facts.dimension if embedder is not None else 0),
            chunks_before=self._library.catalogue.chunks.count(),
        )
        pipeline = Pipeline(
            self._library,
            self._readers,
            embedder,
            self._reader_count,
            ocr=self._settings.text("ocr"),
            coming=coming,
            waits=waits,
            pace=self.pace,
        )
        _freeze()
        try:
            with self._watchdog(clock, lambda: meter.moved, meter.stalled):
                done = pipeline.run(request, meter, cancel)
        finally:
            measured.remember(model, meter.measured)
        self.walked.update(done.walked)
        return done

    @contextmanager
    def watching(self, first: IndexProgress, report: ProgressCallback, cancel: Cancellation) -> Iterator[Signs]:
        """Tell of a standstill of other work than a run's: the change to another embedding model."""
        clock = _clock(cancel)
        signs = Signs(first, report, clock)
        with self._watchdog(clock, lambda: signs.moved, signs.stalled):
            yield signs

    def _watchdog(self, clock: Callable[[], float], moved: Callable[[], float], stalled: Callable[[float], None]) -> Watchdog:
        return Watchdog(
            clock=clock,
            moved=moved,
            held=lambda: self.pace.held,
            stalled=stalled,
            dump=dump_stacks,
            limit=self.stall_seconds,
        )

    def give_up(self, path: str) -> bool:
        """Do not wait for a file that is being read now; the ledger says so."""
        return self._readers.give_up(path)

    def _lower(self, gentle: bool) -> None:
        """The calling thread of the pipeline steps back, and gently the reader processes, too."""
        if threading.current_thread() is not threading.main_thread():  # the command line's own thread also talks to the person
            priority.lower_thread(priority.IDLE if gentle else priority.BACKGROUND)
        if gentle:
            for pid in self._readers.pids():
                priority.lower_process(pid, priority.IDLE)


def _measured_rate(embedder: Embedder | None) -> float:
    """Texts a second of the model when its backends were compared; 0.0 where they were not."""
    return choices.rate(embedder.facts.fingerprint, embedder.facts.backend) if embedder is not None else 0.0


def _clock(cancel: Cancellation) -> Callable[[], float]:
    """Seconds, standing still while the run is paused."""
    return lambda: time.monotonic() - cancel.paused_seconds


@functools.cache
def _freeze() -> None:
    """Spare the garbage collector all that was imported: with a hundred thousand objects of libraries in it, each full collection takes
    longer than a file. Once a process, so that nothing else is ever kept."""
    gc.freeze()


def dump_stacks() -> None:
    """Where every thread of this process stands, into ``logs/standstill.log``; the file holds the last one."""
    try:
        folder = paths.logs()
        folder.mkdir(parents=True, exist_ok=True)
        with open(folder / "standstill.log", "w", encoding="utf-8", opener=private.opener) as stream:
            stream.write(time.strftime("%Y-%m-%d %H:%M:%S\n"))
            stream.flush()
            faulthandler.dump_traceback(stream, all_threads=True)
    except OSError as error:
        log.info("the stacks cannot be written: %s", error)

# SPDX-License-Identifier: Apache-2.0
"""One pass over files: several threads read, the calling one writes."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial

import msgspec

from desktop_app.documents import ocr_mode
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.indexing.file_reader import FileReader
from desktop_app.indexing.file_writer import FileWriter
from desktop_app.indexing.forecasting.progress import ProgressMeter
from desktop_app.indexing.forecasting.space import chunk_on_disk
from desktop_app.indexing.read_file import AWAY, ReadFile
from desktop_app.indexing.read_queue import FileJob, Waiting
from desktop_app.indexing.stage_threads import StageThreads, WeighedQueue
from desktop_app.indexing.throttle import Throttle
from desktop_app.library.library import Library

# Chunks that wait to be written: enough that no reader waits, few enough that memory stays flat and a kill costs little.
_QUEUE = 1024
# Seconds. What was read a moment ago can be asked about; one call a file would cost Chroma more than the vectors do.
_FLUSH_EVERY = 2.5
_END = None  # what each reader thread puts last


class ReadingPass:
    """``readers``: how many files are read at once."""

    def __init__(
        self,
        library: Library,
        reader: FileReader,
        writer: FileWriter,
        meter: ProgressMeter,
        throttle: Throttle,
        cancel: Cancellation,
        readers: int,
    ) -> None:
        self._library = library
        self._reader = reader
        self._writer = writer
        self._meter = meter
        self._throttle = throttle
        self._cancel = cancel
        self._readers = readers

    def run(self, waiting: Waiting, ocr: str, scans: Waiting) -> None:
        """Read and write all of ``waiting``; ``ocr`` as in ``ocr_mode``: with "later", what turns out to be a scan goes to ``scans``.

        Raises ``Cancelled``, or the first error that is not about one file.
        """
        threads = StageThreads(self._cancel)
        queue = WeighedQueue[ReadFile | None](_QUEUE, threads)
        readers = [
            threads.thread(f"read-{n}", partial(self._read_files, n, waiting, ocr, scans, queue, threads))
            for n in range(self._readers)
        ]
        try:
            self._write_files(queue)
        except BaseException as error:
            threads.stop(error)
            raise
        finally:
            for reader in readers:
                reader.join()
        threads.raise_error()

    def _read_files(
        self,
        number: int,
        waiting: Waiting,
        ocr: str,
        scans: Waiting,
        queue: WeighedQueue[ReadFile | None],
        threads: StageThreads,
    ) -> None:
        while not threads.stopped:
            self._throttle.give_way(self._cancel)
            if not self._throttle.may_read(number):
                threads.rest()
                if not waiting:
                    break
                continue
            job = waiting.take()
            if job is None:
                break
            if not isinstance(job, FileJob):
                record = self._library.catalogue.files.record(job)
                if record is None:
                    continue
                job = FileJob(msgspec.structs.replace(record.file, sha256=""), record)
            self._meter.reading(job.file)
            started = self._meter.seconds
            item = self._reader.read(job, ocr)
            if item.reason == ocr_mode.LATER:
                self._meter.put_off(item.file, self._meter.seconds - started)
                scans.add(replace(job, file=item.file))
            else:
                size = sum(map(chunk_on_disk, item.chunks))
                self._meter.read(item.file, self._meter.seconds - started, len(item.chunks), size, opened=item.opened)
                queue.put(item, item.weight)
        queue.put(_END)

    def _write_files(self, queue: WeighedQueue[ReadFile | None]) -> None:
        flushed, reading = time.monotonic(), self._readers
        while reading:
            item = queue.get()
            self._cancel.check()
            if item is _END:
                reading -= 1
                continue
            if item.reason == AWAY:
                continue  # reported as an offline source at the end
            outcome = self._writer.write(item)
            if time.monotonic() - flushed >= _FLUSH_EVERY:
                self._library.flush_vectors()
                flushed = time.monotonic()
            self._meter.written(item.file.path, outcome, len(item.chunks) + item.copied)

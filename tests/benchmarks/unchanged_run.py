# SPDX-License-Identifier: Apache-2.0
"""A second run over 10,000 unchanged files against a bare walk with ``stat``, in turns, as a ratio; then one file is edited.

python -m tests.benchmarks unchanged_run

Wanted: at most 3 times the walk, with no embedding model loaded; of the edited file only the changed chunks embedded.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

from desktop_app.contract.index_run import WHOLE_LIBRARY, IndexReport
from desktop_app.contract.ledger import LedgerQuery
from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.engine.engine import Engine
from desktop_app.foundation.cancellation import Cancellation
from tests.benchmarks.figures import spread

FILES = 10_000
_FOLDERS = 200
_ROUNDS = 7
_EDITED = "二〇二四年/部门 007/合同 0007.txt"


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="砚 ") as place:
        os.environ["INKSTONE_HOME"] = str(Path(place) / "用户")
        office, library = Path(place) / "办公室 Office", Path(place) / "资料库"
        _fill(office)
        with closing(Engine(library)) as engine:
            engine.add_sources([str(office)])
            first = _index(engine)
            print(
                f"{FILES:,} files in {_FOLDERS} folders: first run {first.seconds:.1f} s, {first.chunks:,} chunks", flush=True
            )
        with closing(Engine(library)) as engine:
            _unchanged(engine, office)
            assert "torch" not in sys.modules or engine._embedding.ready() is None
            print(f"embedding model loaded for it: {'no' if engine._embedding.ready() is None else 'YES'}", flush=True)
        _command_line(office, library)
        _one_edited(library, office)


def _fill(office: Path) -> None:
    """Short texts, so that the first run, which is not measured here, ends soon; one long one, which is edited later."""
    for number in range(FILES):
        folder = office / "二〇二四年" / f"部门 {number % _FOLDERS:03}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"合同 {number:04}.txt").write_text(f"编号 {number % 97}。\n", encoding="utf-8")
    (office / _EDITED).write_text(_long_text(-1), encoding="utf-8")


def _long_text(edited: int) -> str:
    parts = (
        f"# Article {n}\n\nClause {n}{' as amended' if n == edited else ''}: "
        + f"the supplier delivers lot {n} within {n + 3} days. " * 20
        for n in range(30)
    )
    return "\n\n".join(parts)


def _index(engine: Engine) -> IndexReport:
    return engine.index(WHOLE_LIBRARY, Cancellation())


def _unchanged(engine: Engine, office: Path) -> None:
    def run() -> None:
        report = _index(engine)
        assert report.files["unchanged"] == FILES, report.files

    rounds = [(_seconds(lambda: _walk(str(office))), _seconds(run)) for _ in range(_ROUNDS + 1)][1:]
    walk, ours = median(a for a, _ in rounds), median(b for _, b in rounds)
    print(f"bare walk {walk * 1000:.1f} ms, second run {ours * 1000:.1f} ms")
    print(f"ratio {ours / walk:.2f} (rounds: {spread([b / a for a, b in rounds], '', 2)}); wanted: at most 3", flush=True)


def _walk(root: str) -> int:
    """os.scandir and stat, nothing else."""
    waiting, seen = [root], 0
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                else:
                    seen += entry.stat().st_size >= 0
    return seen


def _seconds(work: Callable[[], object]) -> float:
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _command_line(office: Path, library: Path) -> None:
    command = [sys.executable, "-m", "desktop_app", "index", str(office), "--library", str(library), "--json"]

    def run() -> None:
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        assert f'"unchanged": {FILES}' in done.stdout, done.stdout + done.stderr

    run()
    print(f"the whole command line on it: {median(_seconds(run) for _ in range(3)):.2f} s", flush=True)


def _one_edited(library: Path, office: Path) -> None:
    (office / _EDITED).write_text(_long_text(17), encoding="utf-8")
    with closing(Engine(library)) as engine:
        model = engine._embedding.wait()
        assert model is not None
        embedded: list[str] = []
        real = model.embed_documents

        def counted(texts: Sequence[str], /, *, ahead: bool = False) -> NDArray[np.float32]:
            embedded.extend(texts)
            return real(texts, ahead=ahead)

        model.embed_documents = counted  # type: ignore[method-assign]
        report = _index(engine)
        chunks = _chunks(engine, office / _EDITED, model)
    print(
        f"one edited file of {chunks} chunks: {report.files['indexed']} read, {report.files['unchanged']:,} unchanged, "
        f"{len(embedded)} chunks embedded; wanted: only the changed, {sum('as amended' in text for text in embedded)}"
    )


def _chunks(engine: Engine, path: Path, _model: Embedder) -> int:
    return engine.files(LedgerQuery(below=str(path)))[0][0].chunks

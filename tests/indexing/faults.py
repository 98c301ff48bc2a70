# SPDX-License-Identifier: Apache-2.0
"""Things that go wrong while a library is made, done to the real program from outside; and what the library must hold afterwards.

Every disturbance is placed by a seed, in lines of the program's own progress; no clock is involved. After it the program is run once
more in peace, and the result is compared with that of a library made in peace from the start.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from desktop_app.engine.engine import Engine
from desktop_app.foundation import paths
from desktop_app.library.library import Library
from tests.indexing.mixed_office import QUESTIONS, fill, paragraph

ROOT = Path(__file__).resolve().parents[2]
_LIMIT = 300.0  # seconds; a run that meets it has failed
SUBJECTS = ("付款", "质保", "交货", "违约", "保密", "验收", "争议", "通知")


# ---- the folder -----------------------------------------------------------------------------------------------------


class Office:
    """A folder of text files that is changed from round to round: edited, added, removed, moved, copied."""

    def __init__(self, folder: Path, files: int, seed: int, *, short: bool = False) -> None:
        """``short``: every file is one chunk, for whatever model it is split."""
        self.folder = folder
        self._most = files * 3 // 2
        self._short = short
        self._chance = random.Random(seed)
        self._number = 0
        for _ in range(files):
            self.add()

    @property
    def files(self) -> list[Path]:
        return sorted(self.folder.rglob("*.txt"))

    def add(self) -> Path:
        self._number += 1
        place = self.folder / ("采购 部门", "二〇二四年/合同", "Travel")[self._number % 3]
        place.mkdir(parents=True, exist_ok=True)
        path = place / f"第{self._number}号 {SUBJECTS[self._number % 8]}.txt"
        self.write(path)
        return path

    def write(self, path: Path) -> None:
        number = self._chance.randrange(10_000)
        parts = 1 if self._short else self._chance.randrange(1, 6)
        text = "\n\n".join(
            f"HT-{number:04}-{part} {SUBJECTS[number % 8]}期限为{part + 3}个工作日。"
            + paragraph(self._chance, chinese=number % 2 == 0, sentences=2)
            for part in range(parts)
        )
        path.write_text(text + "\n", encoding="utf-8")

    def change(self, share: float = 0.3) -> None:
        """Edit a share of the files, and add, remove, move and copy a few."""
        files = self.files
        for path in self._chance.sample(files, max(1, int(len(files) * share))):
            self.write(path)
        self.add()
        files = self.files
        files[self._chance.randrange(len(files))].unlink()
        files = self.files
        moved = files[self._chance.randrange(len(files))]
        moved.rename(moved.with_name(f"挪过 {self._number} {moved.name}"[:80]))
        files = self.files
        copied = files[self._chance.randrange(len(files))]
        copied.with_name(f"副本 {self._number}.txt").write_bytes(copied.read_bytes())
        files = self.files
        while len(files) > self._most:
            files.pop(self._chance.randrange(len(files))).unlink()


# ---- the program ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ended:
    code: int
    last: dict[str, Any]
    errors: str


# Every step is told, not ten a second: a line of progress is then a place in the work, not a moment in time.
TALKATIVE = """
import sys
from desktop_app.indexing.forecasting import progress
progress._INTERVAL = 0
from desktop_app.__main__ import main
sys.exit(main())
"""


class Indexing:
    """``inkstone index`` as a process group of its own. ``lines`` yields its progress as it comes."""

    def __init__(self, folder: Path, library: Path, embedding: str = "", *, code: str = "") -> None:
        command = [
            sys.executable,
            "-X",
            "utf8",
            "-c",
            code or TALKATIVE,
            "index",
            str(folder),
            "--library",
            str(library),
            "--json",
        ]
        if embedding:
            command += ["--embedding", embedding]
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the process has ended
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            encoding="utf-8",
            errors="replace",
            cwd=ROOT,
            start_new_session=True,
        )

    def lines(self) -> Iterator[dict[str, Any]]:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            yield json.loads(line)

    def kill_group(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self._rest()
        self._errors.close()

    def end(self) -> Ended:
        lines = [json.loads(line) for line in self._rest().splitlines()]
        self._errors.seek(0)
        errors = self._errors.read().decode(errors="replace")
        self._errors.close()
        return Ended(self.process.returncode, lines[-1] if lines else {}, errors)

    def _rest(self) -> str:
        assert self.process.stdout is not None
        with self.process.stdout:
            rest = self.process.stdout.read()
        self.process.wait(_LIMIT)
        return rest


def index(folder: Path, library: Path, embedding: str = "", *, code: str = "") -> Ended:
    return Indexing(folder, library, embedding, code=code).end()


def finish(folder: Path, library: Path, embedding: str = "") -> Ended:
    """A run in peace; it must succeed."""
    ended = index(folder, library, embedding)
    assert ended.code == 0, ended.errors
    assert ended.last["event"] == "done"
    return ended


# Killed by itself when every file is written, before anything is measured or tidied up.
ENDS_BEFORE_MEASURING = """
import os, signal, sys
from desktop_app.embedding import scale
from desktop_app.retrieval import trust
scale.measure = lambda *_: None
trust.measure = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
from desktop_app.__main__ import main
sys.exit(main())
"""


def kill_at(run: Indexing, line: int) -> bool:
    """Kill the group at the ``line``-th line of progress; at the last word ("done") at the latest, while it closes its library."""
    for number, told in enumerate(run.lines(), start=1):
        if number >= line or told["event"] == "done":
            run.kill_group()
            return told["event"] != "done"
    run.kill_group()
    raise AssertionError("the program ended without a word")


# ---- what it holds --------------------------------------------------------------------------------------------------


@dataclass
class Held:
    """What two libraries of one folder must agree on, whatever their ids are."""

    files: dict[str, tuple[Any, ...]]
    chunks: list[tuple[Any, ...]]
    words: int
    vectors: dict[str, Any]
    model: str
    answers: dict[str, list[tuple[Any, ...]]]

    def differs_from(self, other: Held) -> str:
        """What is different, "" when nothing is."""
        for name in ("files", "chunks", "words", "model"):
            if getattr(self, name) != getattr(other, name):
                return name
        if self.vectors.keys() != other.vectors.keys():
            return "vectors"
        far = [text for text, vector in self.vectors.items() if not np.array_equal(vector, other.vectors[text])]
        if far:
            return f"vectors of {far[:2]}"
        for question, passages in self.answers.items():
            if passages != other.answers[question]:
                return f"answers to {question}: {passages[:3]} and {other.answers[question][:3]}"
        return ""


def answers(folder: Path, questions: Sequence[str] = QUESTIONS) -> dict[str, list[tuple[Any, ...]]]:
    """The passages that a library gives for each of the questions, with their scores."""
    with closing(Engine(folder)) as engine:
        return {
            question: [(found.path, found.text, found.score, found.arms) for found in engine.search(question, 10).passages]
            for question in questions
        }


def held(folder: Path) -> Held:
    """Opens the library, checks it against itself (catalogue, index of words, Chroma), and tells what it holds and answers."""
    given = answers(folder)
    with closing(Library(folder)) as library:
        model = library.embedding_fingerprint
        if model:
            library.attach_vectors(model)
        catalogue = library.catalogue
        files = {}
        for row in catalogue.files.page()[0]:
            record = next(catalogue.files.records(row.path))
            files[row.path] = (row.state, row.reason, row.chunks, record.file.sha256)
        stored = list(catalogue.chunks.all())
        connection = catalogue.database.connection()
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert connection.execute("SELECT count(*) FROM orphaned_vectors").fetchone()[0] == 0, "unused vectors were not dropped"
        connection.execute("CREATE VIRTUAL TABLE temp.seen USING fts5vocab (main, terms, instance)")
        found = {row[0] for row in connection.execute("SELECT DISTINCT doc FROM seen")}
        words = int(connection.execute("SELECT count(*) FROM seen").fetchone()[0])
        assert found == {chunk.id for chunk in stored}, "the index of words and the chunks differ"
        vectors: dict[str, Any] = {}
        if library.vectors is not None:
            assert catalogue.outbox.next(model, 1) == ([], [])
            got = library.vectors._collection.get(include=["embeddings"])
            texts = {chunk.id: chunk.text for chunk in stored}
            assert sorted(map(int, got["ids"])) == sorted(texts), "Chroma and the catalogue do not hold the same chunks"
            vectors = {
                texts[int(chunk)]: np.asarray(vector) for chunk, vector in zip(got["ids"], got["embeddings"], strict=True)
            }
            assert connection.execute("SELECT count(*) FROM vectors").fetchone()[0] == len(set(texts.values()))
        chunks = sorted((c.path, c.ordinal, c.text, c.trail) for c in stored)
        return Held(files, chunks, words, vectors, model, given)


def as_undisturbed(office: Path, library: Path, beside: Path, embedding: str) -> str:
    """Finish in peace, then compare with a library made in peace; returns what differs. The other one is made later, so that what its run
    measures for all libraries of this home does not help."""
    finish(office, library)
    mended = held(library)
    finish(office, beside, embedding)
    return mended.differs_from(held(beside))


@contextmanager
def nothing_measured(place: Path) -> Iterator[None]:
    """A set-up that did not measure what the models' cosines are worth."""
    set_up, without = paths.prepared(), place / "安装"
    without.mkdir(parents=True)
    for path in set_up.iterdir() if set_up.is_dir() else ():
        if path.name != "scales":
            (without / path.name).symlink_to(path)
    before = os.environ.get("INKSTONE_PREPARED")
    os.environ["INKSTONE_PREPARED"] = str(without)
    try:
        yield
    finally:
        if before is None:
            del os.environ["INKSTONE_PREPARED"]
        else:
            os.environ["INKSTONE_PREPARED"] = before


# ---- disks ----------------------------------------------------------------------------------------------------------


class NoMountsError(Exception):
    """Mounting is not permitted here."""


@contextmanager
def disk(place: Path, megabytes: int) -> Iterator[Path]:
    """A small disk. Raises ``NoMountsError``."""
    place.mkdir(parents=True, exist_ok=True)
    mount("-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(place))
    try:
        yield place
    finally:
        unmount(place)


def mount(*arguments: str) -> None:
    if sys.platform != "linux":
        raise NoMountsError
    made = subprocess.run(["mount", *arguments], capture_output=True, check=False)
    if made.returncode:
        raise NoMountsError(made.stderr.decode(errors="replace"))


def unmount(place: Path) -> None:
    subprocess.run(["umount", "--lazy", str(place)], check=True)


@contextmanager
def crowded(place: Path, room: int) -> Iterator[None]:
    """Only ``room`` bytes are left on the disk."""
    ballast = place / "占满"
    status = os.statvfs(place)
    left = status.f_bavail * status.f_frsize - room
    with ballast.open("wb", buffering=0) as stream, contextlib.suppress(OSError):
        while left > 0:
            left -= stream.write(b"\x00" * min(left, 1 << 20))
    try:
        yield
    finally:
        ballast.unlink()


# ---- the runs -------------------------------------------------------------------------------------------------------

Told = Callable[[str], None]


def kills(place: Path, rounds: int, embedding: str, seed: int, *, then: str = "", told: Told = lambda _: None) -> str:
    """``rounds`` kills of the whole group, the folder changing between some of them. With ``then``, the second half of them
    happens while the library is being turned over to that model. Returns what differs in the end."""
    chance = random.Random(seed)
    office = Office(place / "办公室 Office", 90, seed, short=bool(then))
    library = place / "被杀"
    early = late = 0
    for number in range(rounds):
        wanted = then if then and number >= rounds // 2 else embedding
        if number % 3 == 0:
            office.change()
        if kill_at(Indexing(office.folder, library, wanted), chance.randrange(1, 70)):
            early += 1
        else:
            late += 1
    told(f"{early} in the middle of a run, {late} while it closed")
    if then:
        finish(office.folder, library, then)
    return as_undisturbed(office.folder, library, place / "安静", then or embedding)


def killed_at_the_end(place: Path, embedding: str, seed: int) -> str:
    """The first run with a model is killed when its last file is written, and nothing was measured; the next one finds nothing to read.
    Already before that the library must answer as one that nobody disturbed."""
    office = Office(place / "办公室 Office", 40, seed)
    library, beside = place / "被杀", place / "安静"
    with nothing_measured(place):
        ended = index(office.folder, library, embedding, code=ENDS_BEFORE_MEASURING)
        assert ended.code == -signal.SIGKILL, ended
        at_once = answers(library)
        differs = as_undisturbed(office.folder, library, beside, embedding)
        return differs or ("" if at_once == answers(beside) else "answers before the next run")


def first_runs(place: Path, rounds: int, embedding: str, seed: int, *, files: int = 160, told: Told = lambda _: None) -> str:
    """``rounds`` libraries of one folder, each killed once in its first run and then completed. Every third kill comes when all
    files are written or later. Returns what differs from a library that nobody disturbed."""
    chance = random.Random(seed)
    office = fill(place / "办公室 Office", files, seed)
    run = Indexing(office, place / "安静", embedding)
    lines = sum(told_line["event"] != "done" for told_line in run.lines())
    assert run.end().code == 0
    calm = held(place / "安静")
    early = late = 0
    for number in range(rounds):
        library = place / f"被杀 {number}"
        line = lines - 2 + number % 4 if number % 3 == 2 else chance.randrange(1, lines)
        if kill_at(Indexing(office, library, embedding), line):
            early += 1
        else:
            late += 1
        finish(office, library)
        differs = held(library).differs_from(calm)
        if differs:
            return f"round {number}, killed at line {line} of {lines}: {differs}"
        shutil.rmtree(library)
    told(f"{early} in the middle of a run, {late} while it closed; {len(calm.chunks)} passages")
    return ""


def full_disks(place: Path, rounds: int, embedding: str, seed: int, *, told: Told = lambda _: None) -> str:
    """The disk of the library has next to no room in each of ``rounds`` runs, and room again afterwards."""
    chance = random.Random(seed)
    office = Office(place / "办公室 Office", 40, seed)
    cut = 0
    with disk(place / "小 磁盘", 64) as small:
        library = small / "资料库"
        finish(office.folder, library, embedding)
        for _ in range(rounds):
            office.change()
            with crowded(small, chance.randrange(0, 300_000)):
                ended = index(office.folder, library)
            assert ended.code in (0, 3), (ended.code, ended.errors)
            if ended.code == 3:
                assert "full" in ended.errors or "满" in ended.errors, ended.errors
                cut += 1
        told(f"{cut} of {rounds} runs were cut off")
        return as_undisturbed(office.folder, library, place / "安静", embedding)


def unmounted(place: Path, rounds: int, embedding: str, seed: int, *, told: Told = lambda _: None) -> str:
    """The disk with the documents goes away in the middle of each run, is missing for one, and comes back."""
    chance = random.Random(seed)
    library = place / "资料库"
    share = place / "共享 盘"
    share.mkdir(parents=True)
    with disk(place / "真盘", 16) as real:
        office = Office(real, 60, seed)
        lost = 0
        for _ in range(rounds):
            office.change(0.6)
            mount("--bind", str(real), str(share))
            run = Indexing(share, library, embedding)
            line = chance.randrange(1, 40)
            for number, _told in enumerate(run.lines(), start=1):
                if number == line:
                    break
            unmount(share)
            code = run.end().code
            assert code in (0, 1), code
            before = sum(finish_offline(share, library).values())
            lost += code
            assert before > 0, "a folder that is not there was taken for an empty one"
        told(f"{lost} of {rounds} runs ended with files out of reach")
        mount("--bind", str(real), str(share))
        try:
            return as_undisturbed(share, library, place / "安静", embedding)
        finally:
            unmount(share)


def finish_offline(folder: Path, library: Path) -> dict[str, int]:
    """A run while the folder is out of reach; returns the ledger's counts."""
    ended = index(folder, library)
    assert (ended.code, ended.last["offline"]) == (1, [str(folder)]), ended
    assert ended.last["files"]["removed"] == 0
    with closing(Library(library)) as opened:
        return opened.catalogue.files.counts()


# time.time jumps by up to ten years at every look, as when a clock is set by hand or by the network; time.monotonic goes on, as the
# system promises. Child processes are left alone.
JUMPING = """
import random, sys, time
real, chance = time.time, random.Random({seed})
time.time = lambda: real() + chance.uniform(-3e8, 3e8)
time.time_ns = lambda: int(time.time() * 1e9)
from desktop_app.__main__ import main
sys.exit(main())
"""


def clock_jumps(place: Path, rounds: int, embedding: str, seed: int, *, told: Told = lambda _: None) -> str:
    """File times in the future and in the past, going backwards with the same size; and the system's clock jumping."""
    chance = random.Random(seed)
    office = Office(place / "办公室 Office", 40, seed)
    library = place / "资料库"
    finish(office.folder, library, embedding)
    stamps = (0, 1, 946_684_800, 1_700_000_000, 4_102_444_800, 12_000_000_000)
    for number in range(rounds):
        known = {path: int(path.stat().st_mtime) for path in office.files}
        office.change(0.2)
        files = office.files
        for path in chance.sample(files, len(files) // 2):
            if chance.random() < 0.5:  # another text of the same length, and an older time
                data = path.read_bytes()
                path.write_bytes(data.replace(b"Clause", (b"Absatz", b"Clause")[number % 2]))
            # Another one than the library knows: a change that keeps size and time stamp is not seen without reading every file.
            moment = chance.choice([stamp for stamp in stamps if stamp != known.get(path)])
            os.utime(path, (moment, moment))
        ended = index(office.folder, library, code=JUMPING.format(seed=seed + number))
        assert ended.code == 0, ended.errors
    told(f"{rounds} runs")
    return as_undisturbed(office.folder, library, place / "安静", embedding)


def two_at_once(place: Path, seed: int, *, told: Told = lambda _: None) -> str:
    """Two programs on one library: one works, the other is told so and leaves; on two libraries both work."""
    office = Office(place / "办公室 Office", 40, seed)
    library = place / "资料库"
    first = Indexing(office.folder, library, "none")
    next(first.lines())
    os.killpg(first.process.pid, signal.SIGSTOP)  # it surely is in its middle
    second = index(office.folder, library, "none")
    os.killpg(first.process.pid, signal.SIGCONT)
    assert second.code == 3, second
    assert "already open" in second.errors or "已在" in second.errors, second.errors
    both = [Indexing(office.folder, place / name, "none") for name in ("甲", "乙")]
    codes = [run.end().code for run in (first, *both)]
    assert codes == [0, 0, 0], codes
    told("the second one left with code 3")
    differs = [held(place / name).differs_from(held(library)) for name in ("甲", "乙")]
    return "".join(differs) or as_undisturbed(office.folder, library, place / "安静", "none")

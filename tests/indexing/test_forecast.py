# SPDX-License-Identifier: Apache-2.0
"""The sample, the sums over kinds and sizes, what a library takes, and what is remembered."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from fixtures_embedding import Counting

from desktop_app.contract.document import Chunk, Locator, Piece, SourceFile
from desktop_app.contract.index_run import WHOLE_LIBRARY, Forecast
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.indexing.forecasting import sample
from desktop_app.indexing.forecasting.forecast import Work
from desktop_app.indexing.forecasting.progress import ProgressMeter, RunListener
from desktop_app.indexing.forecasting.rates import Kind, Rates, kind_of
from desktop_app.indexing.forecasting.space import Space, chunk_on_disk
from desktop_app.indexing.pipeline import Pipeline
from desktop_app.indexing.read_queue import FilesToRead
from desktop_app.library.library import Library
from desktop_app.library.stores.chunk_rows import text_hash
from indexing.office import Desk, Reader, fill

OFFICE = {"txt": (3_000, 1_200), "pdf": (900_000, 300), "docx": (60_000, 400), "jpg": (2_000_000, 60)}


def office() -> list[SourceFile]:
    """About 2,000 files of four kinds, sizes over two orders of magnitude, in no order."""
    dice = random.Random(7)
    made = [
        SourceFile(f"/资料/{ending}/{n}.{ending}", int(size * dice.lognormvariate(0, 1)), 1)
        for ending, (size, count) in OFFICE.items()
        for n in range(count)
    ]
    dice.shuffle(made)
    return made


def test_the_sample_is_small_and_meets_every_kind() -> None:
    files = office()
    chosen = [files[n] for n in sample.choose(files)]
    assert len(chosen) == len(set(chosen)) <= 80
    kinds = Counter(kind_of(file.path) for file in chosen)
    assert set(kinds) == {"txt", "pdf", "docx"}, "pictures are read last"
    assert max(file.size for file in chosen) <= 8 << 20


def test_few_files_are_their_own_sample() -> None:
    assert sample.choose(office()[:12]) == []


def test_the_sample_comes_first_pictures_apart_and_nothing_is_lost() -> None:
    files = FilesToRead()
    for number, name in enumerate(("a.txt", "b.PNG", "c.pdf", "d.txt", "e.png")):
        files.add(number, f"/资料/{name}", 10)
    texts, pictures = files.queues([3, 2])
    assert [texts.take() for _ in range(4)] == [3, 2, 0, None]
    assert [pictures.take() for _ in range(3)] == [1, 4, None]


def test_after_the_sample_chunks_and_seconds_are_known_to_a_tenth() -> None:
    """Texts give a chunk each 800 bytes, documents one each 5,000 or 20,000, give or take a half; embedding takes a hundredth."""
    dice = random.Random(3)
    yields = {"txt": 1 / 800, "pdf": 1 / 20_000, "docx": 1 / 5_000, "jpg": 0.0}
    files = [file for file in office() if not file.path.endswith("jpg")]
    truth = {file.path: round(file.size * yields[kind_of(file.path)] * dice.uniform(0.5, 1.5)) for file in files}
    first = sample.choose(files)
    work = Work(files, Rates(), readers=2, space=Space(384))
    for n in first:
        file = files[n]
        work.begin(file, 0.0)
        work.finish(file, 0.01, truth[file.path], 800 * truth[file.path])
        work.embed(truth[file.path], truth[file.path] * 0.01, 0.0)
    made = work.forecast("sampled", 0.0, 0.0, chunks_before=0)
    assert made.chunks == pytest.approx(sum(truth.values()), rel=0.15)
    left = (sum(truth.values()) - sum(truth[files[n].path] for n in first)) * 0.01
    assert made.seconds_low < left < made.seconds_high
    assert made.seconds == pytest.approx(left, rel=0.15)


def test_a_remembered_pace_narrows_the_range() -> None:
    files = [SourceFile(f"/资料/{n}.txt", 8_000, 1) for n in range(100)]

    def forecast(rates: Rates) -> Forecast:
        return Work(files, rates, readers=2, space=Space(384)).forecast("guessed", 0.0, 0.0, chunks_before=0)

    known, guessed = forecast(Rates(embed=(100.0, 1_000.0))), forecast(Rates())
    assert known.seconds - known.words == pytest.approx(100, rel=0.01)
    assert known.seconds_high / known.seconds_low < guessed.seconds_high / guessed.seconds_low


def test_scans_are_told_apart_and_added_to_the_rest() -> None:
    files = [SourceFile(f"/资料/{n}.pdf", 100_000, 1) for n in range(100)]
    work = Work(files, Rates(), readers=1, space=Space(0))
    for file in files[:20]:
        if int(Path(file.path).stem) % 2:
            work.put_off(file, 0.05)
        else:
            work.finish(file, 0.05, 10, 8_000)
    left = work.left(0.0)
    assert left.scans == pytest.approx(10 + 40, rel=0.1)
    guessed = left.seconds
    work.finish(files[1], 5.0, 4, 3_000)
    assert work.left(0.0).seconds == pytest.approx(49 * 5.0 + 80 * 0.05, rel=0.3)
    assert work.left(0.0).seconds > guessed


def test_small_first_batches_do_not_set_the_pace() -> None:
    """Three batches of six chunks at a third of the known pace, as at each start; then four seconds at that pace."""
    files = [SourceFile(f"/资料/{n}.txt", 8_000, 1) for n in range(1_000)]
    work = Work(files, Rates(embed=(100.0, 10_000)), readers=2, space=Space(384))
    for file in files[:100]:
        work.finish(file, 0.001, 10, 8_000)
    for _ in range(3):
        work.embed(6, 0.18, 0.0)
    assert work.left(0.0).seconds == pytest.approx(10_000 * 0.01, rel=0.25)
    for _ in range(10):
        work.embed(13, 0.4, 0.0)
    assert work.left(0.0).seconds == pytest.approx(9_852 * 0.4 / 13, rel=0.05), "what was measured for a while stands alone"


def test_the_start_of_a_reader_is_not_taken_for_the_size_of_a_file() -> None:
    """The first scan is a small one and loads the recognition."""
    files = [SourceFile("/资料/小.png", 2_000, 1), *(SourceFile(f"/资料/{n}.png", 400_000, 1) for n in range(10))]
    work = Work(files, Rates(), readers=1, space=Space(0))
    work.finish(files[0], 1.5, 1, 800)
    assert 10 * 1.5 < work.left(0.0).seconds < 10 * 7


def test_the_start_of_a_second_reader_is_not_taken_for_the_pace() -> None:
    """While it starts, for half a second, the first one reads several files."""
    files = [SourceFile(f"/资料/{n}.txt", 1_000, 1) for n in range(8)]
    work = Work(files, Rates(), readers=2, space=Space(0))
    late, *others = files
    copy = SourceFile("/资料/copy.txt", 1_000, 1)
    work.begin(copy, 0.0)
    work.finish(copy, 0.0, 0, 0, opened=False)
    work.begin(late, 0.0)
    for file in others:
        work.begin(file, 0.0)
        work.finish(file, 0.5 if file is others[0] else 0.001, 1, 800)
    work.finish(late, 0.6, 1, 800)
    assert work.measured.kinds["txt"].seconds < 0.02


def test_a_few_notes_say_little_about_larger_files() -> None:
    """Five of 7 bytes, each a chunk in a thousandth of a second; then 200 of 1,000 bytes, twelve of which are the sample."""
    remembered = Rates().with_run(Rates({"txt": Kind(5, 35, 0.005, 5)}))
    files = [SourceFile(f"/资料/{n}.txt", 1_000, 1) for n in range(200)]
    work = Work(files, remembered, readers=1, space=Space(0))
    before = work.left(0.0)
    assert 0.1 < before.seconds < 1.0
    assert 200 <= before.chunks <= 800
    for file in files[:12]:
        work.begin(file, 0.0)
        work.finish(file, 0.001, 1, 800)
    assert work.left(0.0).seconds == pytest.approx(188 * 0.001, rel=0.15)
    assert work.left(0.0).chunks == pytest.approx(188, rel=0.15)


def test_a_memory_of_a_few_bytes_counts_as_no_more_than_it_is() -> None:
    """A note that took a second, once, beside a large file that was read in this run."""
    files = [SourceFile(f"/资料/{n}.txt", 1_000_000, 1) for n in range(3)]
    work = Work(files, Rates({"txt": Kind(1, 7, 1.0, 1)}), readers=1, space=Space(0))
    work.finish(files[0], 0.5, 1_000, 800_000)
    assert work.left(0.0).seconds < 2 * 2


def test_vectors_that_are_still_to_be_made_need_their_disk() -> None:
    files = [SourceFile(f"/资料/{n}.txt", 8_000, 1) for n in range(100)]
    work = Work(files, Rates(embed=(100.0, 10_000)), readers=2, space=Space(384))
    for file in files:
        work.finish(file, 0.001, 10, 8_000)
    made = work.forecast("running", 0.0, 0.0, chunks_before=0)
    vectors = Space(384).disk(1_000) - Space(0).disk(1_000)
    assert made.seconds_low / made.seconds * vectors == pytest.approx(made.disk_left, rel=0.01)
    work.embed(1_000, 10.0, 0.0)
    assert work.forecast("running", 0.0, 0.0, chunks_before=0).disk_left == 0


def test_the_end_of_a_run_is_nothing_left() -> None:
    files = office()[:50]
    work = Work(files, Rates(), readers=2, space=Space(384))
    for file in files:
        work.begin(file, 0.0)
        work.finish(file, 0.1, 3, 2_000)
        work.embed(3, 0.1, 0.0)
    left = work.left(10.0)
    assert (left.seconds, left.chunks, left.scans) == (0, 0, 0)


def test_a_file_that_changed_its_size_leaves_the_sums_in_order() -> None:
    files = [SourceFile("/资料/a.txt", 1_000, 1), SourceFile("/资料/b.txt", 1_000, 1)]
    work = Work(files, Rates(), readers=1, space=Space(0))
    for name in ("a", "b"):
        work.finish(SourceFile(f"/资料/{name}.txt", 900_000, 2), 0.1, 1, 800)
    assert work.left(0.0).chunks == 0


# ---- what a library takes --------------------------------------------------------------------------------------------


FINGERPRINT = "0123456789abcdef" * 4


@pytest.mark.parametrize("dimension", [0, 384, 512, 768])
def test_the_size_of_a_real_library_is_estimated_within_15_percent(tmp_path: Path, dimension: int) -> None:
    import numpy as np

    dice = random.Random(1)
    letters = "员工申请休假须提前三个工作日填写申请单由部门经理审批质保期自验收合格之日起计算设备按期检修仓库保管"
    sentences = ["".join(dice.choice(letters) for _ in range(30)) + "。" for _ in range(500)]
    size = 0.0
    with closing(Library(tmp_path / "库")) as library:
        if dimension:
            library.attach_vectors(FINGERPRINT)
        before = size_of(library.folder)
        for number in range(150):
            texts = ["".join(dice.choice(sentences) for _ in range(12)) for _ in range(10)]
            chunks = [
                Chunk(
                    one,
                    Locator(page=n),
                    ("第三章",),
                    tuple(Piece(start, start + 31, Locator(page=n)) for start in range(0, 372, 186)),
                )
                for n, one in enumerate(texts, start=1)
            ]
            file = SourceFile(f"/资料/{number}.txt", 1_000, 1, "0" * 64)
            vectors = None
            if dimension:
                rows = np.random.default_rng(number).standard_normal((10, dimension)).astype("<f2")
                vectors = {text_hash(one): row.tobytes() for one, row in zip(texts, rows, strict=True)}
            size += sum(map(chunk_on_disk, chunks))
            model = FINGERPRINT if dimension else ""
            library.catalogue.files.store(file, chunks, state="indexed", recipe="x", model=model, vectors=vectors)
        library.flush_vectors()
    taken = size_of(tmp_path / "库") - before
    assert Space(dimension, size / 1_500).disk(1_500) == pytest.approx(taken, rel=0.15)


@pytest.mark.parametrize(("dimension", "measured"), [(384, 1_126), (512, 1_470), (768, 2_156), (1_024, 4_208)])
def test_the_size_of_a_stored_vector_is_what_sqlite_says(dimension: int, measured: int) -> None:
    """Bytes a vector, table and index, by ``dbstat`` of a library of 6,000."""
    many = Space(dimension).vectors(100_000) - Space(dimension).vectors(99_000)
    in_chroma = 4 * dimension + 140 + 126  # a node of the graph and a row
    assert many / 1_000 - in_chroma == pytest.approx(measured, rel=0.03)


def size_of(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and not file.name.endswith(("-wal", "-shm")))


# ---- remembering -----------------------------------------------------------------------------------------------------


def test_old_measurements_count_half() -> None:
    old = Rates({"txt": Kind(800, 8e5, 8.0, 800), "pdf": Kind(1, 1e6, 1.0, 9)}, (1_000.0, 20_000.0))
    new = old.with_run(Rates({"txt": Kind(400, 4e5, 40.0, 800)}, (2_000.0, 10_000.0)))
    assert new.kinds == {"txt": Kind(800, 8e5, 44.0, 1_200), "pdf": Kind(1, 1e6, 1.0, 9)}
    assert new.embed_seconds() == pytest.approx(2_500 / 20_000)


# ---- with the real pipeline ------------------------------------------------------------------------------------------


def test_a_real_run_tells_its_forecast_and_what_it_measured(library: Library, tmp_path: Path, counting: Counting) -> None:
    folder = fill(tmp_path / "办公室", 40)
    desk = Desk(library, Reader(), counting)
    desk.add(folder)
    told: list[Forecast] = []
    meter = ProgressMeter(RunListener(forecast=told.append), readers=2, space=Space(counting.facts.dimension))
    report = Pipeline(library, desk.reader, counting, 2).run(WHOLE_LIBRARY, meter, Cancellation())
    assert told[0].basis == "guessed"
    assert told[0].files == 40
    measured = meter.measured
    assert measured.kinds["txt"].files == 40
    assert measured.kinds["txt"].chunks == report.chunks
    assert measured.embed[1] == report.chunks
    assert measured.embed[0] > 0


def test_the_sample_is_read_first(library: Library, tmp_path: Path) -> None:
    folder = fill(tmp_path / "办公室", 60)
    for n in range(20):
        (folder / f"大{n:02d}.md").write_text(f"第{n}段很长的文字。" * 3_000, encoding="utf-8")
    desk = Desk(library, Reader())
    desk.index(folder)
    assert len(desk.reader.read_files) == 80
    assert any(name.endswith(".md") for name in desk.reader.read_files[:12])

# SPDX-License-Identifier: Apache-2.0
"""The vector store's contract, on real Chroma: upsert, delete, search, count, close and open again, and a folder that is damaged."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from desktop_app.library.vectors import IndexClosedError, VectorIndex, open_sound, remove
from library.making import unit_vector

pytestmark = pytest.mark.slow

Rows = list[tuple[int, bytes]]


def rows(first: int, last: int) -> Rows:
    return [(number, unit_vector(f"第{number}段").astype("<f2").tobytes()) for number in range(first, last + 1)]


def asked(number: int) -> list[float]:
    return unit_vector(f"第{number}段").tolist()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "资料 库" / "chroma"


@pytest.fixture
def index(folder: Path) -> Iterator[VectorIndex]:
    with closing(VectorIndex(folder)) as opened:
        yield opened


def test_an_empty_index_finds_nothing(index: VectorIndex) -> None:
    assert index.count() == 0
    assert index.search(asked(1), 5) == []
    index.delete([1, 2])
    index.upsert([])


def test_the_nearest_come_first_with_their_cosine(index: VectorIndex) -> None:
    index.upsert(rows(1, 60))
    matrix = np.stack([unit_vector(f"第{number}段") for number in range(1, 61)])
    for number in (1, 17, 60):
        found = index.search(asked(number), 10)
        exact = np.argsort(-(matrix @ unit_vector(f"第{number}段")))[:10] + 1
        assert [chunk for chunk, _ in found] == exact.tolist()
        for chunk, cosine in found:
            assert cosine == pytest.approx(float(matrix[chunk - 1] @ unit_vector(f"第{number}段")), abs=2e-3)


def test_more_asked_for_than_there_are(index: VectorIndex) -> None:
    index.upsert(rows(1, 3))
    assert {chunk for chunk, _ in index.search(asked(1), 50)} == {1, 2, 3}


def test_the_same_id_again_replaces(index: VectorIndex) -> None:
    index.upsert(rows(1, 5))
    index.upsert(rows(1, 5))
    assert index.count() == 5
    index.upsert([(3, unit_vector("别的").astype("<f2").tobytes())])
    assert index.count() == 5
    assert index.search(unit_vector("别的").tolist(), 1)[0][0] == 3


def test_deleted_ones_are_gone_and_unknown_ids_passed_over(index: VectorIndex) -> None:
    index.upsert(rows(1, 20))
    index.delete([5, 6, 999])
    assert index.count() == 18
    assert not {5, 6} & {chunk for chunk, _ in index.search(asked(5), 50)}


def test_search_is_complete_after_most_were_deleted(index: VectorIndex) -> None:
    """A graph of mostly deleted points must still lead to the living ones."""
    index.upsert(rows(1, 2_500))
    index.delete(list(range(1, 2_451)))
    assert index.count() == 50
    found = index.search(asked(2_480), 50)
    assert found[0][0] == 2_480
    assert len(found) >= 45


def test_batches_over_chromas_own_limit(index: VectorIndex) -> None:
    index._batch = 7
    index.upsert(rows(1, 40))
    assert index.count() == 40
    index.delete(list(range(1, 31)))
    assert index.count() == 10


def test_a_closed_index_refuses(folder: Path) -> None:
    index = VectorIndex(folder)
    index.upsert(rows(1, 3))
    index.close()
    for use in (index.count, lambda: index.search(asked(1), 1)):
        with pytest.raises(IndexClosedError):
            use()


@pytest.mark.parametrize("many", [5, 1_500], ids=["in the log", "in the graph file"])
def test_open_again(folder: Path, many: int) -> None:
    for turn in range(3):
        with closing(VectorIndex(folder)) as opened:
            assert opened.count() == (many if turn else 0)
            opened.upsert(rows(1, many))
    with closing(VectorIndex(folder)) as opened:
        assert [opened.search(asked(number), 1)[0][0] for number in (1, many)] == [1, many]


def test_reading_goes_on_while_another_thread_writes(index: VectorIndex) -> None:
    index.upsert(rows(1, 300))
    wrong: list[object] = []
    written = threading.Event()

    def read() -> None:
        while not written.is_set():
            wrong.extend(found for found in [index.search(asked(5), 1)] if found[0][0] != 5)

    reader = threading.Thread(target=read)
    reader.start()
    for first in range(301, 1_301, 100):
        index.upsert(rows(first, first + 99))
        index.delete(list(range(first, first + 50)))
    written.set()
    reader.join()
    assert wrong == []
    assert index.count() == 800


def damage_everything(folder: Path) -> None:
    for file in folder.rglob("*"):
        if file.is_file():
            file.write_bytes(b"\x00\x01\xff" * 400)


def damage_database(folder: Path) -> None:
    (folder / "chroma.sqlite3").write_bytes("不是数据库".encode() * 1_000)


def empty_database(folder: Path) -> None:
    (folder / "chroma.sqlite3").write_bytes(b"")


def lose_graph(folder: Path) -> None:
    graph = next(file.parent for file in folder.rglob("*.bin"))
    shutil.rmtree(graph)


def cut_graph(folder: Path) -> None:
    for file in folder.rglob("*.bin"):
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def scramble_graph(folder: Path) -> None:
    for file in folder.rglob("*.bin"):
        file.write_bytes(bytes(255 - byte for byte in file.read_bytes()))


def a_file_in_its_place(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("占位", encoding="utf-8")


@pytest.mark.parametrize(
    "damage",
    [damage_everything, damage_database, empty_database, lose_graph, cut_graph, scramble_graph, a_file_in_its_place],
    ids=lambda damage: damage.__name__,
)
def test_a_damaged_folder_is_not_used(folder: Path, damage: Callable[[Path], None]) -> None:
    """Whatever lies there, it is whole, or it is said that a new one is needed."""
    with closing(VectorIndex(folder)) as opened:
        opened.upsert(rows(1, 1_500))
    damage(folder)
    index = open_sound(folder)
    if damage is empty_database:  # Chroma takes an empty database file for a new one
        assert index is not None
        assert index.count() == 0
        index.close()
    else:
        assert index is None
    with closing(VectorIndex(folder.with_name("chroma-neu.1"))) as beside:
        beside.upsert(rows(1, 1_500))
        assert beside.count() == 1_500
        assert beside.search(asked(1_500), 1)[0][0] == 1_500


DYING = """
import sys
from pathlib import Path
sys.path.insert(0, "tests")
from desktop_app.library.vectors import VectorIndex
from library.test_vectors import asked
index = VectorIndex(Path(sys.argv[1]))
print("opened", flush=True)
index.delete([1, 2, 3])
index.search(asked(700), 10)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a crash looks different there")
def test_a_crash_inside_chroma_happens_once(folder: Path) -> None:
    """A graph with wild links ends the process in which it is searched; the next opening starts the index anew."""
    with closing(VectorIndex(folder)) as opened:
        opened.upsert(rows(1, 1_500))
    graph = next(folder.rglob("data_level0.bin"))
    element = graph.stat().st_size // 1_500
    data = bytearray(graph.read_bytes())
    for start in range(0, len(data), element):
        data[start + 4 : start + 132] = b"\x7f" * 128  # the neighbours of each vector: numbers far outside
    graph.write_bytes(bytes(data))
    done = subprocess.run(
        [sys.executable, "-c", DYING, str(folder)], capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2]
    )
    assert done.stdout == "opened\n", done.stderr
    assert done.returncode == -signal.SIGSEGV
    assert open_sound(folder) is None
    remove(folder)
    assert list(folder.parent.iterdir()) == []


def test_a_sound_index_is_left_alone(folder: Path) -> None:
    for many in (1, 40, 1_500):
        with closing(VectorIndex(folder)) as index:
            index.upsert(rows(1, many))
        again = open_sound(folder)
        assert again is not None
        assert again.count() == many
        again.close()
    assert sorted(path.name for path in folder.parent.iterdir()) == ["chroma"]

# SPDX-License-Identifier: Apache-2.0
"""Which of Chroma's own graph files are taken for whole."""

from contextlib import closing
from pathlib import Path

import pytest

from desktop_app.library.graph_files import is_whole
from desktop_app.library.vectors import VectorIndex, open_sound
from library.test_vectors import rows

FILES = ["data_level0.bin", "header.bin", "length.bin", "link_lists.bin"]


def written(folder: Path, count: int) -> Path:
    """An index of ``count`` vectors; its graph's folder."""
    with closing(VectorIndex(folder)) as index:
        index.upsert(rows(1, count))
    return next(folder.rglob("header.bin")).parent


@pytest.mark.parametrize("count", [1, 999, 1_000, 1_001, 2_500])
def test_what_chroma_wrote_is_whole(tmp_path: Path, count: int) -> None:
    folder = tmp_path / "资料 库"
    written(folder, count)
    assert is_whole(folder)
    with closing(VectorIndex(folder)) as index:
        index.delete(list(range(1, count // 2)))
    assert is_whole(folder)


@pytest.mark.parametrize("name", FILES)
def test_one_file_cut_off_is_enough(tmp_path: Path, name: str) -> None:
    """In the very process that wrote it, whose memory may still hold the rest."""
    graph = written(tmp_path / "chroma", 1_500)
    file = graph / name
    file.write_bytes(file.read_bytes()[:-1])
    assert not is_whole(graph.parent)
    assert open_sound(graph.parent) is None


@pytest.mark.parametrize("name", FILES)
def test_a_lost_file_is_enough(tmp_path: Path, name: str) -> None:
    graph = written(tmp_path / "chroma", 1_500)
    (graph / name).unlink()
    assert open_sound(graph.parent) is None


def test_a_version_that_is_not_known_is_left_to_chroma(tmp_path: Path) -> None:
    graph = written(tmp_path / "chroma", 1_500)
    header = graph / "header.bin"
    header.write_bytes(b"\x02" + header.read_bytes()[1:])
    (graph / "length.bin").unlink()
    assert is_whole(graph.parent)


def test_a_folder_without_a_graph_has_nothing_wrong(tmp_path: Path) -> None:
    assert is_whole(tmp_path)

# SPDX-License-Identifier: Apache-2.0
"""E5S1 files: sizes, pieces and numbers come out as they were stored, and what is no such file is refused by name."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
import tiny_e5s1

from desktop_app.modelfiles.e5s1 import read_e5s1


def test_sizes_and_pieces(tmp_path: Path) -> None:
    model = read_e5s1(tiny_e5s1.write(tmp_path / "小模型.bin"))
    assert (model.sizes.hidden, model.sizes.layers, model.sizes.heads, model.sizes.vocabulary) == (64, 2, 4, 11)
    assert model.sizes.epsilon == pytest.approx(1e-12)
    assert model.pieces() == tiny_e5s1.PIECES


def test_numbers_in_full_precision_and_in_blocks(tmp_path: Path) -> None:
    model = read_e5s1(tiny_e5s1.write(tmp_path / "small.bin"))
    for name, (kind, numbers) in tiny_e5s1.tensors().items():
        read = model.tensor(name).reshape(numbers.shape)
        assert np.allclose(read, numbers, atol=0.08 if kind else 0), name


def test_the_low_halves_come_first(tmp_path: Path) -> None:
    numbers = np.arange(-16, 16, dtype=np.float32).reshape(1, 32) / 2  # scale 1: -8 .. 7.5
    stored = {**tiny_e5s1.tensors(), "emb.ln.w": (1, np.concatenate([numbers, -numbers]))}
    file = tmp_path / "order.bin"
    file.write_bytes(tiny_e5s1.content(stored))
    read = read_e5s1(file).tensor("emb.ln.w")
    assert np.abs(read[:32] - numbers[0]).max() <= 1
    assert np.argmin(read[:32]) == 0
    assert np.all(np.diff(read[:32]) >= 0)


def test_rows_of_the_word_table(tmp_path: Path) -> None:
    model = read_e5s1(tiny_e5s1.write(tmp_path / "small.bin"))
    table = model.tensor("emb.word").reshape(-1, 64)
    wanted = np.array([[4, 5, 4], [0, 10, 1]])
    assert np.array_equal(model.rows("emb.word", wanted), table[wanted])


def cut_off(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])


def of_another_kind(file: Path) -> None:
    file.write_bytes(tiny_e5s1.content(magic=b"GGUF"))


def newer(file: Path) -> None:
    file.write_bytes(tiny_e5s1.content(version=2))


def with_other_special_tokens(file: Path) -> None:
    file.write_bytes(tiny_e5s1.content(special=(1, 2, 0, 3)))


def with_an_unknown_type(file: Path) -> None:
    content = bytearray(file.read_bytes())
    place = content.index(b"emb.word") + len("emb.word")
    assert content[place] == 1
    content[place] = 9
    file.write_bytes(content)


def with_a_size_that_is_not_its_numbers(file: Path) -> None:
    content = bytearray(file.read_bytes())
    place = content.index(b"emb.word") + len("emb.word") + 1
    content[place : place + 4] = struct.pack("<I", 64)
    file.write_bytes(content)


def with_a_huge_count(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[44:48] = struct.pack("<i", 2**31 - 1)
    file.write_bytes(content)


def emptied(file: Path) -> None:
    file.write_bytes(b"E5S1")


@pytest.mark.parametrize(
    "damage",
    [
        cut_off,
        of_another_kind,
        newer,
        with_other_special_tokens,
        with_an_unknown_type,
        with_a_size_that_is_not_its_numbers,
        with_a_huge_count,
        emptied,
    ],
)
def test_what_is_no_such_file_is_refused_by_name(tmp_path: Path, damage) -> None:
    file = tiny_e5s1.write(tmp_path / "坏.bin")
    damage(file)
    with pytest.raises(ValueError, match=r"坏\.bin"):
        read_e5s1(file)


def test_a_file_of_nothing(tmp_path: Path) -> None:
    file = tmp_path / "空.bin"
    file.write_bytes(b"")
    with pytest.raises(ValueError, match="empty"):
        read_e5s1(file)

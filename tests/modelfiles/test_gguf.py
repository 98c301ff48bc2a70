# SPDX-License-Identifier: Apache-2.0
"""GGUF headers: real files, cut off ones, hostile ones, and files that are something else."""

from __future__ import annotations

import shutil
import struct
import tracemalloc
from pathlib import Path

import pytest
import tiny_gguf as maker
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.modelfiles.ggml_types import FILE_TYPES, TENSOR_TYPES
from desktop_app.modelfiles.gguf import first_part, read_header


def text(value: str) -> bytes:
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def key(name: str, kind: int, value: bytes) -> bytes:
    return text(name) + struct.pack("<I", kind) + value


def head(tensors: int, keys: int, version: int = 3) -> bytes:
    return b"GGUF" + struct.pack("<IQQ", version, tensors, keys)


def tensor(name: str, dimensions: list[int], kind: int = 0, offset: int = 0) -> bytes:
    sides = struct.pack(f"<{len(dimensions)}Q", *dimensions)
    return text(name) + struct.pack("<I", len(dimensions)) + sides + struct.pack("<IQ", kind, offset)


def problem_of(path: Path) -> EnvironmentProblem:
    with pytest.raises(EnvironmentProblem) as caught:
        read_header(str(path))
    assert caught.value.data["path"] == str(path)
    return caught.value


def test_numbers_agree_with_the_gguf_package() -> None:
    from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType, LlamaFileType

    for number, known in TENSOR_TYPES.items():
        kind = GGMLQuantizationType(number)
        assert (kind.name, *GGML_QUANT_SIZES[kind]) == tuple(known)
    for number, name in FILE_TYPES.items():
        assert LlamaFileType(number).name.removeprefix("MOSTLY_").removeprefix("ALL_") == name
    # Left out on purpose: Q8_1 is a format of memory, never of a file; GUESSED is a mark of llama.cpp's own.
    assert {kind.name for kind in GGMLQuantizationType if kind.value not in TENSOR_TYPES} == {"Q8_1"}
    assert {kind.name for kind in LlamaFileType if kind.value not in FILE_TYPES} == {"GUESSED"}


def test_a_real_file(tiny_gguf: Path) -> None:
    header = read_header(str(tiny_gguf))
    assert header.architecture == "llama"
    assert header.name == "tiny"
    assert header.quantisation == "F16"
    assert header.size == tiny_gguf.stat().st_size
    assert (header.context, header.embedding, header.blocks) == (2048, 256, 1)
    assert (header.heads, header.heads_kv, header.key_length, header.value_length) == (4, (2,), 64, 64)
    assert header.tokenizer == "llama"
    assert header.has_chat_template
    assert header.causal
    assert header.vocabulary == header.parameters // 256 - 2307  # what is not the embedding: 2,307 rows of 256


def test_llama_cpps_own_quantiser_is_named(tiny_gguf_q8: Path, tiny_gguf_q4: Path) -> None:
    assert read_header(str(tiny_gguf_q8)).quantisation == "Q8_0"
    assert read_header(str(tiny_gguf_q4)).quantisation == "Q4_K_M"


def test_every_cut_is_noticed(tiny_gguf: Path, tmp_path: Path) -> None:
    data = tiny_gguf.read_bytes()
    cut = tmp_path / "下载中断.gguf"
    for length in [0, 2, 4, 7, 20, 30, 100, 5_000, 60_000, len(data) // 2, len(data) - 1000, len(data) - 1]:
        cut.write_bytes(data[:length])
        problem = problem_of(cut)
        assert problem.code == "gguf_truncated", length
        assert int(problem.data["found"]) == length
        assert int(problem.data["expected"]) > length
    cut.write_bytes(data[: len(data) - 1])
    assert int(problem_of(cut).data["expected"]) == len(data)


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04" + bytes(100),
        b"<html>404</html>",
        b"version https://git-lfs.github.com/spec/v1\n",
        bytes(64),
        b"GG"[:1] + b"X" * 30,
    ],
    ids=["zip", "web page", "lfs pointer", "zeros", "letters"],
)
def test_a_file_that_is_no_gguf(data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "不是模型.gguf"
    file.write_bytes(data)
    assert problem_of(file).code == "gguf_not"


def test_missing_file_and_a_folder_of_that_name(tmp_path: Path) -> None:
    assert problem_of(tmp_path / "没有.gguf").code == "gguf_missing"
    (tmp_path / "文件夹.gguf").mkdir()
    assert problem_of(tmp_path / "文件夹.gguf").code == "gguf_missing"


@pytest.mark.parametrize(
    ("version", "stands"), [(1, "1"), (4, "4"), (0x03000000, "50331648")], ids=["old", "newer", "big-endian"]
)
def test_other_versions_are_refused_by_number(version: int, stands: str, tmp_path: Path) -> None:
    file = tmp_path / "版本.gguf"
    file.write_bytes(head(0, 0, version))
    problem = problem_of(file)
    assert (problem.code, problem.data["version"]) == ("gguf_version", stands)


HOSTILE = {
    "keys without end": head(0, 1 << 62),
    "tensors without end": head(1 << 62, 0),
    "a key of exabytes": head(0, 1) + struct.pack("<Q", 1 << 62),
    "a string of exabytes": head(0, 1) + text("general.name") + struct.pack("<IQ", 8, 1 << 62),
    "an array of exabytes": head(0, 1) + text("a") + struct.pack("<IIQ", 9, 11, 1 << 62),
    "strings without end": head(0, 1) + text("tokenizer.ggml.tokens") + struct.pack("<IIQ", 9, 8, 1 << 40),
    "arrays in arrays": head(0, 1) + text("a") + struct.pack("<IIQ", 9, 9, 1),
    "an unknown type": head(0, 1) + key("a", 99, b""),
    "alignment of zero": head(0, 1) + key("general.alignment", 4, struct.pack("<I", 0)),
    "an alignment that is a word": head(0, 1) + key("general.alignment", 8, text("32")),
    "sixty dimensions": head(1, 0) + text("t") + struct.pack("<I", 60) + bytes(600),
    "a tensor of zettabytes": head(1, 0) + tensor("t", [1 << 60, 1 << 60]),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_hostile_sizes_are_refused_and_allocate_nothing(data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "恶意.gguf"
    file.write_bytes(data)
    tracemalloc.start()
    try:
        assert problem_of(file).code == "gguf_damaged"
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


def test_a_long_string_that_the_file_does_not_hold_is_not_allocated(tmp_path: Path) -> None:
    file = tmp_path / "长.gguf"
    file.write_bytes(head(0, 1) + text("general.name") + struct.pack("<IQ", 8, 60 << 20) + b"abc")
    tracemalloc.start()
    try:
        assert problem_of(file).code == "gguf_truncated"
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damage_anywhere_in_the_header_is_read_or_refused_but_never_crashes(
    tiny_gguf: Path, tmp_path: Path, data: st.DataObject
) -> None:
    content = bytearray(tiny_gguf.read_bytes()[:20_000])
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    file = tmp_path / "坏.gguf"
    file.write_bytes(content)
    assert problem_of(file).code in {"gguf_not", "gguf_truncated", "gguf_version", "gguf_damaged"}


def test_heads_that_differ_by_layer(tmp_path: Path) -> None:
    file = tmp_path / "混合.gguf"
    keys = [
        key("general.architecture", 8, text("lfm2")),
        key("lfm2.block_count", 4, struct.pack("<I", 4)),
        key("lfm2.embedding_length", 4, struct.pack("<I", 1024)),
        key("lfm2.attention.head_count", 4, struct.pack("<I", 16)),
        key("lfm2.attention.head_count_kv", 9, struct.pack("<IQ4i", 5, 4, 0, 8, 0, 8)),
    ]
    file.write_bytes(head(0, len(keys)) + b"".join(keys))
    header = read_header(str(file))
    assert header.heads_kv == (0, 8, 0, 8)
    assert (header.key_length, header.name) == (64, "混合")


def test_a_newer_tensor_type_is_no_error(tmp_path: Path) -> None:
    file = tmp_path / "新.gguf"
    file.write_bytes(head(1, 0) + tensor("t", [256, 256], kind=77))
    header = read_header(str(file))
    assert (header.parameters, header.quantisation) == (65_536, "")


def test_split_files_are_one_model(tmp_path: Path) -> None:
    parts = [tmp_path / f"大模型-Q8_0-0000{n}-of-00003.gguf" for n in (1, 2, 3)]
    whole = head(1, 1) + key("split.count", 2, struct.pack("<H", 3)) + tensor("t", [8, 8])
    for part in parts:
        part.write_bytes(whole + bytes(-len(whole) % 32 + 256))
    header = read_header(str(parts[2]))
    assert header.path == str(parts[0])
    assert header.parts == tuple(map(str, parts))
    assert header.size == 3 * parts[0].stat().st_size
    assert header.parameters == 3 * 64
    assert header.name == "大模型-Q8_0"
    parts[1].unlink()
    with pytest.raises(EnvironmentProblem) as caught:
        read_header(str(parts[0]))
    assert (caught.value.code, caught.value.data) == ("gguf_part_missing", {"path": str(parts[0]), "part": parts[1].name})
    parts[0].rename(parts[1])
    with pytest.raises(EnvironmentProblem) as caught:
        read_header(str(parts[2]))
    assert (caught.value.code, caught.value.data) == ("gguf_part_missing", {"path": str(parts[1]), "part": parts[0].name})


def test_a_part_under_another_name_misses_the_others(tmp_path: Path) -> None:
    file = tmp_path / "大模型.gguf"
    whole = head(1, 1) + key("split.count", 2, struct.pack("<H", 3)) + tensor("t", [8, 8])
    file.write_bytes(whole + bytes(-len(whole) % 32 + 256))
    assert problem_of(file).code == "gguf_part_missing"


def test_first_part_leaves_other_names_alone() -> None:
    assert first_part("/模型/甲.gguf") == "/模型/甲.gguf"
    assert first_part("/模型/甲-00007-of-00012.GGUF") == "/模型/甲-00001-of-00012.GGUF"


def test_a_name_with_every_kind_of_letter(tiny_gguf: Path, tmp_path: Path) -> None:
    file = tmp_path / "模型 №1 ‹é› 🖋.gguf"
    shutil.copy(tiny_gguf, file)
    assert read_header(str(file)).path == str(file)


def test_the_maker_is_repeatable(tiny_gguf: Path, tmp_path: Path) -> None:
    assert maker.write(tmp_path / "再来.gguf").read_bytes() == tiny_gguf.read_bytes()

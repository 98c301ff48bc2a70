# SPDX-License-Identifier: Apache-2.0
"""GGUF files that are broken or no language models, and what is to be said of each: made from the tiny model, one fault a file."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import tiny_gguf as maker

if TYPE_CHECKING:
    from gguf import GGUFWriter

Change = Callable[["GGUFWriter"], None]
_KEYS_AT = 24  # magic, version, two counts


@dataclass(frozen=True, slots=True)
class Bad:
    """``code``: the problem with it when it is chosen for answers. ``at``: where it shows, "header", "load" or "answer". ``listed``: the
    problem that the list of models has with it, where that is another one: it is one of the other kinds there."""

    name: str
    code: str
    make: Callable[[Path, bytes], None]
    at: str = "header"
    listed: str = ""


def bytes_as(change: Callable[[bytes], bytes]) -> Callable[[Path, bytes], None]:
    """The bytes of a good model, changed."""
    return lambda path, good: (path.write_bytes(change(good)), None)[1]


def patched(at: int, form: str, value: int) -> Callable[[Path, bytes], None]:
    """The bytes of a good model with one number of its header replaced."""
    new = struct.pack("<" + form, value)
    return bytes_as(lambda good: good[:at] + new + good[at + len(new) :])


def made(change: Change, **options: object) -> Callable[[Path, bytes], None]:
    """A model made anew with other keys or tensors."""

    def make(path: Path, _: bytes) -> None:
        writer = maker.prepared(path, **options)  # type: ignore[arg-type]
        change(writer)
        maker.finish(writer)

    return make


def keys(**values: object) -> Change:
    """Set keys ("__" stands for a dot); None takes one away."""

    def change(writer: GGUFWriter) -> None:
        from gguf import GGUFValueType
        from gguf.gguf_writer import GGUFValue

        table = writer.kv_data[0]
        for name, value in values.items():
            key = name.replace("__", ".")
            table.pop(key, None)
            if isinstance(value, str):
                table[key] = GGUFValue(value=value, type=GGUFValueType.STRING)
            elif isinstance(value, bool):
                table[key] = GGUFValue(value=value, type=GGUFValueType.BOOL)
            elif isinstance(value, int):
                table[key] = GGUFValue(value=value, type=GGUFValueType.UINT32)

    return change


def without(*tensors: str) -> Change:
    def change(writer: GGUFWriter) -> None:
        for name in tensors:
            del writer.tensors[0][name]

    return change


def no_tensors(writer: GGUFWriter) -> None:
    writer.tensors[0].clear()


def tensor(name: str, values: np.ndarray) -> Change:
    def change(writer: GGUFWriter) -> None:
        writer.tensors[0].pop(name, None)
        writer.add_tensor(name, values)

    return change


def all_of(*changes: Change) -> Change:
    def change(writer: GGUFWriter) -> None:
        for one in changes:
            one(writer)

    return change


def renamed(architecture: str) -> Change:
    """As another architecture, hyper-parameters and all."""

    def change(writer: GGUFWriter) -> None:
        table = writer.kv_data[0]
        for key in [key for key in table if key.startswith("llama.")]:
            table[architecture + key[len("llama") :]] = table.pop(key)
        keys(general__architecture=architecture)(writer)

    return change


def offset_of(good: bytes, name: bytes) -> int:
    """Where the entry of a tensor has its number of dimensions."""
    return good.index(struct.pack("<Q", len(name)) + name) + 8 + len(name)


def wrong_offset(good: bytes) -> bytes:
    at = offset_of(good, b"output_norm.weight") + 4 + 8 + 4
    return good[:at] + struct.pack("<Q", 1 << 40) + good[at + 8 :]


def wrong_type(good: bytes) -> bytes:
    at = offset_of(good, b"output_norm.weight") + 4 + 8
    return good[:at] + struct.pack("<I", 222) + good[at + 4 :]


def wrong_size(good: bytes) -> bytes:
    at = offset_of(good, b"output_norm.weight") + 4
    return good[:at] + struct.pack("<Q", 1 << 45) + good[at + 8 :]


NOT_A_NUMBER = np.full((256,), np.nan, dtype=np.float32)
_CONTROL = "".join(f"<|c{n}|>" for n in range(60))

BAD = (
    Bad("空.gguf", "gguf_truncated", bytes_as(lambda good: b"")),
    Bad("两个字节.gguf", "gguf_truncated", bytes_as(lambda good: good[:2])),
    Bad("断在开头.gguf", "gguf_truncated", bytes_as(lambda good: good[:20])),
    Bad("断在参数.gguf", "gguf_truncated", bytes_as(lambda good: good[:300])),
    Bad("断在词表.gguf", "gguf_truncated", bytes_as(lambda good: good[: good.index(b"tokenizer.ggml.tokens") + 9_000])),
    Bad("断在张量表.gguf", "gguf_truncated", bytes_as(lambda good: good[: offset_of(good, b"output_norm.weight")])),
    Bad("断在权重.gguf", "gguf_truncated", bytes_as(lambda good: good[: len(good) * 2 // 3])),
    Bad("差一截.gguf", "gguf_truncated", bytes_as(lambda good: good[:-600])),
    Bad("网页.gguf", "gguf_not", bytes_as(lambda good: b"<!DOCTYPE html><title>404</title>" * 40)),
    Bad("旧格式.gguf", "gguf_not", bytes_as(lambda good: b"tjgg" + good[4:])),
    Bad("压缩包.gguf", "gguf_not", bytes_as(lambda good: b"PK\x03\x04" + good[4:])),
    Bad("第一版.gguf", "gguf_version", patched(4, "I", 1)),
    Bad("未来版.gguf", "gguf_version", patched(4, "I", 99)),
    Bad("大端.gguf", "gguf_version", patched(4, "I", 3 << 24)),
    Bad("张量数离谱.gguf", "gguf_damaged", patched(8, "Q", 1 << 60)),
    Bad("键数离谱.gguf", "gguf_damaged", patched(16, "Q", 1 << 60)),
    Bad("键名离谱.gguf", "gguf_damaged", patched(_KEYS_AT, "Q", 1 << 60)),
    Bad("键数多一.gguf", "gguf_damaged", patched(16, "Q", 9_999)),
    Bad("张量在外.gguf", "gguf_truncated", bytes_as(wrong_offset)),
    Bad("张量太大.gguf", "gguf_truncated", bytes_as(wrong_size)),
    Bad("图像投影.gguf", "gguf_projector", made(keys(general__architecture="clip", general__type="mmproj"))),
    Bad("适配器.gguf", "gguf_adapter", made(keys(general__type="adapter", adapter__type="lora"))),
    Bad("只有词表.gguf", "gguf_no_weights", made(no_tensors)),
    Bad("没有词表.gguf", "gguf_no_tokenizer", made(keys(tokenizer__ggml__model=None))),
    Bad("向量.gguf", "llm_is_embedding", made(all_of(keys(llama__pooling_type=1), keys(tokenizer__ggml__model=None))), listed="embedding_no_tokenizer"),
    Bad("排序.gguf", "llm_is_embedding", made(keys(llama__pooling_type=4)), listed="embedding_unsupported"),
    Bad("编码器.gguf", "llm_is_encoder", made(renamed("t5"))),
    Bad("画图.gguf", "gguf_other_kind", made(renamed("flux"))),
    Bad("草稿.gguf", "gguf_other_kind", made(renamed("eagle3"))),
    Bad("三分之一-00001-of-00003.gguf", "gguf_part_missing", bytes_as(lambda good: good)),
    Bad("第三-00003-of-00003.gguf", "gguf_part_missing", bytes_as(lambda good: good)),
    Bad("改名的一份.gguf", "gguf_part_missing", made(keys(split__count=3, split__no=0))),
    Bad("未知架构.gguf", "llm_architecture", made(renamed("未来架构")), "load"),
    Bad("未知类型.gguf", "llm_number_format", bytes_as(wrong_type), "load"),
    Bad("缺张量.gguf", "llm_weights", made(without("blk.0.ffn_up.weight")), "load"),
    Bad("张量形状.gguf", "llm_weights", made(tensor("output_norm.weight", np.ones(100, dtype=np.float32))), "load"),
    Bad("缺参数.gguf", "gguf_damaged", made(keys(llama__block_count=None))),
    Bad("词表是空的.gguf", "llm_tokenizer", made(keys(tokenizer__ggml__tokens=None)), "load"),
    Bad("未知词表.gguf", "llm_tokenizer", made(keys(tokenizer__ggml__model="martian")), "load"),
    Bad("没有注意力头.gguf", "llm_weights", made(keys(llama__attention__head_count=0)), "load"),
    Bad("全是控制符.gguf", "llm_silent", made(lambda _: None, answer=_CONTROL, control=maker.pieces(_CONTROL), endless=True), "answer"),
    Bad("不是数.gguf", "llm_silent", made(tensor("output_norm.weight", NOT_A_NUMBER)), "answer"),
)  # fmt: skip


def write_all(folder: Path, good: Path) -> dict[str, Bad]:
    """All of them below ``folder``, by their names."""
    data = good.read_bytes()
    for bad in BAD:
        bad.make(folder / bad.name, data)
    return {bad.name: bad for bad in BAD}


def larger_than(path: Path, memory: int, good: Path) -> None:
    """A model whose weights need more than ``memory`` bytes; the disk holds a hole in their place."""
    data = good.read_bytes()
    at = offset_of(data, b"token_embd.weight") + 4
    width, tokens = struct.unpack("<QQ", data[at : at + 16])
    wanted = memory // (2 * width) + tokens
    path.write_bytes(data[: at + 8] + struct.pack("<Q", wanted) + data[at + 16 :])
    with path.open("r+b") as file:
        file.truncate(len(data) + 2 * width * wanted)

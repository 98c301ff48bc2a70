# SPDX-License-Identifier: Apache-2.0
"""The default embedding model as GGUF, to measure llama.cpp beside the other backends: Q4_0 as it is stored, or Q8_0."""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np

from desktop_app.embedding.backends import default_model
from desktop_app.embedding.tokens.sentencepiece_tokens import pieces_of
from desktop_app.modelfiles.e5s1 import E5S1, read_e5s1

_LAYER = {
    "q": ("attn_q", "hidden"),
    "k": ("attn_k", "hidden"),
    "v": ("attn_v", "hidden"),
    "ao": ("attn_output", "hidden"),
    "fi": ("ffn_up", "feed_forward"),
    "fo": ("ffn_down", "hidden"),
}


def write(file: Path, kind: str) -> Path:
    """``kind``: "Q4_0" or "Q8_0" for the encoder's matrices; the word table stays in Q4_0."""
    folder = default_model.folder()
    model = read_e5s1(folder / default_model.SOURCE)
    writer = gguf.GGUFWriter(str(file), "bert")
    _describe(writer, model, folder)
    sizes = model.sizes
    _put(writer, model, "token_embd.weight", "emb.word", sizes.vocabulary, "Q4_0")
    writer.add_tensor("position_embd.weight", model.tensor("emb.pos").reshape(-1, sizes.hidden))
    writer.add_tensor("token_types.weight", model.tensor("emb.type").reshape(-1, sizes.hidden)[:1].copy())
    _put_norm(writer, model, "token_embd_norm", "emb.ln")
    for number in range(sizes.layers):
        for part, (name, rows) in _LAYER.items():
            _put(writer, model, f"blk.{number}.{name}.weight", f"l{number}.{part}.w", getattr(sizes, rows), kind)
            writer.add_tensor(f"blk.{number}.{name}.bias", model.tensor(f"l{number}.{part}.b"))
        _put_norm(writer, model, f"blk.{number}.attn_output_norm", f"l{number}.aln")
        _put_norm(writer, model, f"blk.{number}.layer_output_norm", f"l{number}.oln")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return file


def _describe(writer: gguf.GGUFWriter, model: E5S1, folder: Path) -> None:
    sizes, pieces = model.sizes, model.pieces()
    unused = sizes.vocabulary - len(pieces)
    writer.add_name(default_model.NAME)  # its family's prompts are known by the name
    writer.add_context_length(sizes.positions)
    writer.add_embedding_length(sizes.hidden)
    writer.add_block_count(sizes.layers)
    writer.add_feed_forward_length(sizes.feed_forward)
    writer.add_head_count(sizes.heads)
    writer.add_layer_norm_eps(sizes.epsilon)
    writer.add_causal_attention(False)
    writer.add_pooling_type(gguf.PoolingType.MEAN)
    writer.add_vocab_size(sizes.vocabulary)
    writer.add_tokenizer_model("t5")  # what llama.cpp calls a unigram tokenizer
    writer.add_tokenizer_pre("default")
    writer.add_token_list([piece for piece, _ in pieces] + [f"[PAD{number}]" for number in range(unused)])
    writer.add_token_scores([score for _, score in pieces] + [-1000.0] * unused)
    special = [gguf.TokenType.CONTROL] * 3 + [gguf.TokenType.UNKNOWN]
    normal = [gguf.TokenType.NORMAL] * (len(pieces) - len(special))
    writer.add_token_types([*special, *normal, *[gguf.TokenType.UNUSED] * unused])
    writer.add_add_space_prefix(True)
    writer.add_remove_extra_whitespaces(True)
    writer.add_precompiled_charsmap(pieces_of(folder / default_model.TOKENIZER).characters)
    writer.add_token_type_count(1)
    for number, add in enumerate(
        (writer.add_bos_token_id, writer.add_pad_token_id, writer.add_eos_token_id, writer.add_unk_token_id)
    ):
        add(number)
    writer.add_sep_token_id(2)
    writer.add_add_bos_token(True)
    writer.add_add_eos_token(True)


def _put(writer: gguf.GGUFWriter, model: E5S1, name: str, stored: str, rows: int, kind: str) -> None:
    if kind == "Q4_0":  # the blocks of both forms are the same
        blocks = np.ascontiguousarray(model.tensors[stored]).view(np.uint8).reshape(rows, -1)
        writer.add_tensor(name, blocks, raw_dtype=gguf.GGMLQuantizationType.Q4_0)
    else:
        matrix = model.tensor(stored).reshape(rows, -1)
        quantised = gguf.quants.quantize(matrix, gguf.GGMLQuantizationType[kind])
        writer.add_tensor(name, quantised, raw_dtype=gguf.GGMLQuantizationType[kind])


def _put_norm(writer: gguf.GGUFWriter, model: E5S1, name: str, stored: str) -> None:
    writer.add_tensor(f"{name}.weight", model.tensor(f"{stored}.w"))
    writer.add_tensor(f"{name}.bias", model.tensor(f"{stored}.b"))

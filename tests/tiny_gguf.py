# SPDX-License-Identifier: Apache-2.0
"""A small real GGUF that says one sentence: for tests that need llama.cpp itself but no trained model (3.4 MB, made in a second).

    python tests/tiny_gguf.py write FILE [ANSWER]         f16
    python tests/tiny_gguf.py quantise FROM TO Q8_0|Q4_K_M

It is a Llama-architecture model of one layer whose weights are set by hand, so that each token is followed by exactly one other:

- The tokens of the answer (and the line break that ends every ChatML prompt) each own one of the dimensions (256); every other token
  shares the last one. The embedding is that unit vector, and the output matrix is the embedding again (tied), so the logit of a
  token is how much of its own direction the state holds.
- The feed-forward part is the table of followers: row k of gate and up read direction k (16 x 16 after the norm), column k of down
  writes 256 times the direction of the follower. The old direction keeps weight 1: greedy choice wins by 16 to 0.06, which no
  quantisation turns round.
- Attention has random queries, keys and values, so that its kernels run, and a zero output, so that it says nothing.

The tokenizer is SentencePiece-like with byte fallback: 256 bytes, ASCII, pairs of letters, the 3,755 everyday characters of GB 2312.
Text in, text out is exact for any Unicode.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from gguf import GGUFWriter

ANSWER = "根据资料，合同编号是 HT-2024-018 [1]。"
"""What the default model says to every prompt; a test document that holds "合同编号是 HT-2024-018" supports it."""

_WIDTH = 256  # a multiple of 256, so that K-quants apply
_HEADS, _HEADS_KV = 4, 2
CHATML = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
_UNKNOWN, _BOS, _EOS, _IM_START, _IM_END = range(5)
_FIRST_BYTE = 5
_NEWLINE = _FIRST_BYTE + ord("\n")


def write(path: Path, answer: str = ANSWER, **options: Any) -> Path:
    """Write a model that says ``answer``; ``options`` as of ``prepared``."""
    finish(prepared(path, answer, **options))
    return path


def prepared(
    path: Path,
    answer: str = ANSWER,
    *,
    endless: bool = False,
    context: int = 2048,
    template: str = CHATML,
    by_bytes: str = "号",
    name: str = "tiny",
    width: int = _WIDTH,
    control: Sequence[str] = (),
    after: str = "\n",
) -> GGUFWriter:
    """All of a model that says ``answer``, not written yet: its keys and tensors can still be changed. ``endless``: it begins again
    instead of ending its turn. The character ``by_bytes`` comes as three tokens of one byte each. An answer has fewer pieces than
    ``width``, a multiple of 256. ``control`` tokens are in the vocabulary, whether said or not. ``after``: the last sign of the prompt."""
    texts, types, chain = _vocabulary(pieces(answer, by_bytes), endless=endless, control=control, after=after)
    writer = _described(path, name, context, len(texts), width)
    writer.add_tokenizer_model("llama")
    writer.add_token_list(texts)
    writer.add_token_scores([0.0] * len(texts))
    writer.add_token_types(types)
    writer.add_unk_token_id(_UNKNOWN)
    writer.add_bos_token_id(_BOS)
    writer.add_eos_token_id(_IM_END)
    writer.add_add_bos_token(False)
    writer.add_add_space_prefix(False)
    if template:
        writer.add_chat_template(template)
    for tensor, values in _weights(len(texts), chain, width).items():
        writer.add_tensor(tensor, values)
    return writer


def finish(writer: GGUFWriter) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _vocabulary(
    said: list[str | int], *, endless: bool, control: Sequence[str], after: str
) -> tuple[list[str], list[int], list[int]]:
    """Texts and types of all tokens, and the tokens of the answer in order, from the line break before it to what follows its end."""
    from gguf import TokenType

    texts = ["<unk>", "<s>", "</s>", "<|im_start|>", "<|im_end|>", *(f"<0x{byte:02X}>" for byte in range(256))]
    types = [TokenType.UNKNOWN, *[TokenType.CONTROL] * 4, *[TokenType.BYTE] * 256]
    words = [piece for piece in said if isinstance(piece, str)]
    texts += words
    types += [TokenType.CONTROL if word in control else TokenType.USER_DEFINED for word in words]
    unsaid = [word for word in control if word not in words]
    texts += unsaid
    types += [TokenType.CONTROL] * len(unsaid)
    ordinary = [text for text in _ordinary() if text not in set(words)]
    texts += ordinary
    types += [TokenType.NORMAL] * len(ordinary)
    chain = [_NEWLINE if after == "\n" else texts.index(after)]
    chain += [_FIRST_BYTE + piece if isinstance(piece, int) else texts.index(piece) for piece in said]
    chain.append(chain[1] if endless else _IM_END)
    return texts, [int(kind) for kind in types], chain


def _weights(tokens: int, chain: list[int], width: int) -> dict[str, np.ndarray]:
    own = {token: index for index, token in enumerate(dict.fromkeys(chain))}
    assert len(own) < width - 1, "the answer has too many pieces"
    embedding = np.zeros((tokens, width), dtype=np.float16)
    embedding[:, -1] = 1
    for token, dimension in own.items():
        embedding[token] = 0
        embedding[token, dimension] = 1
    gate = np.zeros((2 * width, width), dtype=np.float16)
    down = np.zeros((width, 2 * width), dtype=np.float16)
    for token, follower in pairwise(chain):
        gate[own[token], own[token]] = 1
        down[own[follower], own[token]] = 1
    random = np.random.default_rng(20240305)

    def noise(rows: int) -> np.ndarray:
        return random.normal(0, 0.02, (rows, width)).astype(np.float16)

    key_width = width // _HEADS * _HEADS_KV
    ones = np.ones(width, dtype=np.float32)
    return {
        "token_embd.weight": embedding,
        "output_norm.weight": ones,
        "blk.0.attn_norm.weight": ones,
        "blk.0.attn_q.weight": noise(width),
        "blk.0.attn_k.weight": noise(key_width),
        "blk.0.attn_v.weight": noise(key_width),
        "blk.0.attn_output.weight": np.zeros((width, width), dtype=np.float16),
        "blk.0.ffn_norm.weight": ones,
        "blk.0.ffn_gate.weight": gate,
        "blk.0.ffn_up.weight": gate,
        "blk.0.ffn_down.weight": down,
    }


def _described(path: Path, name: str, context: int, tokens: int, width: int) -> GGUFWriter:
    from gguf import GGUFWriter, LlamaFileType

    writer = GGUFWriter(str(path), "llama")
    writer.add_name(name)
    writer.add_type("model")
    writer.add_file_type(LlamaFileType.MOSTLY_F16)
    writer.add_context_length(context)
    writer.add_embedding_length(width)
    writer.add_block_count(1)
    writer.add_feed_forward_length(2 * width)
    writer.add_head_count(_HEADS)
    writer.add_head_count_kv(_HEADS_KV)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_dimension_count(width // _HEADS)
    writer.add_vocab_size(tokens)
    return writer


def pieces(answer: str, by_bytes: str = "") -> list[str | int]:
    """``answer`` cut into words and characters, each only once: one that returns is joined with what follows. Bytes are numbers."""
    found: list[str | int] = []
    held = ""
    for part in re.findall(r"<[^>]*>|\[/?THINK\]| ?\[\d+\]| ?[A-Za-z]+| ?\d+|\n|.", answer, re.DOTALL):
        held += part
        if held == by_bytes and not set(held.encode()) & set(found):
            found.extend(held.encode())
        elif held in found or held == "\n":
            continue
        else:
            found.append(held)
        held = ""
    if held:
        last = found.pop()
        assert isinstance(last, str), "the answer ends in a character cut into bytes"
        found.append(last + held)
    return found


def _ordinary() -> list[str]:
    """Normal tokens: the space sign, printable ASCII, pairs of small letters, everyday Chinese characters and punctuation."""
    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    chinese = bytes(byte for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF) for byte in (high, low))
    return [
        "\u2581",
        *(chr(code) for code in range(0x21, 0x7F)),
        *(a + b for a in letters for b in letters),
        *"，。、；：？！（）《》“”‘’【】—…　·",
        *chinese.decode("gb2312", "ignore"),
    ]


def quantise(source: Path, target: Path, kind: str) -> Path:
    """Quantise with llama.cpp's own quantiser."""
    import llama_cpp

    parameters = llama_cpp.llama_model_quantize_default_params()
    parameters.ftype = {"Q8_0": llama_cpp.LLAMA_FTYPE_MOSTLY_Q8_0, "Q4_K_M": llama_cpp.LLAMA_FTYPE_MOSTLY_Q4_K_M}[kind]
    parameters.nthread = 1
    result = llama_cpp.llama_model_quantize(str(source).encode(), str(target).encode(), parameters)
    assert result == 0, f"llama.cpp could not quantise to {kind}"
    return target


if __name__ == "__main__":
    if sys.argv[1] == "write":
        write(Path(sys.argv[2]), *sys.argv[3:4])
    else:
        quantise(Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4])

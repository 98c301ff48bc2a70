# SPDX-License-Identifier: Apache-2.0
"""Small checkers in all their forms: transformers folders of random weights, and ONNX graphs that know a few words.

No published checker can be had here. The graphs are written byte by byte (onnx.proto, ModelProto of opset 13), as a table: each token has
its scores, a sentence their mean; so a test decides what the checker thinks of which word.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path

import numpy as np
import tiny_embedders

LONGEST = 128


def folder(path: Path, *, tokens: bool) -> Path:
    """A checker of random weights as transformers stores it: BERT, two labels."""
    from transformers import BertForSequenceClassification, BertForTokenClassification

    tokenizer = tiny_embedders._word_pieces()
    config = tiny_embedders._bert_config(len(tokenizer), initializer_range=0.3, num_labels=2)
    kind = BertForTokenClassification if tokens else BertForSequenceClassification
    return tiny_embedders._saved(path, kind(tiny_embedders._seeded(config)), tokenizer)


def graph_folder(path: Path, *, tokens: bool, doubted: Collection[str]) -> Path:
    """A checker as ONNX that finds the words in ``doubted`` made up, and a sentence if it has many of them."""
    tokenizer = tiny_embedders._word_pieces()
    path.mkdir(parents=True)
    tokenizer.save_pretrained(str(path))
    scores = np.tile(np.array([4.0, -4.0] if tokens else [-4.0, 4.0], np.float32), (len(tokenizer), 1))
    for word in doubted:
        ids = tokenizer.encode(word, add_special_tokens=False)
        scores[ids] = [-200.0, 200.0] if tokens else [200.0, -200.0]
    kind = "BertForTokenClassification" if tokens else "BertForSequenceClassification"
    labels = {"0": "supported", "1": "hallucinated"} if tokens else {"0": "unsupported", "1": "supported"}
    config = {"architectures": [kind], "id2label": labels, "max_position_embeddings": LONGEST}
    (path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (path / "onnx").mkdir()
    (path / "onnx" / "model.onnx").write_bytes(table_graph(scores, tokens=tokens))
    return path


def table_graph(scores: np.ndarray, *, tokens: bool) -> bytes:
    """An ONNX file that looks up the row of each token in ``scores``, float32 or float16; not ``tokens``: their mean."""
    kind = 10 if scores.dtype == np.float16 else 1  # TensorProto: FLOAT16, FLOAT
    table = (
        b"".join(_number(1, size) for size in scores.shape) + _number(2, kind) + _text(8, "table") + _bytes(9, scores.tobytes())
    )
    gather = _text(1, "table") + _text(1, "input_ids") + _text(2, "rows" if not tokens else "logits") + _text(4, "Gather")
    nodes = _bytes(1, gather)
    if not tokens:
        axes = _text(1, "axes") + _number(8, 1) + _number(20, 7)  # AttributeProto: ints, type INTS
        keep = _text(1, "keepdims") + _number(3, 0) + _number(20, 2)
        mean = _text(1, "rows") + _text(2, "logits") + _text(4, "ReduceMean") + _bytes(5, axes) + _bytes(5, keep)
        nodes += _bytes(1, mean)
    given, told = _value("input_ids", 7, 2), _value("logits", kind, 3 if tokens else 2)
    graph = nodes + _text(2, "checker") + _bytes(5, table) + _bytes(11, given) + _bytes(12, told)
    return _number(1, 8) + _bytes(7, graph) + _bytes(8, _text(1, "") + _number(2, 13))


def _value(name: str, kind: int, sides: int) -> bytes:
    shape = b"".join(_bytes(1, _text(2, f"side{side}")) for side in range(sides))
    return _text(1, name) + _bytes(2, _bytes(1, _number(1, kind) + _bytes(2, shape)))


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _text(field: int, value: str) -> bytes:
    return _bytes(field, value.encode())


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes(found) + bytes([value])

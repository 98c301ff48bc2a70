# SPDX-License-Identifier: Apache-2.0
"""A sentence-transformers model as one torch module, ready to be traced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_INPUTS = ("input_ids", "attention_mask", "token_type_ids")


@dataclass(frozen=True, slots=True)
class Traced:
    """``module`` maps ``inputs`` (64-bit integers, texts x tokens, in this order) to vectors of length one, or for pairs to one
    score each; ``example`` are inputs to trace it with. ``longest`` includes special tokens. ``prompt_lengths``: leading tokens
    of a query and of a document that the pooling leaves out; where there are any, "pooling_mask" is the last of the inputs."""

    module: Any
    example: Mapping[str, Any]
    tokenizer: str
    pad_id: int
    pads_left: bool
    longest: int
    prompts: Mapping[str, str] = field(default_factory=dict)
    prompt_lengths: Mapping[str, int] = field(default_factory=dict)

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the module's arguments, in order."""
        return tuple(self.example)


def example_of(first: Any, samples: Sequence[Any]) -> dict[str, Any]:
    """What the ``first`` module of a model makes of ``samples``, on the CPU. Raises ``ValueError`` when it reads no plain
    tokens."""
    if getattr(getattr(first, "tokenizer", None), "backend_tokenizer", None) is None:
        raise ValueError(f"{type(first).__name__} reads no plain tokens")
    features = first.preprocess(samples)
    return {name: features[name].cpu() for name in _INPUTS if name in features}


def how_to_read(tokenizer: Any) -> dict[str, Any]:
    """The fields of ``Traced`` that the tokenizer decides."""
    return {
        "tokenizer": tokenizer.backend_tokenizer.to_str(),
        "pad_id": int(tokenizer.pad_token_id or 0),
        "pads_left": tokenizer.padding_side == "left",
    }

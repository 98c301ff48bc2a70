# SPDX-License-Identifier: Apache-2.0
"""Memory that a GGUF needs, the context that fits, and whether it does.

Pure functions of numbers handed in.

    needed = weights + KV cache + compute buffer + the library itself

- Weights: the file's size. They are mapped, not copied, but every page is touched for every token, so a file that does not stay
  in memory is read from disk again for each token: unusable. Hence the whole file counts.
- KV cache, f16: context x sum over layers of (key/value heads x (key length + value length)) x 2 bytes.
- Compute buffer: dominated by the logits of one batch of 512 tokens, batch x vocabulary x 4 bytes, plus some activations. With
  flash attention, which llama.cpp chooses by itself on CPU, no context x batch matrix is kept.

Checked against what llama.cpp 0.3.36's library logs (MiB, formula in brackets): tiny-reader (6 layers, 4 heads of 64, vocabulary
6,272) at 2,048 tokens: KV 12.00 (12.00), compute 13.25 (13.8); a model of 12 layers, 4 key/value heads of 128, width 1,536, vocabulary
32,000 at 8,192 tokens: KV 192 (192), compute 68.5 (71.5). Repacked weights (139 of the latter's 208) are a second copy, but the mapped
original of what was repacked is not touched again and its pages are the first to go: resident 609 right after loading, 535 needed.
The one sum is used for the list of models, for the warning before
loading and for the context that is asked for, so that they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Sequence

from desktop_app.modelfiles.gguf import GgufHeader

CONTEXTS = (8192, 4096, 2048)
"""Tokens, best first. 8,192 holds eight passages of a page and a long answer; more costs memory and prompt time on an office PC."""

BATCH = 512
"""Prompt tokens evaluated at once."""

EMBEDDING_WIDTH = 1024
"""Tokens of the longest text an embedding model is asked to read at once; passages have at most 400."""

_LIBRARY = 60 << 20  # bytes: Python, llama.cpp's code, its vocabulary maps
_EMBEDDING_LIBRARY = 100 << 20  # bytes: the same, with the buffers that do not grow with the batch
_RESERVE = 500 << 20  # bytes that must stay free, so that the desktop does not start swapping when the model is loaded
_KEPT_SHARE = 0.9  # of all memory; the system itself needs the rest


def kv_cache_bytes(header: GgufHeader, context: int) -> int:
    """Bytes of an f16 cache for ``context`` tokens."""
    heads = sum(header.heads_kv)
    return context * heads * (header.key_length + header.value_length) * 2


def compute_bytes(header: GgufHeader) -> int:
    """Bytes of llama.cpp's scratch memory for one batch."""
    return BATCH * (header.vocabulary + 3 * header.embedding) * 4


def memory_needed(header: GgufHeader, context: int) -> int:
    """Bytes the model process will need with ``context`` tokens."""
    return header.size + kv_cache_bytes(header, context) + compute_bytes(header) + _LIBRARY


def embedding_width(header: GgufHeader) -> int:
    """Tokens of the longest text that an embedding model is given."""
    return min(header.context or EMBEDDING_WIDTH, EMBEDDING_WIDTH)


def embedding_memory(header: GgufHeader) -> int:
    """Bytes the process of an embedding model will need. No logits are computed; only a decoder has a cache. Resident with the light
    model as f16 after a full batch: 158 MiB, this sum 169."""
    width = max(embedding_width(header), BATCH)
    cache = kv_cache_bytes(header, width) if header.causal else 0
    return header.size + cache + width * header.embedding * 128 + _EMBEDDING_LIBRARY


def usable_contexts(trained: int, contexts: Sequence[int] = CONTEXTS) -> tuple[int, ...]:
    """The contexts worth trying, largest first, none beyond what the model was trained for (0: not known)."""
    if trained <= 0:
        return tuple(contexts)
    below = tuple(context for context in contexts if context < trained)
    return below if trained > max(contexts) else (trained, *below)


def choose_context(header: GgufHeader, available: int) -> int:
    """The largest context whose memory fits into ``available`` bytes; the smallest one when none does."""
    contexts = usable_contexts(header.context)
    for context in contexts:
        if memory_needed(header, context) + _RESERVE <= available:
            return context
    return contexts[-1]


def fits(header: GgufHeader, context: int, *, available: int, total: int) -> str:
    """ "yes", "tight" (more than is free now, less than the machine has) or "no"; ``available`` and ``total`` in bytes."""
    return verdict(memory_needed(header, context), available=available, total=total)


def verdict(needed: int, *, available: int, total: int) -> str:
    """As ``fits``, for a need in bytes."""
    if needed + _RESERVE <= available:
        return "yes"
    return "tight" if needed <= total * _KEPT_SHARE else "no"

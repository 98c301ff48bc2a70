# SPDX-License-Identifier: Apache-2.0
"""Whether a GGUF is a model that writes, by its header.

What else comes in that form is recognised by name. Vision models come with a projector, adapters and vocabularies are beside the
models they belong to, pictures, speech and drafts are made by models of their own. llama.cpp loads some of them and writes
rubbish, and of the others says only that loading failed.
"""

from __future__ import annotations

from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.modelfiles.embedding_gguf import is_embedder
from desktop_app.modelfiles.gguf import GgufHeader

_ENCODERS = frozenset({"t5"})  # with a decoder that answers in a form of its own
_OTHER_KINDS = frozenset(
    {
        *(
            "flux",
            "sd1",
            "sdxl",
            "sd3",
            "aura",
            "hidream",
            "lumina2",
            "qwen_image",
            "cosmos",
            "hyvid",
            "ltxv",
            "wan",
        ),  # pictures
        *("whisper", "wavtokenizer-dec"),  # speech
        *("eagle", "eagle3", "medusa"),  # drafts for a larger model
        *("dream", "llada", "llada-moe", "rnd1"),  # write all words at once, in many rounds
    }
)


def check_writes(header: GgufHeader) -> None:
    """Raises ``EnvironmentProblem``: gguf_projector, gguf_adapter, gguf_no_weights, llm_is_embedding, llm_is_encoder,
    gguf_other_kind, gguf_no_tokenizer, gguf_damaged."""
    kind = _kind(header)
    if kind == "gguf_other_kind":
        raise EnvironmentProblem(kind, path=header.path, architecture=header.architecture or header.role)
    if kind:
        raise EnvironmentProblem(kind, path=header.path)


def _kind(header: GgufHeader) -> str:
    if header.role == "mmproj" or header.architecture == "clip":
        return "gguf_projector"
    if header.role == "adapter" or header.architecture == "controlvector":
        return "gguf_adapter"
    if header.role != "model" or header.architecture in _OTHER_KINDS:
        return "gguf_no_weights" if header.role == "vocab" else "gguf_other_kind"
    if not header.tensors:
        return "gguf_no_weights"
    if is_embedder(header):
        return "llm_is_embedding"
    if header.architecture in _ENCODERS:
        return "llm_is_encoder"
    if not header.tokenizer or not header.vocabulary:
        return "gguf_no_tokenizer"
    return "" if header.blocks and header.embedding else "gguf_damaged"

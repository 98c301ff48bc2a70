# SPDX-License-Identifier: Apache-2.0
"""An embedding folder as a chain of sentence-transformers modules.

Every torch-based backend loads it.

    transformer -> pooling -> (dense) -> (cut) -> normalise

A folder with ``modules.json`` gives its own chain; a bare checkpoint gets a transformer and the pooling that ``EmbeddingFolder``
names. The Matryoshka cut and the normalisation are always modules of the chain, the last ones, so that whoever converts the chain
into another form has the whole of it. Only safetensors are read and code of the folder is never run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.modelfiles.embedding_folder import EmbeddingFolder

if TYPE_CHECKING:
    from torch import nn


def load_chain(found: EmbeddingFolder, dtype: str = "float32") -> list[nn.Module]:
    """The modules, on the CPU, in evaluation mode. ``dtype``: torch's name for what the weights are computed in; many newer folders
    store bfloat16, which is slower than float32 by ten times on a CPU without units for it.

    Raises ``EnvironmentProblem`` embedding_vocabulary or embedding_remote_code; and whatever the libraries raise.
    """
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer

    found.check_vocabulary()
    safely: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
    weights = {"use_safetensors": True, "dtype": dtype}
    try:
        if found.pooling:
            transformer = Transformer(
                str(found.path), model_kwargs={**safely, **weights}, processor_kwargs=safely, config_kwargs=safely
            )
            modules: list[nn.Module] = [transformer, Pooling(transformer.get_embedding_dimension(), found.pooling)]
        else:
            loaded = SentenceTransformer(str(found.path), device="cpu", model_kwargs=weights, **safely)
            modules = list(loaded)
    except ValueError as error:
        if "trust_remote_code" in str(error):
            raise EnvironmentProblem("embedding_remote_code", path=found.path) from error
        raise
    for module in modules:
        if isinstance(module, Transformer):
            module.max_seq_length = found.max_tokens
        if isinstance(module, Pooling):
            module.include_prompt = module.include_prompt and found.include_prompt
    while isinstance(modules[-1], Normalize):
        modules.pop()
    if found.dimension < found.full_dimension:
        modules.append(_cut(found.dimension))
    modules.append(Normalize())
    return [module.eval() for module in modules]


def _cut(dimension: int) -> nn.Module:
    """Keeps the first numbers of each vector."""
    import torch

    class Cut(torch.nn.Module):  # type: ignore[misc]
        def forward(self, features: dict[str, Any]) -> dict[str, Any]:
            features["sentence_embedding"] = features["sentence_embedding"][..., :dimension]
            return features

    return Cut()

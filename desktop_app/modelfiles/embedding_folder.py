# SPDX-License-Identifier: Apache-2.0
"""Inspects the folder of an embedding model by its small files.

No weights are loaded, no code of it is ever run.

    modules.json                           the chain: transformer, pooling, perhaps a dense layer and a normaliser, each with its folder;
                                           a folder without it is a bare transformers checkpoint (``bare_checkpoint``)
    config.json                            the transformer: architecture, hidden size, longest position
    sentence_bert_config.json              max_seq_length in tokens
    config_sentence_transformers.json      prompts, and ``truncate_dim`` where the folder itself asks for shorter vectors
    1_Pooling/config.json                  how token vectors become one vector
    README.md                              the model card: its heading names the family, its training the Matryoshka dimensions

Only safetensors are used: a pickle (``pytorch_model.bin``) runs code when it is opened. Modules of the folder's own
("custom_st.Transformer") and architectures that only the folder's own code knows (``auto_map``) are code too, and refused by name.

**Shorter vectors.** A Matryoshka model's vector may be cut: the first numbers are a good shorter vector. Who chooses the model
may say how many (``cut``), else the folder may, else only vectors of a Matryoshka model longer than 1,024 are cut, to 1,024: the
index of 100,000 passages then needs 0.4 GB of memory instead of 1.6 at 4,096, for about a hundredth of retrieval quality by the
models' own tables.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.modelfiles import bare_checkpoint, card_metadata
from desktop_app.modelfiles.families import Family, recognise
from desktop_app.modelfiles.folder_weights import onnx_alone, read_weights, token_rows
from desktop_app.modelfiles.json_files import number, read_object
from desktop_app.modelfiles.module_chain import dimension_of, kind_of_module, needs_code, read_chain
from desktop_app.modelfiles.vocabulary import languages_of, tokenizer_vocabulary

_DEFAULT_TOKENS = 512
_LONGEST = 8192
_LONG_VECTOR = 1024
_HASHED = 1 << 20
TOKENIZERS = ("tokenizer.json", "vocab.txt", "sentencepiece.bpe.model")
"""Files of which a tokenizer can be made (``embedding.tokens.folder_tokenizer``)."""
# Positions are learned one by one: past the last one the model does not shorten but fails. The RoBERTa kin count from the padding token on.
_ABSOLUTE = frozenset({"bert", "distilbert", "albert", "electra", "ernie", "deberta"})
_ABSOLUTE_PADDED = frozenset({"roberta", "xlm-roberta", "camembert", "mpnet", "xlm-roberta-xl"})
_QUERY = ("query", "search_query", "retrieval.query", "s2p_query")
_DOCUMENT = ("document", "passage", "corpus", "search_document", "retrieval.passage")


@dataclass(frozen=True, slots=True)
class EmbeddingFolder:
    """``max_tokens`` includes special tokens. ``prompts`` holds the prefix for "query" and for "document", "" for none.

    ``pooling`` is set for a bare checkpoint only ("mean", "cls", "lasttoken"): no chain says it. ``include_prompt``: whether the
    prompt's tokens count in the mean. ``dimension`` is what comes out at the end, ``full_dimension`` before the cut.
    ``transformer`` is the folder of configuration and tokenizer. ``notes`` are codes of remarks for the user. Sizes in bytes.
    ``known_as``: the fingerprint of the same model in another form, whose vectors these are, "" for none.
    """

    path: Path
    name: str
    architecture: str
    transformer: Path
    pooling: str
    include_prompt: bool
    max_tokens: int
    full_dimension: int
    dimension: int
    prompts: dict[str, str]
    notes: tuple[str, ...]
    parameters: int
    size: int
    token_rows: int
    known_as: str = ""

    @property
    def languages(self) -> tuple[str, ...]:
        """Reads the vocabulary, some megabytes."""
        return languages_of(tokenizer_vocabulary(self.transformer))

    @property
    def fingerprint(self) -> str:
        """Names what the vectors depend on: configurations, prompts, pooling, the cut, and size, head and tail of each weights
        file, also those of layers in folders below. Not the place."""
        if self.known_as:
            return self.known_as
        path = self.path
        digest = hashlib.blake2b(digest_size=12)
        for name in ("config.json", "tokenizer.json", "vocab.txt", "modules.json", "sentence_bert_config.json"):
            file = path / name  # a sentencepiece.bpe.model has the same words as the weights have rows
            digest.update(name.encode() + (file.read_bytes() if file.is_file() else b"-"))
        made = [self.prompts, self.pooling, self.include_prompt, self.dimension]
        digest.update(json.dumps(made, sort_keys=True).encode())
        for file in sorted(path.glob("*/*.json")):
            digest.update(file.relative_to(path).as_posix().encode() + file.read_bytes())
        weights = [*path.glob("*.safetensors"), *path.glob("*/*.safetensors"), *onnx_alone(self.transformer)]
        for file in sorted(weights):
            size = file.stat().st_size
            with file.open("rb") as stream:
                digest.update(f"{file.relative_to(path).as_posix()}:{size}:".encode() + stream.read(_HASHED))
                stream.seek(max(0, size - _HASHED))
                digest.update(stream.read(_HASHED))
        return digest.hexdigest()

    def check_vocabulary(self) -> None:
        """Raises ``EnvironmentProblem("embedding_vocabulary")`` when the tokenizer has tokens that the weights have no vector
        for: the files of two models were mixed. Reads the vocabulary."""
        tokens = max(tokenizer_vocabulary(self.transformer).values(), default=-1) + 1
        if self.token_rows and tokens > self.token_rows:
            raise EnvironmentProblem("embedding_vocabulary", path=self.path, tokens=tokens, rows=self.token_rows)


def is_embedding_folder(names: set[str]) -> bool:
    """Whether a folder with these names may be an embedding model: a chain, or a bare checkpoint with its tokenizer."""
    return "modules.json" in names or ("config.json" in names and bool(names & set(TOKENIZERS)))


def model_name(path: Path) -> str:
    """Its usual name: the folder's name, or the model's where the Hugging Face cache keeps a commit
    (``models--owner--name/snapshots/<commit>``)."""
    path = path.absolute()
    owner = path.parent.parent.name
    if path.parent.name == "snapshots" and owner.startswith("models--"):
        return owner.rsplit("--", 1)[-1]
    return path.name


def inspect(path: Path, cut: int = 0) -> EmbeddingFolder:
    """Look at a folder; ``cut``: how many numbers of each vector to keep, 0 for the model's own choice.

    Raises ``EnvironmentProblem``: embedding_missing, embedding_not_a_model, embedding_pickled, embedding_remote_code,
    embedding_unsupported, embedding_is_llm, embedding_truncated, embedding_no_tokenizer, embedding_no_dimension, embedding_cut.
    """
    if not path.is_dir():
        raise EnvironmentProblem("embedding_missing", path=path)
    chain = read_chain(path)
    folders = [path / str(module.get("path", "")) for module in chain] or [path]
    transformer = folders[0]
    static = bool(chain) and kind_of_module(chain[0]) == "StaticEmbedding"
    config = _usable_config(path, transformer, static=static)
    card = card_metadata.read_card(path)
    family = recognise(model_name(path), *card_metadata.names_in(card), str(config.get("_name_or_path", "")))
    pooling = "" if chain else bare_checkpoint.pooling(path, config, family)
    dense = [folder for folder, module in zip(folders, chain, strict=False) if kind_of_module(module) == "Dense"]
    headers = read_weights(path, [transformer, *dense])
    if not any((transformer / name).is_file() for name in TOKENIZERS):
        raise EnvironmentProblem("embedding_no_tokenizer", path=path)
    full = dimension_of(folders, chain, config, headers)
    if not full:
        raise EnvironmentProblem("embedding_no_dimension", path=path)
    own = read_object(path / "config_sentence_transformers.json")
    matryoshka = bool(family and family.matryoshka) or card_metadata.is_matryoshka(config, card)
    dimension = shortened(path, full, cut or number(own, "truncate_dim"), matryoshka=matryoshka)
    prompts, by_family = _prompts(own, family)
    notes = [*_pooling_notes(pooling, family), *(["family_prompts"] if by_family else [])]
    return EmbeddingFolder(
        path=path,
        name=model_name(path),
        architecture=str(config.get("model_type", "static" if static else "")),
        transformer=transformer,
        pooling=pooling,
        include_prompt=family.include_prompt if family else True,
        max_tokens=longest_text(transformer, config),
        full_dimension=full,
        dimension=dimension,
        prompts=prompts,
        notes=(*notes, *cut_notes(full, dimension, matryoshka=matryoshka)),
        parameters=sum(header.parameters for header in headers),
        size=sum(header.size for header in headers) + sum(file.stat().st_size for file in onnx_alone(transformer)),
        token_rows=token_rows(headers, config),
    )


def _usable_config(path: Path, transformer: Path, *, static: bool) -> dict[str, Any]:
    """The transformer's configuration, after the checks that can refuse the folder by it; a static model has none."""
    config = read_object(transformer / "config.json")
    if not config and not static:
        raise EnvironmentProblem("embedding_not_a_model", path=path)
    if (transformer / "adapter_config.json").is_file():
        raise EnvironmentProblem("embedding_unsupported", path=path, detail="adapter_config.json")
    if needs_code(config):
        raise EnvironmentProblem("embedding_remote_code", path=path)
    return config


def _pooling_notes(pooling: str, family: Family | None) -> list[str]:
    """Where the pooling of a bare checkpoint was taken from."""
    if not pooling:
        return []
    return ["family_pooling" if family and family.pooling != "mean" else "mean_pooling"]


def shortened(path: object, full: int, asked: int, *, matryoshka: bool) -> int:
    """How many numbers of a vector of ``full`` are kept. Raises ``EnvironmentProblem("embedding_cut")`` when more are ``asked``
    for."""
    if asked > full:
        raise EnvironmentProblem("embedding_cut", path=path, dimension=full, asked=asked)
    return asked or (min(full, _LONG_VECTOR) if matryoshka else full)


def cut_notes(full: int, dimension: int, *, matryoshka: bool) -> list[str]:
    """The note for a vector that is cut; none for a whole one."""
    if dimension == full:
        return []
    return ["dimension_cut" if matryoshka else "dimension_cut_untrained"]


def longest_text(folder: Path, config: dict[str, Any]) -> int:
    """Tokens of a text that the transformer in ``folder`` reads, special ones included."""
    chains = [read_object(file) for file in sorted(folder.glob("sentence_*_config.json"))]
    stated = max((number(own, "max_seq_length") for own in chains), default=0)
    positions = number(config, "max_position_embeddings", "n_positions")
    kind = config.get("model_type")
    if kind in _ABSOLUTE_PADDED and positions:
        positions -= number(config, "pad_token_id") + 1
    if stated:
        limits = [stated, positions if kind in _ABSOLUTE | _ABSOLUTE_PADDED else 0]
    else:
        limits = [number(read_object(folder / "tokenizer_config.json"), "model_max_length"), positions]
    known = [limit for limit in limits if limit > 0]
    return min(*known, _LONGEST) if known else _DEFAULT_TOKENS


def _prompts(own: dict[str, Any], family: Family | None) -> tuple[dict[str, str], bool]:
    """The prefixes, and whether they come from the family's table. The folder's own come first, under the names that are in use,
    else its default one; sentence-transformers writes empty ones into folders that have none."""
    stored = own.get("prompts")
    prompts = {str(name): str(text) for name, text in stored.items() if text} if isinstance(stored, dict) else {}
    default = prompts.get(str(own.get("default_prompt_name") or ""), "")
    query = next((prompts[name] for name in _QUERY if name in prompts), default)
    document = next((prompts[name] for name in _DOCUMENT if name in prompts), default)
    if not query and not document and family and (family.query or family.document):
        return {"query": family.query, "document": family.document}, True
    return {"query": query, "document": document}, False

"""What an embedding folder says about itself, read from its small files; no weights are loaded and no code of it is ever run."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop_app.foundation.errors import EnvironmentProblem

_DEFAULT_TOKENS = 512
_LONGEST = 8192
_HASHED = 1 << 20


@dataclass(frozen=True, slots=True)
class EmbeddingFolder:
    """``max_tokens`` includes special tokens; ``prompts`` holds the model's own prefix for "query" and for "document", "" for none."""

    path: Path
    max_tokens: int
    prompts: dict[str, str]
    languages: tuple[str, ...]
    fingerprint: str


def inspect(path: Path) -> EmbeddingFolder:
    """Raises ``EnvironmentProblem``: embedding_missing, embedding_pickled, embedding_not_a_model, embedding_remote_code."""
    if not path.is_dir():
        raise EnvironmentProblem("embedding_missing", path=path)
    config = _json(path / "config.json")
    if not config:
        raise EnvironmentProblem("embedding_not_a_model", path=path)
    if _brings_code(path):
        raise EnvironmentProblem("embedding_remote_code", path=path)
    if not any(path.glob("*.safetensors")):
        pickled = any(path.glob("*.bin")) or any(path.glob("*.pt")) or any(path.glob("*.ckpt"))
        raise EnvironmentProblem("embedding_pickled" if pickled else "embedding_not_a_model", path=path)
    if not (path / "tokenizer.json").is_file():
        raise EnvironmentProblem("embedding_not_a_model", path=path)
    return EmbeddingFolder(
        path=path,
        max_tokens=_max_tokens(path, config),
        prompts=_prompts(path),
        languages=languages(path),
        fingerprint=_fingerprint(path),
    )


def languages(path: Path) -> tuple[str, ...]:
    """The languages a model understands, by its vocabulary: ("*",) for a multilingual one.

    Counting unknown tokens would not do: an English vocabulary holds single letters of many scripts, so nothing is "unknown" and
    nothing is understood. Whole words, or thousands of Han characters, only stand in a vocabulary that was trained on them.
    """
    vocabulary = _vocabulary(path)
    if len(vocabulary) > 60_000:
        return ("*",)
    han = sum(1 for token in vocabulary if re.search(r"[\u4e00-\u9fff]", token))
    latin = sum(1 for token in vocabulary if re.fullmatch(r"[▁Ġ]?[a-zA-Z]{4,}", token))
    found = [*(["zh"] if han > 3_000 else []), *(["en"] if latin > 5_000 else [])]
    return tuple(found)


def _vocabulary(path: Path) -> list[str]:
    model = _json(path / "tokenizer.json").get("model") or {}
    vocabulary = model.get("vocab") or {}
    # WordPiece and BPE: a dict token -> id; Unigram: a list of [token, score].
    return list(vocabulary) if isinstance(vocabulary, dict) else [str(entry[0]) for entry in vocabulary]


def _max_tokens(path: Path, config: dict[str, Any]) -> int:
    for value in (
        _json(path / "sentence_bert_config.json").get("max_seq_length"),
        _json(path / "tokenizer_config.json").get("model_max_length"),
        config.get("max_position_embeddings"),
    ):
        if isinstance(value, int) and 0 < value <= _LONGEST:
            return value
    return _DEFAULT_TOKENS


def _brings_code(path: Path) -> bool:
    """Whether a module of the chain is a class of the model's own folder ("custom_st.Transformer")."""
    try:
        modules = json.loads((path / "modules.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    kinds = [str(module.get("type", "")) for module in modules if isinstance(module, dict)] if isinstance(modules, list) else []
    return any(not kind.startswith("sentence_transformers.") for kind in kinds)


def _prompts(path: Path) -> dict[str, str]:
    """The prefixes, under the names that sentence-transformers looks for, else the model's default one."""
    config = _json(path / "config_sentence_transformers.json")
    told = config.get("prompts")
    prompts = {name: str(text) for name, text in told.items() if text} if isinstance(told, dict) else {}
    default = prompts.get(config.get("default_prompt_name") or "", "")
    document = (prompts[name] for name in ("document", "passage", "corpus") if name in prompts)
    return {"query": prompts.get("query", default), "document": next(document, default)}


def _fingerprint(path: Path) -> str:
    """Names what the vectors depend on: the configurations and prompts, and size, head and tail of each weights file, also those of
    layers in folders below."""
    digest = hashlib.blake2b(digest_size=12)
    for name in ("config.json", "tokenizer.json", "modules.json", "sentence_bert_config.json"):
        file = path / name
        digest.update(name.encode() + (file.read_bytes() if file.is_file() else b"-"))
    digest.update(json.dumps(_prompts(path)).encode())
    for file in sorted(path.glob("*/config.json")):
        digest.update(file.relative_to(path).as_posix().encode() + file.read_bytes())
    for file in sorted([*path.glob("*.safetensors"), *path.glob("*/*.safetensors")]):
        size = file.stat().st_size
        with file.open("rb") as stream:
            digest.update(f"{file.relative_to(path).as_posix()}:{size}:".encode() + stream.read(_HASHED))
            stream.seek(max(0, size - _HASHED))
            digest.update(stream.read(_HASHED))
    return digest.hexdigest()


def _json(file: Path) -> dict[str, Any]:
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}

# SPDX-License-Identifier: Apache-2.0
"""The tokenizer of a model folder as JSON, as transformers would make it.

    tokenizer.json             taken as it is; of BERT's kind, what ``tokenizer_config.json`` says of lower case, accents and Chinese
                               characters goes before the file's own, as transformers has it
    vocab.txt                  BERT's vocabulary, a token a line
    sentencepiece.bpe.model    XLM-RoBERTa's, whose numbers begin with <s>, <pad>, </s>, <unk>

Only this form is kept and read by ``tokenizers``; transformers is not needed for it.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop_app.embedding.tokens.sentencepiece_tokens import END, PAD, START, UNKNOWN, pieces_of
from desktop_app.modelfiles.json_files import number, read_object

_SENTENCEPIECE = "sentencepiece.bpe.model"
# Classes that leave tokenizer.json as it is; every other one of BERT's kind puts its own normalizer in.
_PLAIN = ("PreTrainedTokenizerFast", "TokenizersBackend")


@dataclass(frozen=True, slots=True)
class FolderTokenizer:
    """``content``: what ``tokenizers`` reads; ``pad_id``: the number of the token that fills up."""

    content: str
    pad_id: int


def read_tokenizer(folder: Path) -> FolderTokenizer:
    """The tokenizer of the model in ``folder``. Raises ``ValueError`` for a folder without one, ``OSError`` and ``RuntimeError``."""
    config = read_object(folder / "tokenizer_config.json")
    content = read_object(folder / "tokenizer.json")
    if content:
        _as_configured(content, config)
    elif (folder / "vocab.txt").is_file():
        content = _word_pieces(folder / "vocab.txt", config)
    elif (folder / _SENTENCEPIECE).is_file():
        content = _xlm_roberta(folder / _SENTENCEPIECE)
    else:
        raise ValueError("no tokenizer")
    if read_object(folder / "sentence_bert_config.json").get("do_lower_case") is True:
        _in_lower_case(content)
    return FolderTokenizer(json.dumps(content, ensure_ascii=False), _pad_id(folder, content, config))


def _as_configured(content: dict[str, Any], config: dict[str, Any]) -> None:
    normalizer = content.get("normalizer")
    if not isinstance(normalizer, dict) or normalizer.get("type") != "BertNormalizer":
        return
    if not config or config.get("tokenizer_class") in _PLAIN:
        return
    normalizer["lowercase"] = config.get("do_lower_case", True)
    normalizer["strip_accents"] = config.get("strip_accents")
    normalizer["handle_chinese_chars"] = config.get("tokenize_chinese_chars", True)


def _in_lower_case(content: dict[str, Any]) -> None:
    """As sentence-transformers does it for a folder that asks for it beside its tokenizer."""
    normalizer = content.get("normalizer")
    if not isinstance(normalizer, dict):
        content["normalizer"] = {"type": "Lowercase"}
    elif normalizer.get("lowercase") is not True:
        content["normalizer"] = {"type": "Sequence", "normalizers": [{"type": "Lowercase"}, normalizer]}


def _word_pieces(file: Path, config: dict[str, Any]) -> dict[str, Any]:
    lines = file.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    vocabulary = {token.rstrip("\r"): place for place, token in enumerate(lines)}
    kept = {name: _text(config.get(f"{name}_token")) or f"[{name.upper()}]" for name in ("pad", "unk", "cls", "sep", "mask")}
    first, last = kept["cls"], kept["sep"]
    if first not in vocabulary or last not in vocabulary:
        raise ValueError(f"{file.name} lacks {first} or {last}")
    return {
        "version": "1.0",
        "added_tokens": _added([token for token in kept.values() if token in vocabulary], vocabulary),
        "normalizer": {
            "type": "BertNormalizer",
            "clean_text": True,
            "handle_chinese_chars": config.get("tokenize_chinese_chars", True),
            "strip_accents": config.get("strip_accents"),
            "lowercase": config.get("do_lower_case", True),
        },
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": _template([first, "A", last], [first, "A", last, "B", last], vocabulary, types=True),
        "model": {
            "type": "WordPiece",
            "unk_token": kept["unk"],
            "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100,
            "vocab": vocabulary,
        },
    }


def _xlm_roberta(file: Path) -> dict[str, Any]:
    """SentencePiece has <unk>, <s> and </s> for its first pieces; the model counts them and <pad> its own way, and <mask> last."""
    stored = pieces_of(file)
    first = {START: "<s>", PAD: "<pad>", END: "</s>", UNKNOWN: "<unk>"}
    pieces = [*((first[place], 0.0) for place in sorted(first)), *stored.pieces[3:], ("<mask>", 0.0)]
    numbers = {piece: place for place, (piece, _) in enumerate(pieces)}
    characters = base64.b64encode(stored.characters).decode()
    spaces = {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "}
    metaspace = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    start, end = first[START], first[END]
    return {
        "version": "1.0",
        "added_tokens": _added([*first.values(), "<mask>"], numbers),
        "normalizer": {
            "type": "Sequence",
            "normalizers": [{"type": "Precompiled", "precompiled_charsmap": characters}, spaces],
        },
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, metaspace]},
        "post_processor": _template([start, "A", end], [start, "A", end, end, "B", end], numbers, types=False),
        "model": {"type": "Unigram", "unk_id": UNKNOWN, "vocab": pieces, "byte_fallback": False},
    }


def _added(tokens: list[str], numbers: dict[str, int]) -> list[dict[str, Any]]:
    plain = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    ordered = sorted(set(tokens), key=numbers.__getitem__)
    return [{"id": numbers[token], "content": token, **plain} for token in ordered]


def _template(single: list[str], pair: list[str], numbers: dict[str, int], *, types: bool) -> dict[str, Any]:
    """``types``: the second text and what follows it are of type 1."""

    def parts(names: list[str]) -> list[dict[str, Any]]:
        second = names.index("B") if "B" in names and types else len(names)
        return [
            {"Sequence" if name in "AB" else "SpecialToken": {"id": name, "type_id": int(place >= second)}}
            for place, name in enumerate(names)
        ]

    special = {name: {"id": name, "ids": [numbers[name]], "tokens": [name]} for name in set(pair) - {"A", "B"}}
    return {"type": "TemplateProcessing", "single": parts(single), "pair": parts(pair), "special_tokens": special}


def _pad_id(folder: Path, content: dict[str, Any], config: dict[str, Any]) -> int:
    named = _text(config.get("pad_token")) or _text(read_object(folder / "special_tokens_map.json").get("pad_token"))
    numbers = {str(token.get("content")): token.get("id") for token in content.get("added_tokens") or []}
    vocabulary = content.get("model", {}).get("vocab")
    if isinstance(vocabulary, dict):
        numbers |= vocabulary
    for name in (named, "[PAD]", "<pad>"):
        if isinstance(place := numbers.get(name), int):
            return place
    return number(read_object(folder / "config.json"), "pad_token_id")


def _text(token: object) -> str:
    """Of a token that is written as a text, or as an object with its content."""
    return str(token.get("content", "")) if isinstance(token, dict) else str(token or "")

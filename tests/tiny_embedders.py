# SPDX-License-Identifier: Apache-2.0
"""Small embedding models with random weights, as folders (transformers and sentence-transformers form) and as GGUF of the same weights.

Real families cannot be tested without their weights; what loads them can: a BERT, an XLM-RoBERTa and a Qwen3 of two layers each, with
tokenizers trained on a few lines, saved by the libraries themselves. ``gguf_of`` writes a BERT's or a Qwen3's folder as GGUF f16, in
the layout that llama.cpp's own converter writes (llama.cpp/convert_hf_to_gguf.py: BertModel, Qwen3Model).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

LINES = [
    "The warranty covers two years from the date of delivery.",
    "Payment is due within thirty days after the invoice.",
    "质保期为十八个月，自验收合格之日起计算。",
    "员工年休假为十五天，加班须事先经经理批准。",
    "A hotel room may cost up to 175 euros a night in the capital.",
    "合同编号是 HT-2024-018，付款期限为收到发票后三十日。",
]
_WIDTH, _LAYERS, _HEADS, _POSITIONS = 64, 2, 4, 128
_QWEN_WORDS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
_END = "<|endoftext|>"


def bert(folder: Path, *, masked: bool = False) -> Path:
    """A bare checkpoint: BertModel (or BertForMaskedLM) with a WordPiece tokenizer."""
    from transformers import BertForMaskedLM, BertModel

    tokenizer = _word_pieces()
    config = _bert_config(len(tokenizer), initializer_range=0.2)
    return _saved(folder, (BertForMaskedLM if masked else BertModel)(_seeded(config)), tokenizer)


def cross_encoder(folder: Path) -> Path:
    """A reranker: BertForSequenceClassification with one score, which rises and falls by several units."""
    from transformers import BertForSequenceClassification

    tokenizer = _word_pieces()
    config = _bert_config(len(tokenizer), initializer_range=0.3, num_labels=1)
    return _saved(folder, BertForSequenceClassification(_seeded(config)), tokenizer)


def _bert_config(words: int, **more: Any) -> Any:
    from transformers import BertConfig

    return BertConfig(
        vocab_size=words,
        hidden_size=_WIDTH,
        num_hidden_layers=_LAYERS,
        num_attention_heads=_HEADS,
        intermediate_size=2 * _WIDTH,
        max_position_embeddings=_POSITIONS,
        **more,
    )


def _word_pieces() -> Any:
    """A tokenizer for texts and pairs of texts."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    words = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    words.normalizer = normalizers.BertNormalizer(lowercase=True)
    words.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    words.train_from_iterator(LINES, trainers.WordPieceTrainer(vocab_size=400, special_tokens=special))
    words.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", words.token_to_id("[CLS]")), ("[SEP]", words.token_to_id("[SEP]"))],
    )
    names = dict(zip(("pad_token", "unk_token", "cls_token", "sep_token", "mask_token"), special, strict=True))
    return PreTrainedTokenizerFast(
        tokenizer_object=words,
        model_max_length=_POSITIONS,
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
        **names,
    )


def xlm_roberta(folder: Path, *, scores: bool = False) -> Path:
    """A bare checkpoint: XLMRobertaModel with a Unigram tokenizer; its positions begin behind the padding token. ``scores``: a reranker
    of that kind."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers
    from transformers import (
        PreTrainedTokenizerFast,
        XLMRobertaConfig,
        XLMRobertaForSequenceClassification,
        XLMRobertaModel,
    )

    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    words = Tokenizer(models.Unigram())
    words.pre_tokenizer = pre_tokenizers.Metaspace()
    words.train_from_iterator(LINES, trainers.UnigramTrainer(vocab_size=300, special_tokens=special, unk_token="<unk>"))
    words.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    names = dict(zip(("bos_token", "pad_token", "eos_token", "unk_token", "mask_token"), special, strict=True))
    config = XLMRobertaConfig(
        vocab_size=words.get_vocab_size(),
        hidden_size=_WIDTH,
        num_hidden_layers=_LAYERS,
        num_attention_heads=_HEADS,
        intermediate_size=2 * _WIDTH,
        max_position_embeddings=_POSITIONS + 2,
        type_vocab_size=1,
        pad_token_id=1,
        initializer_range=0.3 if scores else 0.2,
        num_labels=1,
    )
    model = (XLMRobertaForSequenceClassification if scores else XLMRobertaModel)(_seeded(config))
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, model_max_length=_POSITIONS, **names)
    return _saved(folder, model, tokenizer)


def qwen3(folder: Path, *, width: int = _WIDTH) -> Path:
    """A bare checkpoint under a language model's name (Qwen3ForCausalLM), with byte-level BPE that ends each text and pads on the left."""
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast, Qwen3Config, Qwen3Model

    words = Tokenizer(models.BPE())
    words.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_QWEN_WORDS), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    words.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    words.train_from_iterator(LINES, trainers.BpeTrainer(vocab_size=500, special_tokens=[_END], initial_alphabet=alphabet))
    words.post_processor = processors.TemplateProcessing(
        single=f"$A {_END}", special_tokens=[(_END, words.token_to_id(_END))]
    )  # fmt: skip
    config = Qwen3Config(
        vocab_size=words.get_vocab_size(),
        hidden_size=width,
        num_hidden_layers=_LAYERS,
        num_attention_heads=_HEADS,
        num_key_value_heads=2,
        head_dim=32,
        intermediate_size=2 * _WIDTH,
        max_position_embeddings=4 * _POSITIONS,
        initializer_range=0.2,
    )
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, pad_token=_END, eos_token=_END, padding_side="left")
    saved = _saved(folder, Qwen3Model(_seeded(config)), tokenizer)
    change(saved / "config.json", architectures=["Qwen3ForCausalLM"])
    return saved


def chained(
    folder: Path, *, pooling: str | tuple[str, ...] = "mean", dense: int = 0, normalise: bool = True, **config: Any
) -> Path:
    """Turn a bare checkpoint into a sentence-transformers folder, in place. ``config``: of ``config_sentence_transformers.json``."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Dense, Normalize, Pooling, Transformer

    transformer = Transformer(str(folder))
    modules = [transformer, Pooling(transformer.get_embedding_dimension(), pooling)]
    modules += [Dense(modules[0].get_embedding_dimension(), dense)] if dense else []
    modules += [Normalize()] if normalise else []
    SentenceTransformer(modules=modules, device="cpu").save(str(folder), create_model_card=False)
    if config:
        change(folder / "config_sentence_transformers.json", **config)
    return folder


def change(file: Path, **values: object) -> None:
    stored = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**stored, **values}, ensure_ascii=False), encoding="utf-8")


def _seeded(config: Any) -> Any:
    import torch

    torch.manual_seed(20240305)
    return config


def _saved(folder: Path, model: Any, tokenizer: Any) -> Path:
    model.eval().save_pretrained(str(folder))
    tokenizer.save_pretrained(str(folder))
    return folder


# ---- GGUF -----------------------------------------------------------------------------------------------------------

_BERT_TENSORS = {
    "embeddings.word_embeddings": "token_embd",
    "embeddings.position_embeddings": "position_embd",
    "embeddings.token_type_embeddings": "token_types",
    "embeddings.LayerNorm": "token_embd_norm",
    "attention.self.query": "attn_q",
    "attention.self.key": "attn_k",
    "attention.self.value": "attn_v",
    "attention.output.dense": "attn_output",
    "attention.output.LayerNorm": "attn_output_norm",
    "intermediate.dense": "ffn_up",
    "output.dense": "ffn_down",
    "output.LayerNorm": "layer_output_norm",
}
_QWEN_TENSORS = {
    "embed_tokens": "token_embd",
    "norm": "output_norm",
    "input_layernorm": "attn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "self_attn.q_norm": "attn_q_norm",
    "self_attn.k_norm": "attn_k_norm",
    "post_attention_layernorm": "ffn_norm",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}


def gguf_of(folder: Path, file: Path, *, pooling: str = "mean", name: str = "") -> Path:
    """The BERT or Qwen3 in ``folder`` as GGUF f16. ``pooling``: "mean", "cls", "last", "rank" or "" for a file that does not say it."""
    from gguf import GGUFWriter, LlamaFileType, PoolingType
    from safetensors.numpy import load_file

    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    kind = config["model_type"]
    writer = GGUFWriter(str(file), kind)
    writer.add_name(name or folder.name)
    writer.add_type("model")
    writer.add_file_type(LlamaFileType.MOSTLY_F16)
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    if pooling:
        writer.add_pooling_type(PoolingType[pooling.upper()])
    (_bert_words if kind == "bert" else _qwen_words)(writer, folder, config)
    names = _BERT_TENSORS if kind == "bert" else _QWEN_TENSORS
    for tensor, values in load_file(str(folder / "model.safetensors")).items():
        target = _tensor_name(tensor, names)
        if target is not None:
            wide = values.ndim == 2 and target not in ("position_embd.weight", "token_types.weight")
            writer.add_tensor(target, values.astype(np.float16 if wide else np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return file


def _tensor_name(tensor: str, names: dict[str, str]) -> str | None:
    stem, _, kind = tensor.removeprefix("bert.").removeprefix("model.").rpartition(".")
    parts = stem.split(".")
    place = ""
    if "layer" in parts or "layers" in parts:
        at = parts.index("layer" if "layer" in parts else "layers")
        place, stem = f"blk.{parts[at + 1]}.", ".".join(parts[at + 2 :])
    return f"{place}{names[stem]}.{kind}" if stem in names else None


def _bert_words(writer: Any, folder: Path, config: dict[str, Any]) -> None:
    from gguf import TokenType

    vocabulary = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    tokens = sorted(vocabulary, key=vocabulary.__getitem__)
    control = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"}
    # llama.cpp marks the beginning of a word instead of its continuation.
    marked = [token if token in control else token[2:] if token.startswith("##") else "\u2581" + token for token in tokens]
    writer.add_causal_attention(False)
    writer.add_layer_norm_eps(config["layer_norm_eps"])
    writer.add_token_type_count(config["type_vocab_size"])
    writer.add_tokenizer_model("bert")
    writer.add_tokenizer_pre("jina-v2-en")
    writer.add_token_list(marked)
    writer.add_token_types([int(TokenType.CONTROL if token in control else TokenType.NORMAL) for token in tokens])
    writer.add_bos_token_id(vocabulary["[CLS]"])
    writer.add_eos_token_id(vocabulary["[SEP]"])
    writer.add_unk_token_id(vocabulary["[UNK]"])
    writer.add_sep_token_id(vocabulary["[SEP]"])
    writer.add_pad_token_id(vocabulary["[PAD]"])


def _qwen_words(writer: Any, folder: Path, config: dict[str, Any]) -> None:
    from gguf import TokenType

    stored = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    vocabulary = {**stored["model"]["vocab"], **{added["content"]: added["id"] for added in stored["added_tokens"]}}
    tokens = sorted(vocabulary, key=vocabulary.__getitem__)
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_key_length(config["head_dim"])
    writer.add_value_length(config["head_dim"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_freq_base((config.get("rope_parameters") or config)["rope_theta"])
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokens)
    writer.add_token_types([int(TokenType.CONTROL if token == _END else TokenType.NORMAL) for token in tokens])
    writer.add_token_merges([merge if isinstance(merge, str) else " ".join(merge) for merge in stored["model"]["merges"]])
    writer.add_eos_token_id(vocabulary[_END])
    writer.add_pad_token_id(vocabulary[_END])
    writer.add_bos_token_id(vocabulary[_END])
    writer.add_add_bos_token(False)
    writer.add_add_eos_token(True)

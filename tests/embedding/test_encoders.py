# SPDX-License-Identifier: Apache-2.0
"""Encoders built from their numbers give what transformers gives: small ones with random weights, of each kind that is known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from needed import need

from desktop_app.modelfiles.safetensors import tensors_of, widened, write_safetensors

LONGEST = 128
SMALL = {
    "vocab_size": 300,
    "hidden_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 128,
    "max_position_embeddings": LONGEST + 2,
    "initializer_range": 0.2,
    "num_labels": 3,
}
OWN: dict[str, dict[str, Any]] = {
    "bert": {},
    "ernie": {"use_task_id": True},
    "electra": {"embedding_size": 32},
    "roberta": {"type_vocab_size": 1},
    "xlm-roberta": {"type_vocab_size": 1},
    "camembert": {"type_vocab_size": 1},
    "mpnet": {},
    "distilbert": {"dim": 64, "n_layers": 2, "n_heads": 4, "hidden_dim": 128},
}
TYPED = {"bert", "ernie", "electra"}


def saved(folder: Path, kind: str, head: str = "", **more: Any) -> tuple[Any, dict[str, Any]]:
    """A model of transformers with random weights, stored in ``folder``, and its configuration as stored."""
    need("torch", "transformers", "openvino")
    import torch
    import transformers

    torch.manual_seed(7)
    config = transformers.AutoConfig.for_model(kind, **{**SMALL, **OWN[kind], **more})
    model = getattr(transformers, f"AutoModel{head}").from_config(config).eval()
    model.save_pretrained(str(folder))
    return model, json.loads((folder / "config.json").read_text(encoding="utf-8"))


def inputs_of(kind: str, config: dict[str, Any]) -> dict[str, Any]:
    """A text of full length, a shorter one and one of a single token, padded; half of each is of the second type."""
    import torch

    ids = torch.randint(5, 300, (3, LONGEST), generator=torch.Generator().manual_seed(3))
    mask = torch.ones_like(ids)
    mask[1, 20:], mask[2, 1:] = 0, 0
    ids[mask == 0] = config.get("pad_token_id") or 0
    types = torch.zeros_like(ids)
    types[:, 10:] = 1
    return {"input_ids": ids, "attention_mask": mask, **({"token_type_ids": types * mask} if kind in TYPED else {})}


def computed(inputs: Any, model: Any, given: dict[str, Any]) -> Any:
    import openvino

    compiled = openvino.Core().compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    return compiled([given[name].numpy() for name in inputs])[0]


@pytest.mark.slow
@pytest.mark.parametrize("kind", OWN)
def test_the_vectors_of_tokens(kind: str, tmp_path: Path) -> None:
    model, config = saved(tmp_path, kind)
    import openvino

    from desktop_app.embedding.encoders.bert_kin import build_encoder

    given = inputs_of(kind, config)
    if kind in TYPED:
        given["token_type_ids"] *= 0  # a single text
    encoder = build_encoder(tmp_path, config)
    graph = openvino.Model([encoder.hidden], list(encoder.inputs.values()))
    expected = model(**given).last_hidden_state.detach().numpy()
    tokens = given["attention_mask"].numpy() == 1
    assert computed(encoder.inputs, graph, given)[tokens] == pytest.approx(expected[tokens], abs=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("kind", OWN)
@pytest.mark.parametrize("head", ["ForSequenceClassification", "ForTokenClassification"])
def test_the_scores_of_pairs(kind: str, head: str, tmp_path: Path) -> None:
    model, config = saved(tmp_path, kind, head)
    from desktop_app.embedding.encoders.scoring_heads import scoring_graph

    given = inputs_of(kind, config)
    inputs, graph = scoring_graph(tmp_path, config, tokens=head == "ForTokenClassification")
    scores, expected = computed(inputs, graph, given), model(**given).logits.detach().numpy()
    rows = slice(None) if scores.ndim == 2 else given["attention_mask"].numpy() == 1
    assert scores[rows] == pytest.approx(expected[rows], abs=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("stored", ["float16", "bfloat16"])
def test_numbers_in_16_bits(stored: str, tmp_path: Path) -> None:
    model, config = saved(tmp_path, "bert")
    import openvino
    import torch

    from desktop_app.embedding.encoders.bert_kin import build_encoder

    model.to(getattr(torch, stored)).save_pretrained(str(tmp_path))
    given = inputs_of("bert", config)
    given["token_type_ids"] *= 0
    expected = model.float()(**given).last_hidden_state.detach().numpy()
    encoder = build_encoder(tmp_path, config)
    made = computed(encoder.inputs, openvino.Model([encoder.hidden], list(encoder.inputs.values())), given)
    tokens = given["attention_mask"].numpy() == 1
    assert made[tokens] == pytest.approx(expected[tokens], abs=1e-4)


@pytest.mark.slow
def test_weights_in_several_files(tmp_path: Path) -> None:
    model, _ = saved(tmp_path, "bert")
    from desktop_app.embedding.encoders.encoder_weights import EncoderWeights

    (tmp_path / "model.safetensors").unlink()
    model.save_pretrained(str(tmp_path), max_shard_size="100KB")
    assert len(list(tmp_path.glob("model-*.safetensors"))) > 1
    weights = EncoderWeights(tmp_path)
    for name, tensor in model.state_dict().items():
        assert np.array_equal(weights.numbers(name), tensor.numpy()), name


def test_what_is_written_is_read(tmp_path: Path) -> None:
    tensors = {"b": np.arange(6, dtype=np.float32).reshape(2, 3), "a": np.ones(5, np.float16)}
    write_safetensors(tmp_path / "x.safetensors", tensors)
    found = tensors_of(tmp_path / "x.safetensors")
    assert found.keys() == tensors.keys()
    assert all(np.array_equal(found[name], tensor) for name, tensor in tensors.items())


def test_bfloat16_is_the_upper_half_of_a_float() -> None:
    numbers = np.array([1.0, -2.5, 0.0, 3.0e38], np.float32)
    halves = (numbers.view(np.uint32) >> 16).astype(np.uint16)
    assert widened(halves) == pytest.approx(numbers, rel=0.01)


def test_one_that_is_cut_off_is_no_model(tmp_path: Path) -> None:
    file = tmp_path / "x.safetensors"
    write_safetensors(file, {"a": np.ones(500, np.float32)})
    file.write_bytes(file.read_bytes()[:-4])
    with pytest.raises(ValueError, match=r"x\.safetensors"):
        tensors_of(file)


@pytest.mark.parametrize(
    "config", [{"model_type": "deberta-v2"}, {"model_type": "bert", "position_embedding_type": "relative_key"}]
)
def test_another_kind_is_named(config: dict[str, Any], tmp_path: Path) -> None:
    need("openvino")
    from desktop_app.embedding.encoders.bert_kin import build_encoder
    from desktop_app.embedding.encoders.known import UnknownArchitectureError

    with pytest.raises(UnknownArchitectureError, match=config["model_type"]):
        build_encoder(tmp_path, config)


def test_8_bits_are_near_and_small_matrices_stay() -> None:
    need("openvino")
    import openvino
    from openvino import opset13 as ops

    from desktop_app.embedding.encoders.eight_bits import in_8_bits

    generator = np.random.default_rng(5)
    x = ops.parameter([-1, 64], np.float32)
    large, small = generator.normal(size=(96, 64)).astype(np.float32), generator.normal(size=(8, 96)).astype(np.float32)
    large[3] = 0  # a row without any number
    model = openvino.Model([ops.matmul(ops.matmul(x, large, False, True), small, False, True)], [x])
    given = generator.normal(size=(5, 64)).astype(np.float32)
    exact = given @ large.T @ small.T
    in_8_bits(model)
    kinds = [str(node.get_element_type()) for node in model.get_ops() if node.get_type_name() == "Constant"]
    assert any("uint8" in kind or "u8" in kind for kind in kinds)
    near = openvino.Core().compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})([given])[0]
    assert np.abs(near - exact).max() < 0.02 * np.abs(exact).max()
    assert not np.array_equal(near, exact)

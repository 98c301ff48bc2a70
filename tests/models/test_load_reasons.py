# SPDX-License-Identifier: Apache-2.0
"""What llama.cpp writes when it does not load a model becomes a problem with its own sentence."""

from __future__ import annotations

import pytest

from desktop_app.models.llama.load_reasons import ENCODER, load_reason

LAST = "llama_model_load_from_file_impl: failed to load model"


@pytest.mark.parametrize(
    ("line", "code", "data"),
    [
        ("llama_model_load: error loading model: unknown model architecture: 'x9'", "llm_architecture", {"architecture": "x9"}),
        (
            "llama_model_load: error loading model: error loading model vocabulary: unknown tokenizer: 'm'",
            "llm_tokenizer",
            {"detail": "unknown tokenizer: 'm'"},
        ),
        (
            "llama_model_load: error loading model: check_tensor_dims: tensor 'a.weight' has wrong shape; expected 256, got 100",
            "llm_weights",
            {"detail": "tensor 'a.weight' has wrong shape"},
        ),
        ("llama_model_load: error loading model: missing tensor 'a'", "llm_weights", {"detail": "missing tensor 'a'"}),
        ("gguf_init: tensor 'a.weight' has invalid ggml type 222. should be in [0, 42)", "llm_number_format", {"detail": "222"}),
        ("ggml_backend_cpu_buffer_type_alloc_buffer: failed to allocate buffer of size 9", "llm_no_memory", {}),
        ("gguf_init_from_reader: failed to read key-value pairs", "gguf_damaged", {}),
        (ENCODER, "llm_is_encoder", {}),
        ("llama_model_load: error loading model: something new", "llm_load_failed", {"detail": f"llama_model_load: error loading model: something new\n{LAST}"}),
    ],
)  # fmt: skip
def test_a_line_is_told_by_its_problem(line: str, code: str, data: dict[str, str]) -> None:
    problem = load_reason("/m/a.gguf", [line, LAST])
    assert (problem.code, problem.data) == (code, {"path": "/m/a.gguf", **data})


def test_no_line_at_all() -> None:
    assert load_reason("a", []).data["detail"] == "llama.cpp gave no reason"

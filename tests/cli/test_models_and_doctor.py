# SPDX-License-Identifier: Apache-2.0
"""``inkstone models`` and ``inkstone doctor``: what scripts read from them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import tiny_embedders as maker

from cli.command import inkstone
from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.engine.measured import MeasuredSpeeds
from desktop_app.foundation import paths
from desktop_app.models.language_model import Speed
from desktop_app.models.speeds import model_key

pytestmark = pytest.mark.slow


def test_models_lists_what_lies_there_and_whether_it_fits(tiny_gguf: Path, tiny_gguf_q8: Path, tmp_path: Path) -> None:
    folder = tmp_path / "模型 目录"
    folder.mkdir()
    (folder / "小.gguf").symlink_to(tiny_gguf)
    (folder / "子").mkdir()
    (folder / "子" / "小-Q8.gguf").write_bytes(tiny_gguf_q8.read_bytes())
    (folder / "坏.gguf").write_bytes(tiny_gguf.read_bytes()[:-5000])
    run = inkstone("models", folder, "--json")
    assert (run.code, run.err) == (0, "")
    told = {Path(line["path"]).name: line for line in run.lines}
    assert {"path", "name", "kind", "size", "memory", "fits", "quantisation", "problem"} <= set(run.lines[0])
    good = told["小-Q8.gguf"]
    assert (good["kind"], good["fits"], good["quantisation"], good["problem"]) == ("llm", "yes", "Q8_0", "")
    assert good["size"] == tiny_gguf_q8.stat().st_size
    assert (told["坏.gguf"]["fits"], told["坏.gguf"]["problem"]) == ("no", "gguf_truncated")
    assert (good["reads"], good["writes"]) == (0.0, 0.0)  # not measured yet
    shown = inkstone("models", folder).out
    assert "tokens/s" not in shown
    key = model_key(good["path"], good["size"])
    MeasuredSpeeds(paths.home() / "measured.json").remember_speed(key, Speed(180.4, 22.0))
    told = {Path(line["path"]).name: line for line in inkstone("models", folder, "--json").lines}
    assert (told["小-Q8.gguf"]["reads"], told["小-Q8.gguf"]["writes"]) == (180.4, 22.0)
    shown = inkstone("models", folder).out
    assert "reads 180, writes 22 tokens/s" in shown
    assert "Q8_0" in shown
    assert "cut off" in shown


@pytest.mark.slow
def test_models_lists_rerankers(tiny_reranker: Path, tiny_gguf: Path, tmp_path: Path) -> None:
    run = inkstone("models", tiny_reranker.parent, "--json")
    assert [(line["kind"], line["path"]) for line in run.lines] == [("reranker", str(tiny_reranker))]
    shutil.copytree(tiny_reranker, tmp_path / "模型" / "重排")
    shutil.copy(tiny_gguf, tmp_path / "模型")
    shown = inkstone("models", tmp_path / "模型").out.splitlines()
    assert ["language model" in shown[0], "reranker · " in shown[1]] == [True, True]
    assert "重排模型" in inkstone("models", tmp_path / "模型", LANG="zh_CN.UTF-8").out


def test_models_without_any_says_so() -> None:
    run = inkstone("models")
    assert (run.code, run.out) == (2, "")
    assert "No model was found" in run.err


def test_models_lists_the_caches_and_says_what_to_know(tmp_path: Path) -> None:
    cache = tmp_path / "hf" / "hub"
    maker.bert(cache / "models--moka-ai--m3e-base" / "snapshots" / ("0a" * 20))
    run = inkstone("models", "--json", HF_HOME=str(tmp_path / "hf"))
    assert (run.code, run.err) == (0, "")
    assert (run.one["name"], run.one["kind"], run.one["notes"]) == ("m3e-base", "embedding", ["mean_pooling"])
    assert "mean over all words" in inkstone("models", HF_HOME=str(tmp_path / "hf")).out
    assert "按所有词取平均" in inkstone("models", HF_HOME=str(tmp_path / "hf"), LANG="zh_CN.UTF-8").out
    settings = tmp_path / "家" / "settings.toml"
    settings.parent.mkdir()
    settings.write_text(f'model_folder = "{tmp_path / "拔掉的盘"}"\n', encoding="utf-8")
    run = inkstone("models", HF_HOME=str(tmp_path / "hf"), INKSTONE_HOME=str(settings.parent))
    assert (run.code, "拔掉的盘" in run.err, "m3e-base" in run.out) == (0, True, True)


@pytest.mark.slow
def test_an_embedding_model_by_its_name(office: Path, tmp_path: Path, bundled_gguf: Path) -> None:
    cache = tmp_path / "hf" / "hub"
    maker.bert(cache / "models--moka-ai--m3e-base" / "snapshots" / ("0a" * 20))
    (cache / "向量模型.gguf").symlink_to(bundled_gguf)
    library = tmp_path / "库"
    for name, backend, dimension in (("moka-ai/m3e-base@32", "openvino-f32", 32), ("向量模型", "llama.cpp", 384)):
        settings = paths.home() / "settings.toml"
        settings.write_text('embedding_backend = "openvino-f32"\n', encoding="utf-8")  # measured, another one may be faster
        run = inkstone("index", office, "--library", library, "--embedding", name, HF_HOME=str(tmp_path / "hf"))
        assert run.code == 0, run.err
        report = inkstone("doctor", "--library", library, "--json").one
        told = report["embedding"]
        assert (told["state"], told["backend"], told["dimension"]) == ("ready", backend, dimension)
        assert report["library"]["healthy"]
        assert report["library"]["vectors"] == report["library"]["chunks"]
    assert "ready" in inkstone("doctor", "--library", library).out


@pytest.mark.needs("llama_cpp", "torch")
def test_doctor_reports_each_part(library: Path) -> None:
    run = inkstone("doctor", "--library", library, "--json")
    assert (run.code, run.err) == (0, "")
    report = run.one
    assert list(report) == ["program", "hardware", "embedding", "reranker", "llm", "offline", "library"]
    assert (report["program"]["form"], report["program"]["light"]) == ("source", False)
    assert report["hardware"]["cores"] >= 1
    assert report["llm"]["built_with"]
    assert report["offline"]["sealed"]
    assert report["offline"]["connections"] == 0
    assert report["offline"]["refused_attempts"] == 0
    assert report["offline"]["switches"]["LANGSMITH_TRACING"] == "false"
    assert (report["library"]["path"], report["library"]["files"], report["library"]["healthy"]) == (
        str(library),
        {"indexed": 4, "skipped": 2},
        True,
    )
    shown = inkstone("doctor", "--library", library).out
    assert str(library) in shown


def test_doctor_names_a_broken_embedding_model(library: Path, tmp_path: Path) -> None:
    gone = tmp_path / "模型不见了"
    (library / "library.toml").write_text(f'format = 1\nembedding = "{gone}"\n', encoding="utf-8")
    run = inkstone("doctor", "--library", library, "--json")
    assert run.code == 3
    assert (run.one["embedding"]["state"], run.one["embedding"]["problem"]) == ("failed", "embedding_missing")
    shown = inkstone("doctor", "--library", library)
    assert "模型不见了” was not found." in shown.out


@pytest.mark.slow
def test_doctor_with_the_default_model_refused_nothing(tmp_path: Path, default_embedder: Embedder) -> None:
    report = inkstone("doctor", "--library", tmp_path / "库", "--json").one
    assert (report["embedding"]["choice"], report["embedding"]["state"]) == ("bundled", "ready")
    assert report["embedding"]["dimension"] == 384
    assert (report["offline"]["refused_attempts"], report["offline"]["connections"]) == (0, 0)

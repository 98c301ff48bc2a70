"""``inkstone models`` and ``inkstone doctor``: what scripts read from them."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.command import inkstone


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
    shown = inkstone("models", folder).out
    assert "Q8_0" in shown
    assert "cut off" in shown


def test_models_without_a_folder_says_so() -> None:
    run = inkstone("models")
    assert (run.code, run.out) == (2, "")
    assert "none is chosen" in run.err


def test_doctor_reports_each_part(library: Path) -> None:
    run = inkstone("doctor", "--library", library, "--json")
    assert (run.code, run.err) == (0, "")
    report = run.one
    assert list(report) == ["program", "hardware", "embedding", "llm", "offline", "library"]
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
def test_doctor_with_the_bundled_model_refused_nothing(tmp_path: Path) -> None:
    report = inkstone("doctor", "--library", tmp_path / "库", "--json").one
    assert (report["embedding"]["choice"], report["embedding"]["state"]) == ("bundled", "ready")
    assert report["embedding"]["dimension"] == 384
    assert (report["offline"]["refused_attempts"], report["offline"]["connections"]) == (0, 0)

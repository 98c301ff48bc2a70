# SPDX-License-Identifier: Apache-2.0
"""Engines on libraries without an embedding model (they start in half a second), and a small office of text files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.engine_process import EngineProcess

Start = Callable[..., EngineProcess]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts engines; at the end of the test each must leave by itself, without a traceback on its standard error."""
    started: list[EngineProcess] = []

    def begin(library: Path, **options: object) -> EngineProcess:
        engine = EngineProcess(library, tmp_path / f"stderr-{len(started)}.txt", **options)  # type: ignore[arg-type]
        started.append(engine)
        return engine

    yield begin
    for engine in started:
        if engine.process.poll() is None or (engine.process.stdout is not None and not engine.process.stdout.closed):
            engine.close()
        assert "Traceback" not in engine.stderr(), engine.stderr()


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """The folder of a new library that is searched by words alone."""
    return without_model(tmp_path / "资料库")


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A folder with a contract, a manual and an English note."""
    folder = tmp_path / "文件 柜"
    (folder / "合同").mkdir(parents=True)
    (folder / "合同" / "采购合同.txt").write_text(
        "甲方与乙方就采购事宜达成一致。合同编号是 HT-2024-018。\n\n付款期限为收到发票后三十日。", encoding="utf-8"
    )
    (folder / "手册.md").write_text("# 休假\n\n员工年休假为十五天。\n\n# 加班\n\n加班须事先经经理批准。\n", encoding="utf-8")
    (folder / "Travel.txt").write_text("A hotel room may cost up to 140 euros a night.\n", encoding="utf-8")
    return folder


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """240 files, enough to be in the middle of."""
    return paper_mountain(tmp_path / "许多文件", 240)


def without_model(folder: Path) -> Path:
    folder.mkdir()
    (folder / "library.toml").write_text('name = "资料库"\nformat = 1\nembedding = "none"\n', encoding="utf-8")
    return folder


def paper_mountain(folder: Path, count: int, paragraphs: int = 12) -> Path:
    for number in range(count):
        below = folder / f"卷{number % 7}"
        below.mkdir(parents=True, exist_ok=True)
        text = "\n\n".join(
            f"第 {number} 号文件第 {part} 段：编号 HT-{number:04d}-{part:03d} 的设备由第 {number % 13} 仓库保管，"
            + "须按期检修。" * 12
            for part in range(paragraphs)
        )
        (below / f"文件 {number:03d}.txt").write_text(text, encoding="utf-8")
    return folder

# SPDX-License-Identifier: Apache-2.0
"""A small office, and a library of it that is searched by words alone (a command then takes half a second)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cli.command import inkstone

CONTRACT = "合同编号是 HT-2024-018。"


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four documents, an empty one and one in a format that is not read; do not write into it."""
    folder = tmp_path_factory.mktemp("资料") / "文件 柜"
    (folder / "合同").mkdir(parents=True)
    (folder / "合同" / "采购合同.txt").write_text(
        f"甲方与乙方就采购事宜达成一致。{CONTRACT}\n\n付款期限为收到发票后三十日。", encoding="utf-8"
    )
    (folder / "合同" / "旧合同.txt").write_bytes("旧合同由档案室保管，保管期限为十年。到期后由两人监督销毁。".encode("gb18030"))
    (folder / "手册.md").write_text("# 休假\n\n员工年休假为十五天。\n\n# 加班\n\n加班须事先经经理批准。\n", encoding="utf-8")
    (folder / "Travel.txt").write_text("A hotel room may cost up to 140 euros a night.\n", encoding="utf-8")
    (folder / "空.txt").touch()
    (folder / "图纸.xyz").write_bytes(b"\0\1\2\3")
    return folder


@pytest.fixture(scope="session")
def made(office: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library, made once."""
    folder = tmp_path_factory.mktemp("库") / "资料库"
    done = inkstone(
        "index", office, "--library", folder, "--embedding", "none", "--json", INKSTONE_HOME=str(folder.parent / "家")
    )
    assert done.code == 0, done.err
    return folder


@pytest.fixture
def library(made: Path, tmp_path: Path) -> Path:
    """A copy of it for one test."""
    return Path(shutil.copytree(made, tmp_path / "资料库"))

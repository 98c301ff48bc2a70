# SPDX-License-Identifier: Apache-2.0
"""What the set-up makes is for all users of the PC."""

from __future__ import annotations

import runpy
import stat
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.skipif(sys.platform == "win32", reason="rights of POSIX")
def test_the_prepared_model_is_opened_to_all(tmp_path: Path) -> None:
    folder = tmp_path / "share"
    (folder / "graphs").mkdir(parents=True)
    (folder / "graphs" / "graph.bin").write_bytes(b"x")
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
    runpy.run_path(str(ROOT / "packaging" / "prepare_embedding.py"))["open_to_all"](folder)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*"))}
    assert modes == {"share": 0o755, "graphs": 0o755, "graph.bin": 0o644}

# SPDX-License-Identifier: Apache-2.0
"""A folder without an installed program is told from one that fails."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import try_installed


def test_a_folder_without_inkstone_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert try_installed.main([str(tmp_path)]) == 1
    assert "holds no installed Inkstone" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="a script of sh")
def test_a_program_that_says_another_version_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    starter = tmp_path / "bin" / "inkstone"
    starter.parent.mkdir()
    starter.write_text("#!/bin/sh\necho inkstone 9\n", encoding="utf-8")
    starter.chmod(0o755)
    (tmp_path / "installed.toml").write_text('form = "package"\nversion = "1"\n', encoding="utf-8")
    assert try_installed.main([str(tmp_path)]) == 1
    assert "inkstone 9" in capsys.readouterr().err

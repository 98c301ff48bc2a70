# SPDX-License-Identifier: Apache-2.0
"""An installed program knows its form, and a portable one keeps what is the user's beside it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import desktop_app

_SHOW = "from desktop_app.foundation import paths; print(paths.home()); print(paths.prepared())"


def _installed(folder: Path, toml: str | None) -> list[str]:
    """Home and prepared folder of a copy of the package in ``folder``, as an installer would put it there."""
    package = folder / "program" / "desktop_app"
    shutil.copytree(Path(desktop_app.__file__).parent / "foundation", package / "foundation")
    (package / "__init__.py").touch()
    if toml is not None:
        (folder / "installed.toml").write_text(toml, encoding="utf-8")
    here = {name: value for name, value in os.environ.items() if not name.startswith("INKSTONE_")}
    environment = {**here, "HOME": str(folder / "user"), "XDG_DATA_HOME": "", "PYTHONPATH": str(package.parent)}
    done = subprocess.run(
        [sys.executable, "-c", _SHOW], env=environment, cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()


def test_a_portable_program_keeps_its_data_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "砚 台"
    home, prepared = _installed(folder, 'form = "portable"\nversion = "1"\n')
    assert (home, prepared) == (str(folder / "data"), str(folder / "share" / "inkstone"))


def test_another_form_keeps_them_with_the_user(tmp_path: Path) -> None:
    home, prepared = _installed(tmp_path, 'form = "package"\nversion = "1"\n')
    assert Path(home).is_relative_to(tmp_path / "user")
    assert prepared == str(tmp_path / "share" / "inkstone")


def test_a_checkout_and_a_damaged_file_count_as_not_installed(tmp_path: Path) -> None:
    for name, toml in (("none", None), ("damaged", "form = ")):
        prepared = _installed(tmp_path / name, toml)[1]
        assert prepared == str(Path(sys.prefix) / "share" / "inkstone")

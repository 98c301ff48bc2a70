# SPDX-License-Identifier: Apache-2.0
"""Packages of Debian come from the mirror of this machine, and locks name none."""

from __future__ import annotations

from pathlib import Path

import pytest
from building import debian_mirror, runtime_linux
from building.recipe import BuildError

DEB = "debian-security/pool/updates/main/e/expat/libexpat1_2.5.0-1%2bdeb12u5_amd64.deb"


@pytest.mark.parametrize("mirror", ["http://mirror.example/linux", "http://mirror.example/linux/"])
def test_the_variable_names_the_mirror(mirror: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(debian_mirror.VARIABLE, mirror)
    assert debian_mirror.address(DEB) == f"http://mirror.example/linux/{DEB}"
    assert debian_mirror.below(debian_mirror.address(DEB)) == DEB


def test_without_the_variable_and_apt_it_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(debian_mirror.VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    debian_mirror._sites.cache_clear()
    with pytest.raises(BuildError, match="set INKSTONE_DEBIAN_MIRROR"):
        debian_mirror.address(DEB)
    debian_mirror._sites.cache_clear()


def test_a_file_beside_the_archives_is_refused() -> None:
    with pytest.raises(BuildError, match="does not lie in"):
        debian_mirror.below("http://mirror.example/other/pool/x.deb")


def test_locks_name_paths_below_a_mirror() -> None:
    assert {package.path for package in runtime_linux.locked()} == {
        debian_mirror.below(f"http://mirror.example/{package.path}") for package in runtime_linux.locked()
    }

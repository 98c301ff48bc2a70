# SPDX-License-Identifier: Apache-2.0
"""The built .deb and portable archive in a bare Debian root; minutes, so only by ``-m heavy``."""

from __future__ import annotations

from pathlib import Path

import pytest
import try_linux

DIST = Path(__file__).resolve().parents[2] / "dist"


@pytest.mark.heavy
@pytest.mark.timeout(3600)
def test_the_packages_in_a_bare_root() -> None:
    why = try_linux.unusable()
    if why:
        pytest.skip(why)
    packages = [next(DIST.glob(f"Inkstone-*-linux*.{ending}"), None) for ending in ("deb", "tar.zst")]
    if None in packages:
        pytest.skip("dist has no .deb and .tar.zst: build them with packaging/build.py linux")
    assert try_linux.main([str(package) for package in packages]) == 0

"""What every test shares: a home of its own with a Chinese name, the offline seal, a headless Qt."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from desktop_app.foundation import offline

offline.seal()

pytest_plugins = ["fixtures_models", "fixtures_embedding"]

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Per-user data of each test, below a folder with a Chinese name and a space."""
    folder = tmp_path / "用户 数据"
    monkeypatch.setenv("INKSTONE_HOME", str(folder))
    return folder


@pytest.fixture(scope="session")
def shared() -> Path:
    """The shared test data; a stranger's clone has none, then the test is skipped."""
    if not (SHARED / "data").is_dir():
        pytest.skip("no ../shared/data beside this checkout")
    return SHARED

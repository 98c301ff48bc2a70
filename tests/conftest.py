"""What every test shares: a home of its own with a Chinese name, the offline seal, a headless Qt."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import made_once
import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from desktop_app.foundation import offline

offline.seal()

# How long an example takes says nothing about it.
hypothesis.settings.register_profile("inkstone", deadline=None)
hypothesis.settings.load_profile("inkstone")

pytest_plugins = ["fixtures_models", "fixtures_embedding"]

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def converted() -> Path:
    """Models that were converted for OpenVINO, for all test processes and runs: each takes ten seconds and 90 MB."""
    rooms = [ROOT / "desktop_app" / room for room in ("embedding", "modelfiles")]
    return made_once.folder(
        "转换",
        packages=("openvino", "nncf", "torch", "transformers", "sentence-transformers", "tokenizers"),
        sources=[file for room in rooms for file in room.rglob("*.py")],
    )


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set-up that has chosen the exact backend for the bundled model: no test measures backends unless it is about that."""
    from desktop_app.contract.measuring_process import Row
    from desktop_app.embedding import bundled, choices
    from desktop_app.modelfiles.embedding_folder import inspect

    folder = tmp_path_factory.mktemp("安装")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INKSTONE_HOME", str(folder))
        exact = Row("openvino-f32", rate=1.0, mean=1.0, least=1.0, texts=8)
        choices.store(inspect(bundled.folder()).fingerprint, choices.Choice("openvino-f32", (exact,)))
    return folder


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, converted: Path, prepared: Path) -> Path:
    """Per-user data of each test, below a folder with a Chinese name and a space."""
    folder = tmp_path / "用户 数据"
    monkeypatch.setenv("INKSTONE_HOME", str(folder))
    monkeypatch.setenv("INKSTONE_PREPARED", str(prepared))
    folder.mkdir()
    (folder / "graphs").symlink_to(converted, target_is_directory=True)
    return folder


@pytest.fixture(scope="session")
def shared() -> Path:
    """The shared test data; a stranger's clone has none, then the test is skipped."""
    if not (SHARED / "data").is_dir():
        pytest.skip("no ../shared/data beside this checkout")
    return SHARED

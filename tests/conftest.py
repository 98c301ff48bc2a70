# SPDX-License-Identifier: Apache-2.0
"""What every test shares: a home of its own with a Chinese name, the offline seal, a headless Qt."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import made_once
import pytest
from needed import need, skipping

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Else each of the many processes that tests start would compile the whole program anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
if "PYTEST_XDIST_WORKER" in os.environ:  # one test process a core: threads of torch would only wait for one another
    os.environ.setdefault("OMP_NUM_THREADS", "1")

from desktop_app.foundation import offline, paths

SET_UP = paths.prepared()  # of this environment, before tests move it
offline.seal()
sys.dont_write_bytecode = False

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
        packages=("openvino", "torch", "transformers", "sentence-transformers", "tokenizers"),
        sources=[file for room in rooms for file in room.rglob("*.py") if file.name != "scale.py"],  # it converts nothing
    )


@pytest.fixture(scope="session")
def scales() -> Path:
    """What the cosines of the models that come with the program are worth, once a test has needed one; for all test processes and runs."""
    return made_once.folder(
        "尺度",
        packages=("openvino", "torch"),
        sources=[ROOT / "desktop_app" / "embedding" / "scale.py", ROOT / "resources" / "meaning" / "texts.json"],
    )


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, scales: Path) -> Path:
    """A set-up with the default model, where this environment has it, and the exact backend chosen for the models that come with the
    program: no test measures backends unless it is about that."""
    from desktop_app.contract.measuring_process import Row
    from desktop_app.embedding.backends import default_model, light_model
    from desktop_app.embedding.choosing import choices
    from desktop_app.modelfiles.embedding_folder import inspect

    folder = tmp_path_factory.mktemp("安装")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INKSTONE_HOME", str(folder))
        exact = Row("openvino-f32", rate=1.0, mean=1.0, least=1.0, texts=8)
        for fingerprint in (default_model.FINGERPRINT, inspect(light_model.folder()).fingerprint):
            choices.store(fingerprint, choices.Choice("openvino-f32", (exact,)))
    if (SET_UP / "models").is_dir():
        (folder / "models").symlink_to(SET_UP / "models", target_is_directory=True)
    (folder / "scales").symlink_to(scales, target_is_directory=True)
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


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the policy of this PC would lie, for this process; there is none yet."""
    from desktop_app.foundation.policy import policy_in_force

    file = tmp_path / "etc" / "policy.toml"
    file.parent.mkdir(mode=0o755)
    monkeypatch.setattr(policy_in_force, "machine_file", lambda: file)
    policy_in_force.in_force.cache_clear()
    yield file
    policy_in_force.in_force.cache_clear()


@pytest.fixture
def policed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, machine: Path) -> Callable[[str], Path]:
    """Puts a policy in force, for this process and those that it starts."""
    from desktop_app.foundation.policy import policy_in_force

    def put(text: str) -> Path:
        file = tmp_path / "tried.toml"
        file.write_text(text, encoding="utf-8")
        monkeypatch.setenv("INKSTONE_POLICY", str(file))
        policy_in_force.in_force.cache_clear()
        return file

    return put


@pytest.fixture(scope="session")
def shared() -> Path:
    """The shared test data; a stranger's clone has none, then the test is skipped."""
    if not (SHARED / "data").is_dir():
        pytest.skip("no ../shared/data beside this checkout")
    return SHARED


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "shared" in getattr(item, "fixturenames", ()):
            item.add_marker("held_out")
        if item.get_closest_marker("slow") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(300))


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers("needs"):
        need(*mark.args)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup() -> Iterator[None]:
    with skipping():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call() -> Iterator[None]:
    with skipping():
        return (yield)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many tests need the shared data, so that nobody takes their silence for a pass."""
    ended = {
        kind: sum("held_out" in getattr(report, "keywords", ()) for report in terminalreporter.getreports(kind))
        for kind in ("passed", "failed", "error", "skipped")
    }
    if any(ended.values()):
        counts = ", ".join(f"{count} {kind}" for kind, count in ended.items() if count)
        terminalreporter.write_sep("-", f"held out (need ../shared/data): {counts}")

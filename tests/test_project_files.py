# SPDX-License-Identifier: Apache-2.0
"""Workflow, issue forms, hooks, the commit message check and licence lines are whole, and name what exists."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
ELEMENTS = {"markdown", "textarea", "input", "dropdown", "checkboxes"}


def parsed(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def missing(command: str) -> list[str]:
    """Files and folders of the repository that a command names and that are not there."""
    named = re.findall(r"(?:tests|packaging|\.ci)/[\w./-]+|[\w-]+\.(?:txt|toml)\b", command)
    return [path for path in named if not (ROOT / path).exists()]


@pytest.mark.parametrize(("name", "minutes"), [("ci.yml", 60), ("installers.yml", 120)])
def test_a_workflow_runs_on_three_systems_with_pinned_actions(name: str, minutes: int) -> None:
    workflow = parsed(ROOT / ".github" / "workflows" / name)
    assert workflow["permissions"] == {"contents": "read"}
    jobs = workflow["jobs"].values()
    systems = {system for job in jobs for system in (job.get("strategy", {}).get("matrix", {}).get("os") or [job["runs-on"]])}
    assert {system.partition("-")[0] for system in systems} == {"ubuntu", "windows", "macos"}
    for job in jobs:
        assert job["timeout-minutes"] <= minutes
        assert all(("uses" in step) != ("run" in step) for step in job["steps"])
        assert [name for step in job["steps"] for name in missing(step.get("run", ""))] == []
        for step in job["steps"]:
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", step.get("uses", f"own/step@{0:040x}")), step


def test_the_tests_run_what_a_person_can_run() -> None:
    steps = parsed(ROOT / ".github" / "workflows" / "ci.yml")["jobs"]["linux"]["steps"]
    assert any(step.get("run") == ".ci/run" for step in steps)


def test_the_installers_of_each_system_are_built_by_the_one_program() -> None:
    """Each on its own system, with all models and with the light one alone, on Linux for older systems too, by arguments that the program knows; all of it is kept."""
    build = (ROOT / "packaging" / "build.py").read_text(encoding="utf-8")
    jobs = parsed(ROOT / ".github" / "workflows" / "installers.yml")["jobs"]
    last = jobs.pop("checksums")
    assert set(last["needs"]) == set(jobs)
    for system, job in jobs.items():
        further = ["older"] if system == "linux" else []
        assert job["strategy"]["matrix"]["contents"] == ["whole", "light", *further]
        commands = " ".join(step.get("run", "") for step in job["steps"])
        assert re.search(rf"packaging/build\.py {system} ", commands), system
        assert f'"{system}"' in build
        assert set(re.findall(r"(?<= |')--[a-z]+(?=')", commands)) == {"--light", *(f"--{one}" for one in further)}
        assert all(f'"--{one}"' in build for one in ("light", *further))
        assert "INKSTONE_SMOKE_GGUF" in commands, "no model would be asked"
        assert job["steps"][-1]["with"]["path"] == "dist/*"


@pytest.mark.parametrize("form", FORMS, ids=lambda path: path.name)
def test_an_issue_form_is_whole(form: Path) -> None:
    found = parsed(form)
    assert found.keys() == {"name", "description", "labels", "body"}
    assert {element["type"] for element in found["body"]} <= ELEMENTS
    asked = [element for element in found["body"] if element["type"] != "markdown"]
    assert all(element["attributes"]["label"] for element in asked)
    ids = [element["id"] for element in asked]
    assert len(set(ids)) == len(ids) > 0


def test_there_are_forms_for_faults_and_wishes() -> None:
    assert [form.name for form in FORMS] == ["bug.yml", "feature.yml"]


def test_the_hooks_run_what_the_set_up_installs() -> None:
    config = parsed(ROOT / ".pre-commit-config.yaml")
    assert config["default_stages"] == ["pre-commit"]  # else each hook runs for the commit message once more
    hooks = [hook for repository in config["repos"] for hook in repository["hooks"]]
    entries = {hook["id"]: hook["entry"] for hook in hooks}
    assert {"ruff-format", "ruff-check", "mypy", "commit-message"} <= set(entries)
    assert len(entries) == len(hooks)
    assert [name for entry in entries.values() for name in missing(entry)] == []
    assert all(hook["language"] == "system" and hook["entry"].startswith(".venv/bin/") for hook in hooks)


@pytest.fixture(scope="module")
def commit_message() -> ModuleType:
    spec = importlib.util.spec_from_file_location("commit_message", ROOT / "packaging" / "commit_message.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("Match month names exactly in date codes\n\nThe first letters said March of marketing.\n", ""),
        ("# a comment\n" + "x" * 72 + "\n# another\n", ""),
        ("月" * 73 + "\n", "73 characters"),
        ("Match month names.\n", "period"),
        ("Match month names\nexactly\n", "second line"),
        ("\n# only comments\n", "empty"),
        ("", "empty"),
    ],
)
def test_a_commit_message_is_judged_by_its_form(commit_message: ModuleType, message: str, words: str) -> None:
    found = commit_message.faults(message)
    assert len(found) == bool(words)
    assert words in "".join(found)


def test_every_source_file_names_its_licence() -> None:
    files = [file for folder in ("desktop_app", "packaging", "tests") for file in (ROOT / folder).rglob("*.py")]
    bare = [
        file for file in files if not file.read_text(encoding="utf-8").startswith("# SPDX-License-Identifier: Apache-2.0\n")
    ]
    assert [
        file.relative_to(ROOT).as_posix() for file in bare if file.stat().st_size
    ] == []  # an empty one has nothing to license

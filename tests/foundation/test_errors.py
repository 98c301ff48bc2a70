# SPDX-License-Identifier: Apache-2.0
"""Every code can be made, sent over a pipe and made again; failed writes become the right problem."""

from __future__ import annotations

import errno
import sqlite3

import pytest

from desktop_app.foundation import errors
from desktop_app.foundation.errors import (
    ENVIRONMENT_CODES,
    INTERNAL_CODES,
    USAGE_CODES,
    EnvironmentProblem,
    InternalProblem,
    Problem,
    UsageProblem,
    as_problem,
    disk_problem,
    problem_from,
)

ALL = [
    (code, fields, kind, exit_code)
    for table, kind, exit_code in (
        (USAGE_CODES, UsageProblem, 2),
        (ENVIRONMENT_CODES, EnvironmentProblem, 3),
        (INTERNAL_CODES, InternalProblem, 3),
    )
    for code, fields in table.items()
]


@pytest.mark.parametrize(("code", "fields", "kind", "exit_code"), ALL, ids=[row[0] for row in ALL])
def test_every_code_survives_a_pipe(code: str, fields: tuple[str, ...], kind: type[Problem], exit_code: int) -> None:
    made = kind(code, **dict.fromkeys(fields, "路径"))
    again = problem_from(made.code, made.data)
    assert type(again) is kind
    assert (again.code, again.data, again.exit_code) == (code, dict.fromkeys(fields, "路径"), exit_code)
    assert code in str(again)


def test_no_code_stands_in_two_tables() -> None:
    assert len(ALL) == len({code for code, *_ in ALL})


def test_an_unknown_code_is_our_bug() -> None:
    problem = problem_from("未知", {})
    assert isinstance(problem, InternalProblem)
    assert "未知" in problem.data["detail"]


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk_full"),
        (errno.EDQUOT, "disk_full"),
        (errno.EROFS, "library_read_only"),
        (errno.EACCES, "library_read_only"),
        (errno.ENOENT, None),
    ],
)
def test_a_failed_write_as_a_problem(number: int, code: str | None) -> None:
    problem = disk_problem(OSError(number, "…"), "资料库")
    assert (problem.code if problem else None) == code
    assert problem is None or problem.data == {"path": "资料库"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("database or disk is full", "disk_full"),
        ("disk I/O error", "disk_failing"),
        ("attempt to write a readonly database", "library_read_only"),
        ("unable to open database file", "library_read_only"),
        ("no such table: x", None),
    ],
)
def test_a_failed_statement_as_a_problem(text: str, code: str | None) -> None:
    problem = disk_problem(sqlite3.OperationalError(text), "资料库")
    assert (problem.code if problem else None) == code


def test_an_io_error_means_a_full_disk_only_where_there_is_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    monkeypatch.setattr(errors, "_room", lambda _path: 0)
    full = disk_problem(error, "资料库")
    monkeypatch.setattr(errors, "_room", lambda _path: 10**9)
    failing = disk_problem(error, "资料库")
    assert full is not None
    assert failing is not None
    assert (full.code, failing.code) == ("disk_full", "disk_failing")
    assert failing.data == {"path": "资料库", "detail": "disk I/O error"}


def test_any_exception_is_a_problem() -> None:
    problem = UsageProblem("question_empty")
    assert as_problem(problem) is problem
    other = as_problem(KeyError("甲"))
    assert (other.code, other.data["detail"]) == ("internal", "KeyError: '甲'")

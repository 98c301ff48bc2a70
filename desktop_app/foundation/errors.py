# SPDX-License-Identifier: Apache-2.0
"""The errors that are shown to users, and the codes of their sentences.

The type says whose fault it is, ``code`` and ``data`` what happened.

    Problem                    anything with a sentence for users (in ``wording/problem_texts.py``)
    +-- UsageProblem           what was asked cannot be done as asked: exit code 2
    +-- EnvironmentProblem     the machine or a file is at fault (model missing, disk full, locked): exit code 3
    +-- InternalProblem        our bug: exit code 3, the log has the traceback

Lower floors raise these carrying data, never sentences.
"""

from __future__ import annotations

import errno
import shutil
import sys

# code -> the data fields its sentence needs. One table, so that a test can hold the sentences against it.
USAGE_CODES: dict[str, tuple[str, ...]] = {
    "path_missing": ("path",),
    "path_unsupported": ("path",),
    "path_not_text": ("path",),
    "path_is_model": ("path",),
    "folder_unreadable": ("path",),
    "folder_empty": ("path",),
    "question_empty": (),
    "question_too_long": ("length", "limit"),  # characters; of a language model: ("needed", "available"), tokens
    "batch_unreadable": ("path",),
    "batch_line": ("path", "line"),
    "chat_line": (),
    "chat_not_utf8": (),
    "passwords_unreadable": ("path",),
    "pattern_invalid": ("pattern",),
    "eval_line": ("path", "line"),
    "eval_empty": ("path",),
    "eval_unmatched": ("path",),
    "eval_nothing_to_compare": (),
    "source_unknown": ("path",),
    "library_empty": (),
    "model_folder_missing": ("path",),
    "model_folder_empty": ("path",),
    "no_models": (),
    "conversation_unknown": (),
    "tables_gone": (),
    "form_unfit": (),
    "library_missing": ("path",),
    "folder_not_empty": ("path",),
    "folder_inside": ("path",),
    "path_too_long": ("path",),
    "file_exists": ("path",),
    "backup_unreadable": ("path",),
    "backup_newer": ("path", "found", "known"),
    "setting_fixed": ("setting",),
    "library_not_allowed": ("path", "places"),
    "source_not_allowed": ("path", "places"),
    "model_not_allowed": ("path", "places"),
    "command_line_off": (),
    "export_off": (),
    "print_off": (),
    "copy_off": (),
    "open_off": (),
}
ENVIRONMENT_CODES: dict[str, tuple[str, ...]] = {
    "home_read_only": ("path",),
    "folder_of_others": ("path",),
    "policy_unreadable": ("path", "detail"),
    "policy_syntax": ("path", "detail"),
    "policy_unknown": ("path", "line", "key"),
    "policy_value": ("path", "line", "key", "value", "expected"),
    "policy_writable": ("path",),
    "disk_full": ("path",),
    "disk_failing": ("path", "detail"),
    "disk_short": ("path", "needed", "free"),
    "library_locked": ("path",),
    "window_hangs": (),
    "tray_missing": (),
    "hot_key_taken": ("keys",),
    "hot_key_unsupported": (),
    "library_newer": ("path", "found", "known"),
    "library_damaged": ("path", "detail"),
    "library_read_only": ("path",),
    "conversations_damaged": ("path",),
    "copy_differs": ("path",),
    "embedding_missing": ("path",),
    "embedding_not_a_model": ("path",),
    "embedding_pickled": ("path",),
    "embedding_remote_code": ("path",),
    "embedding_truncated": ("path", "expected", "found"),
    "embedding_unsupported": ("path", "detail"),
    "embedding_is_llm": ("path",),
    "embedding_no_tokenizer": ("path",),
    "embedding_no_dimension": ("path",),
    "embedding_vocabulary": ("path", "tokens", "rows"),
    "embedding_cut": ("path", "dimension", "asked"),
    "embedding_does_not_fit": ("path", "needed", "available"),
    "embedding_crashed": ("path", "detail"),
    "embedding_stalled": ("path", "seconds"),
    "embedding_architecture": ("path", "detail"),
    "embedding_failed": ("path", "detail"),
    "embedding_memory": ("path", "needed", "available"),
    "reranker_missing": ("path",),
    "reranker_not_a_model": ("path",),
    "reranker_pickled": ("path",),
    "reranker_remote_code": ("path",),
    "reranker_architecture": ("path", "detail"),
    "reranker_failed": ("path", "detail"),
    "checker_not_a_model": ("path",),
    "checker_pickled": ("path",),
    "checker_remote_code": ("path",),
    "checker_architecture": ("path", "detail"),
    "checker_failed": ("path", "detail"),
    "gguf_missing": ("path",),
    "gguf_not": ("path",),
    "gguf_truncated": ("path", "expected", "found"),
    "gguf_version": ("path", "version"),
    "gguf_damaged": ("path",),
    "gguf_part_missing": ("path", "part"),
    "gguf_projector": ("path",),
    "gguf_adapter": ("path",),
    "gguf_no_weights": ("path",),
    "gguf_no_tokenizer": ("path",),
    "gguf_other_kind": ("path", "architecture"),
    "llm_is_embedding": ("path",),
    "llm_is_encoder": ("path",),
    "llm_does_not_fit": ("path", "needed", "available"),
    "llm_load_failed": ("path", "detail"),
    "llm_architecture": ("path", "architecture"),
    "llm_weights": ("path", "detail"),
    "llm_number_format": ("path", "detail"),
    "llm_tokenizer": ("path", "detail"),
    "llm_no_memory": ("path",),
    "llm_crashed": ("path", "detail"),
    "llm_stalled": ("path", "seconds"),
    "llm_silent": ("path",),
    "llm_library_missing": ("detail",),
    "llm_processor": (),
    "component_missing": ("name", "detail"),
    "default_model_missing": ("name", "detail"),
    "engine_stopped": (),  # its ``detail`` is for the log
    "engine_version": ("found", "known"),
    "no_display": ("detail",),
    "export_failed": ("path", "detail"),
    "view_password": ("path",),
    "view_damaged": ("path",),
    "view_too_big": ("path",),
    "view_unreadable": ("path",),
    "view_component_missing": ("path",),
    "view_stalled": ("path",),
    "print_failed": ("path",),
    "view_crashed": ("path",),
}
INTERNAL_CODES: dict[str, tuple[str, ...]] = {
    "internal": ("detail",),
    "message_malformed": ("detail",),
}


class Problem(Exception):
    """An error that is shown to the user as a sentence.

    ``code`` is one of the tables above; ``data`` holds plain strings (paths, numbers as text) for the sentence.
    """

    exit_code = 3

    def __init__(self, code: str, /, **data: object) -> None:
        super().__init__(code, data)
        self.code = code
        self.data: dict[str, str] = {name: str(value) for name, value in data.items()}

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value}" for name, value in self.data.items())
        return f"{self.code}({details})"


class UsageProblem(Problem):
    """What was asked for cannot be done as asked."""

    exit_code = 2


class EnvironmentProblem(Problem):
    """This PC or a file is at fault: model missing, disk full, library in use."""

    exit_code = 3


class InternalProblem(Problem):
    """A bug of ours; the log has its traceback."""

    exit_code = 3


def problem_from(code: str, data: dict[str, str]) -> Problem:
    """The typed problem for a code that came over a pipe; an unknown code becomes ``internal``."""
    if code in USAGE_CODES:
        return UsageProblem(code, **data)
    if code in ENVIRONMENT_CODES:
        return EnvironmentProblem(code, **data)
    if code in INTERNAL_CODES:
        return InternalProblem(code, **data)
    return InternalProblem("internal", detail=f"unknown problem {code!r}")


_NAME_TOO_LONG = 206  # ERROR_FILENAME_EXCED_RANGE
# A write needs at least this much; SQLite's own temporary files and Chroma's are larger.
_LEAST_ROOM = 1 << 20


def disk_problem(error: Exception, path: object) -> Problem | None:
    """The problem behind a failed write below ``path``: disk full, read-only, failing, a path too long, or None when it is something else.

    SQLite's errors, and those of libraries that pass them on, are known by their text. "disk I/O error" is what SQLite says of a
    full disk in some places, of a pulled cable in others: the free space tells which.
    """
    if isinstance(error, OSError):
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return EnvironmentProblem("disk_full", path=path)
        if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            return EnvironmentProblem("library_read_only", path=path)
        if error.errno in (errno.EIO, errno.ENODEV, errno.ESTALE):
            return EnvironmentProblem("disk_failing", path=path, detail=error.strerror or error)
        if error.errno == errno.ENAMETOOLONG or getattr(error, "winerror", 0) == _NAME_TOO_LONG:
            return UsageProblem("path_too_long", path=path)
        return None
    text = str(error).lower()
    if "disk is full" in text or "no space left" in text:
        return EnvironmentProblem("disk_full", path=path)
    if "disk i/o error" in text:
        full = _room(path) < _LEAST_ROOM
        return (
            EnvironmentProblem("disk_full", path=path) if full else EnvironmentProblem("disk_failing", path=path, detail=error)
        )
    if "readonly" in text or "unable to open" in text:
        return EnvironmentProblem("library_read_only", path=path)
    return None


def _room(path: object) -> int:
    """Free bytes on the disk of ``path``; plenty where that cannot be asked."""
    try:
        return shutil.disk_usage(str(path)).free
    except OSError:
        return sys.maxsize


def as_problem(error: BaseException) -> Problem:
    """Any exception as a problem: a Problem stays, the rest becomes ``internal`` with its text."""
    if isinstance(error, Problem):
        return error
    return InternalProblem("internal", detail=f"{type(error).__name__}: {error}")


def last_line(error: Exception) -> str:
    """A library's own words, the last line of them: OpenVINO's are preceded by places in its source."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[-1] if lines else type(error).__name__)[:300]

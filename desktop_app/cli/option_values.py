# SPDX-License-Identifier: Apache-2.0
"""What parsed options and settings mean: paths, scope, model files."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.foundation import paths, windows_paths
from desktop_app.foundation.policy import policy_limits

if TYPE_CHECKING:
    from desktop_app.contract.ledger import Scope
    from desktop_app.foundation.settings import Settings


def text(argument: str) -> str:
    """An argument without the marks that stand for bytes in another encoding; nothing below can take them."""
    return os.fsencode(argument).decode("utf-8", "replace")


def library(options: argparse.Namespace) -> Path:
    """The folder of the library: the one named, else the one set, else the default one."""
    chosen = _unless_fixed(options.settings, "library", options.library or None)
    return Path(chosen).expanduser().absolute() if chosen else paths.default_library()


def scope(options: argparse.Namespace) -> Scope:
    """Where and how to search."""
    from desktop_app.contract.ledger import Scope

    below = tuple(windows_paths.absolute(os.path.expanduser(text(path))) for path in options.below)
    types = tuple(one.strip().lstrip(".").lower() for listed in options.types for one in listed.split(",") if one.strip(" ."))
    languages = tuple(one.strip().lower() for listed in options.languages for one in listed.split(",") if one.strip())
    return Scope(below, types, options.since, options.until, languages, options.exact, options.hidden)


def llm(options: argparse.Namespace) -> str:
    """The GGUF file that writes the answers, or ""."""
    chosen = _unless_fixed(options.settings, "llm", options.llm)
    return "" if chosen in ("", "none") else os.path.abspath(os.path.expanduser(chosen))


def reranker(options: argparse.Namespace) -> str:
    """The folder of the cross-encoder that re-ranks, or ""."""
    asked: str | None = getattr(options, "reranker", None)
    chosen = _unless_fixed(options.settings, "reranker", asked)
    return "" if chosen in ("", "none") else os.path.abspath(os.path.expanduser(chosen))


def _unless_fixed(settings: Settings, key: str, asked: str | None) -> str:
    """What was asked for, else what is set; the ``Problem`` where an administrator has set another one. "none" is always possible."""
    if asked is None:
        return settings.text(key)
    if asked != "none":
        policy_limits.check_fixed(key, os.path.abspath(os.path.expanduser(asked)))
    return asked

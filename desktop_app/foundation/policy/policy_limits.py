# SPDX-License-Identifier: Apache-2.0
"""Whether the policy lets a library, a document or a model be used.

Links are followed first: a link in an allowed folder may lead out of it. Where users cannot write the program's own folder, what lies in
it is allowed too: the sample documents, and models.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from desktop_app.foundation import installed, paths, windows_paths
from desktop_app.foundation.errors import Problem, UsageProblem
from desktop_app.foundation.policy.policy_in_force import in_force
from desktop_app.foundation.settings import SETTINGS
from desktop_app.foundation.translation import translate


def check_library(folder: str | Path) -> None:
    """Raises ``UsageProblem("library_not_allowed")`` for a library outside of ``library_places``."""
    places = in_force().names("library_places")
    if places and not _below(folder, places):
        raise UsageProblem("library_not_allowed", path=folder, places=_listed(places))


def check_document(path: str | Path) -> None:
    """Raises ``UsageProblem("source_not_allowed")`` for a folder or file outside of ``document_places``."""
    if not DocumentLimits().allow_place(str(path)):
        raise UsageProblem("source_not_allowed", path=path, places=_listed(in_force().names("document_places")))


class DocumentLimits:
    """Which files may be read, made ready for a walk of many; false where all may."""

    def __init__(self) -> None:
        policy = in_force()
        self._formats = frozenset(policy.names("formats"))
        named = policy.names("document_places")
        self._places = [_real(place) for place in (*named, *_own(paths.sample_office()))] if named else []
        self._folders: dict[str, bool] = {}  # those looked at: a library has a hundred files in each

    def __bool__(self) -> bool:
        return bool(self._formats or self._places)

    def allow(self, path: str) -> bool:
        """Whether a file may be read, by its place and its ending."""
        if self._formats and _ending(path) not in self._formats:
            return False
        if not self._places:
            return True
        folder = os.path.dirname(path)
        if folder not in self._folders:
            self._folders[folder] = self.allow_place(folder)
        return (self._folders[folder] and not os.path.islink(windows_paths.extended(path))) or self.allow_place(path)

    def allow_place(self, path: str) -> bool:
        """Whether a folder or file lies where documents may be read."""
        return not self._places or _is_below(_real(path), self._places)


def may_read_format(name: str) -> bool:
    """Whether files with the ending of ``name`` may be read."""
    formats = in_force().names("formats")
    return not formats or _ending(name) in formats


def model_problem(path: str | Path) -> Problem | None:
    """Why a model may not be used: it lies outside of ``model_places``; None where it may."""
    places = in_force().names("model_places")
    if not places or _below(path, (*places, *_own(_program()))):
        return None
    return UsageProblem("model_not_allowed", path=path, places=_listed(places))


def check_model(path: str | Path) -> None:
    """Raises ``UsageProblem("model_not_allowed")`` for a model outside of ``model_places``."""
    problem = model_problem(path)
    if problem is not None:
        raise problem


def check_fixed(key: str, value: str) -> None:
    """Raises ``UsageProblem("setting_fixed")`` where the policy fixes this setting, a path, to another one."""
    fixed = in_force().fixed.get(key)
    if fixed is not None and _real(str(fixed)) != _real(value):
        raise UsageProblem("setting_fixed", setting=translate(SETTINGS[key].title))


def check_command_line() -> None:
    """Raises ``UsageProblem("command_line_off")`` where commands in a terminal are switched off."""
    if not in_force().allows("command_line"):
        raise UsageProblem("command_line_off")


def check_export() -> None:
    """Raises ``UsageProblem("export_off")`` where nothing may be saved as a file."""
    if not in_force().allows("export"):
        raise UsageProblem("export_off")


def _program() -> str:
    """Where models lie that came with the program. Not ``paths.prepared``: a variable of the environment moves that."""
    here = installed.installation()
    return str(here.root) if here is not None else sys.prefix


def _own(place: str | Path) -> tuple[str, ...]:
    """``place`` in the program's folder, where only administrators can put something there. Not so of a program for one user or a
    portable one; a checkout is its developer's."""
    here = installed.installation()
    return (str(place),) if here is None or here.for_all_users else ()


def _below(path: str | Path, places: tuple[str, ...]) -> bool:
    return _is_below(_real(str(path)), [_real(place) for place in places])


def _is_below(real: str, places: Sequence[str]) -> bool:
    return any(real == place or real.startswith(place.rstrip(os.sep) + os.sep) for place in places)


def _ending(name: str) -> str:
    return os.path.splitext(name)[1].lower().removeprefix(".")


def _real(path: str) -> str:
    real = os.path.realpath(windows_paths.extended(os.path.expanduser(path)))
    return os.path.normcase(windows_paths.plain(real))


def _listed(places: tuple[str, ...]) -> str:
    return ", ".join(places)

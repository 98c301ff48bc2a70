# SPDX-License-Identifier: Apache-2.0
"""Puts an export on the disk, where the policy of this PC lets it."""

from __future__ import annotations

import os
import re

from desktop_app.foundation import windows_paths
from desktop_app.foundation.errors import EnvironmentProblem, Problem, disk_problem
from desktop_app.foundation.policy import policy_in_force, policy_limits

_LONGEST_NAME = 60  # characters of a suggested file name
_NO_NAME = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200e\u200f\u2028-\u202e\u2066-\u2069]+')


def may_export() -> bool:
    """Whether the policy of this PC lets anything be saved as a file."""
    return policy_in_force.in_force().allows("export")


def suggested_name(title: str) -> str:
    """``title`` as a file name that every system takes."""
    name = " ".join(_NO_NAME.sub(" ", title).split())[:_LONGEST_NAME].strip(" .")
    return name or "Inkstone"


class PartFile:
    """A file that is being written at ``part``, beside ``path``; what was at ``path`` stays until all of the new one is on the disk. Raises
    ``UsageProblem``: export_off."""

    def __init__(self, path: str) -> None:
        policy_limits.check_export()
        self.path = path
        self._place = windows_paths.extended(path)
        self.part = f"{self._place}.part"

    def finish(self) -> None:
        """It is whole: put it in its place. Raises OSError."""
        os.replace(self.part, self._place)

    def drop(self) -> None:
        """It will not be whole."""
        try:
            os.unlink(self.part)
        except OSError:
            pass  # it was never made, or the disk is gone

    def problem(self, error: OSError) -> Problem:
        """Why it could not be written."""
        problem = disk_problem(error, self.path)
        if problem is not None and problem.code != "library_read_only":
            return problem
        return EnvironmentProblem("export_failed", path=self.path, detail=error.strerror or error)


def write(path: str, data: bytes) -> None:
    """Put ``data`` at ``path``. Raises a Problem."""
    made = PartFile(path)
    try:
        with open(made.part, "wb") as file:
            file.write(data)
        made.finish()
    except OSError as error:
        made.drop()
        raise made.problem(error) from error

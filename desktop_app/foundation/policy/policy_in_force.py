# SPDX-License-Identifier: Apache-2.0
"""The policy of this PC, and the settings of this user under it.

It lies where only administrators write: %ProgramData%\\Inkstone\\policy.toml on Windows, /etc/inkstone/policy.toml on Linux,
/Library/Application Support/Inkstone/policy.toml on macOS. Where there is none, ``INKSTONE_POLICY`` may name one to be tried out; a user
can bind himself with it, but not get rid of the one that is there. Each process reads it once, where it starts; a changed one holds from the
next start. With an error in it Inkstone does not open: what it was to forbid is not known.

``defaults.toml`` beside ``installed.toml`` is what was chosen in the set-up program: settings as in ``[defaults]`` of a policy, below it.
A value in it that does not fit is passed over with a line in the log.
"""

from __future__ import annotations

import functools
import logging
import os
import sys
import tomllib
from pathlib import Path

from desktop_app.foundation import installed, paths
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.foundation.policy.policy_rules import Policy
from desktop_app.foundation.settings import SETTINGS, Given, Settings, Value, fits

log = logging.getLogger(__name__)

DEFAULTS = "defaults.toml"


def machine_file() -> Path:
    """Where the policy of this PC lies, whether or not there is one. No variable of the environment has a say in it."""
    if sys.platform == "win32":
        return _program_data() / "Inkstone" / "policy.toml"
    if sys.platform == "darwin":
        return Path("/Library/Application Support/Inkstone/policy.toml")
    return Path("/etc/inkstone/policy.toml")


@functools.cache
def in_force() -> Policy:
    """Raises ``EnvironmentProblem``: policy_unreadable, policy_syntax, policy_unknown, policy_value, policy_writable."""
    file = machine_file()
    try:
        file.stat()
    except (FileNotFoundError, NotADirectoryError):
        tried = os.environ.get("INKSTONE_POLICY")
        if not tried:
            return Policy()
        from desktop_app.foundation.policy import policy_file  # most PCs have no policy, and the window is to be there at once

        return policy_file.read(Path(tried))
    except OSError as error:  # a folder that may not be entered must not count as no policy
        raise EnvironmentProblem("policy_unreadable", path=file, detail=error.strerror or error) from error
    from desktop_app.foundation.policy import policy_file, policy_owners

    policy_owners.check(file)
    policy = policy_file.read(file)
    if policy.names("model_places") and installed.installation() is not None:
        os.environ.pop("INKSTONE_PREPARED", None)  # else a user could pass other models off as those that come with Inkstone
    return policy


def settings() -> Settings:
    """The settings of this user under the policy. Raises ``EnvironmentProblem`` as ``in_force`` and ``paths.home``."""
    policy = in_force()
    given = Given(policy.fixed, {**installed_defaults(), **policy.defaults}, frozenset(policy.names("hidden")))
    return Settings(paths.settings_file(), given)


def installed_defaults() -> dict[str, Value]:
    """What was chosen in the set-up program; {} in a checkout."""
    here = installed.installation()
    if here is None:
        return {}
    try:
        data = (here.root / DEFAULTS).read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        log.warning("%s cannot be read: %s", here.root / DEFAULTS, error)
        return {}
    from desktop_app.foundation.policy import policy_file

    try:
        stored = tomllib.loads(policy_file.decoded(data))
    except ValueError as error:  # not TOML, or not even text
        log.warning("%s cannot be read: %s", here.root / DEFAULTS, error)
        return {}
    usable: dict[str, Value] = {}
    for key, value in stored.items():
        if key in SETTINGS and not SETTINGS[key].internal and fits(SETTINGS[key], value):
            usable[key] = policy_file.with_user(value) if isinstance(value, str) and key in policy_file.PATHS else value
        else:
            log.warning("%s: %s = %r is not usable", here.root / DEFAULTS, key, value)
    return usable


def _program_data() -> Path:
    """As the registry of the machine has it. The variables ProgramData and SystemDrive are the user's to change."""
    if sys.platform == "win32":
        import winreg

        versions = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion"
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, versions) as key:
            drive = str(winreg.QueryValueEx(key, "SystemRoot")[0])[:2]
        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, rf"{versions}\ProfileList") as key:
                place = str(winreg.QueryValueEx(key, "ProgramData")[0])
        except OSError:
            place = r"%SystemDrive%\ProgramData"
        return Path(place.replace("%SystemDrive%", drive))
    raise NotImplementedError

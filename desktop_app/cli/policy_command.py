# SPDX-License-Identifier: Apache-2.0
"""``inkstone doctor --policy`` and ``--verify``, for administrators.

Both work before anything of the user's is touched: a set-up program checks a policy file with the program it has just unpacked, and a
policy with an error in it, with which nothing else opens, is told here.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from desktop_app.cli.running import DONE, INCOMPLETE, USAGE, json_line, print_problem
from desktop_app.foundation.errors import Problem
from desktop_app.foundation.policy import policy_file, policy_in_force, verified_download
from desktop_app.foundation.policy.policy_rules import RULES, Policy
from desktop_app.foundation.settings import SETTINGS, Value
from desktop_app.foundation.shown import shown_name
from desktop_app.foundation.translation import tr, translate


def show(options: argparse.Namespace) -> int:
    """What is in force; or, with a file, whether it could be: exit code 2 where it could not."""
    named = options.policy
    try:
        policy = policy_file.read(Path(named)) if named else policy_in_force.in_force()
    except Problem as problem:
        if options.json:
            json_line({"problem": problem.code, "data": problem.data})
        code = print_problem(problem)
        return USAGE if named else code
    if options.json:
        json_line(_plain(policy))
    else:
        print("\n".join(_lines(policy)))
    return DONE


def verify(options: argparse.Namespace) -> int:
    """Whether a downloaded file is what its publisher made; exit code 1 where it is not, or not for certain."""
    found = verified_download.check(Path(options.verify))
    if options.json:
        json_line({"file": options.verify, "sha256": found.sha256, "checksum": found.checksum, "signature": found.signature})
    else:
        print(f"SHA-256 {found.sha256}\n{_CHECKSUM[found.checksum]()}\n{_SIGNATURE[found.signature]()}")
    return DONE if found.good else INCOMPLETE


_CHECKSUM = {
    "equal": lambda: tr("The file is the one that SHA256SUMS beside it lists."),
    "differs": lambda: tr(
        "The file is damaged or another one than SHA256SUMS beside it lists. Do not install it; get it again."
    ),
    "unlisted": lambda: tr("SHA256SUMS beside it does not list this file; get the list that belongs to it."),
    "missing": lambda: tr("There is no SHA256SUMS beside it; put the one of the same version there."),
}
_SIGNATURE = {
    "good": lambda: tr("SHA256SUMS is signed with the key of the publisher of this Inkstone."),
    "bad": lambda: tr(
        "SHA256SUMS.sig is not a signature of this list with the key of the publisher of this Inkstone. Do not install it."
    ),
    "missing": lambda: tr(
        "There is no SHA256SUMS.sig beside it, so that nobody knows who made the list; get it from the same place."
    ),
    "no_key": lambda: tr(
        "This Inkstone was built without a publisher's key: who made the list cannot be checked, only that the file fits it."
    ),
}


def _plain(policy: Policy) -> dict[str, Any]:
    rules = {key: policy.rules.get(key, rule.default) for key, rule in RULES.items()}
    return {
        "file": policy.file,
        "machine_file": str(policy_in_force.machine_file()),
        "fixed": policy.fixed,
        "defaults": policy.defaults,
        "set_up": policy_in_force.installed_defaults(),
        "rules": rules,
        "changed": sorted(_changed(policy)),
    }


def _changed(policy: Policy) -> set[str]:
    rules = {key for key, value in policy.rules.items() if value != RULES[key].default}
    settings = {**policy.defaults, **policy.fixed}
    return rules | {key for key, value in settings.items() if value != SETTINGS[key].default or key in policy.fixed}


def _lines(policy: Policy) -> list[str]:
    machine = str(policy_in_force.machine_file())
    if not policy.file:
        lines = [tr("There is no policy on this PC ({file}); users decide.", file=machine)]
    elif policy.file == machine:
        lines = [tr("Policy of this PC: {file}", file=shown_name(policy.file))]
    else:
        lines = [tr("Policy {file}; it holds for a PC once it lies at {place}.", file=shown_name(policy.file), place=machine)]
    lines += _part(tr("Fixed, users cannot change:"), policy.fixed)
    lines += _part(tr("Until a user chooses otherwise:"), policy.defaults)
    lines += _part(tr("Chosen in the set-up program, until a user chooses otherwise:"), policy_in_force.installed_defaults())
    rules = {key: value for key, value in policy.rules.items() if value != RULES[key].default}
    return lines + _part(tr("Rules:"), rules)


def _part(title: str, values: Mapping[str, Value]) -> list[str]:
    lines = [f"  {key} = {shown_name(json.dumps(value, ensure_ascii=False))}    {_about(key)}" for key, value in values.items()]
    return ["", title, *lines] if lines else []


def _about(key: str) -> str:
    return translate(RULES[key].help if key in RULES else SETTINGS[key].title)

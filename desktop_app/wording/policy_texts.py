# SPDX-License-Identifier: Apache-2.0
"""Texts about what an administrator has set, and about a policy file."""

from __future__ import annotations

from desktop_app.foundation.translation import tr_noop

# code -> (what happened, what to do); a part of ``problem_texts.PROBLEMS``
POLICY_PROBLEMS: dict[str, tuple[str, str]] = {
    "policy_unreadable": (
        tr_noop("The policy file “{path}” cannot be read ({detail}), and Inkstone does not open without it."),
        tr_noop("Ask your administrator."),
    ),
    "policy_syntax": (
        tr_noop("The policy file “{path}” is not valid TOML: {detail}."),
        tr_noop("Ask your administrator to correct it; Inkstone does not open until then."),
    ),
    "policy_unknown": (
        tr_noop("Line {line} of the policy file “{path}”: this version of Inkstone knows no “{key}”."),
        tr_noop("Ask your administrator to correct it; Inkstone does not open until then."),
    ),
    "policy_value": (
        tr_noop("Line {line} of the policy file “{path}”: {key} cannot be {value}; possible are: {expected}."),
        tr_noop("Ask your administrator to correct it; Inkstone does not open until then."),
    ),
    "policy_writable": (
        tr_noop("“{path}” belongs to the policy of this PC, but others than administrators may change it."),
        tr_noop("Ask your administrator to take that right away; Inkstone does not open until then."),
    ),
    "setting_fixed": (tr_noop("“{setting}” is set by your administrator and cannot be changed here."), ""),
    "library_not_allowed": (
        tr_noop("Your administrator does not allow a library in “{path}”."),
        tr_noop("Choose a folder in one of these: {places}"),
    ),
    "source_not_allowed": (
        tr_noop("Your administrator does not allow documents in “{path}” to be read."),
        tr_noop("Choose documents in one of these folders: {places}"),
    ),
    "model_not_allowed": (
        tr_noop("Your administrator does not allow models in “{path}” to be used."),
        tr_noop("Choose a model in one of these folders: {places}"),
    ),
    "command_line_off": (tr_noop("Your administrator has switched off the commands of Inkstone."), tr_noop("Use the window.")),
    "export_off": (tr_noop("Your administrator does not allow anything to be saved as a file."), ""),
    "print_off": (tr_noop("Your administrator does not allow anything to be printed."), ""),
    "copy_off": (tr_noop("Your administrator does not allow anything to be copied out of Inkstone."), ""),
    "open_off": (tr_noop("Your administrator does not allow documents to be opened outside of Inkstone."), ""),
}

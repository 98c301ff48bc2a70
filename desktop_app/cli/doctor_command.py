# SPDX-License-Identifier: Apache-2.0
"""``inkstone doctor``: hardware, backends, offline state, library health.

``--policy`` and ``--verify``, for administrators, are in ``policy_command``.
"""

from __future__ import annotations

import argparse

from desktop_app.cli import policy_command
from desktop_app.cli.running import DONE, ENVIRONMENT, json_line, open_engine
from desktop_app.wording.doctor_texts import doctor_report


def run(options: argparse.Namespace) -> int:
    """``inkstone doctor``: what this PC, the backends and the library are like."""
    if options.policy is not None:
        return policy_command.show(options)
    if options.verify is not None:
        return policy_command.verify(options)
    with open_engine(options) as engine:
        report = engine.diagnose()
    if options.json:
        json_line(report)
    else:
        print(doctor_report(report))
    healthy = report["embedding"]["state"] != "failed" and report["llm"]["state"] != "failed" and report["library"]["healthy"]
    return DONE if healthy else ENVIRONMENT

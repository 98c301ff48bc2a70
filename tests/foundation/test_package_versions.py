# SPDX-License-Identifier: Apache-2.0
"""Versions of what is installed, and nothing for what is not."""

from __future__ import annotations

from importlib.metadata import version

from desktop_app.foundation.package_versions import versions


def test_a_package_that_is_missing_has_no_version() -> None:
    assert versions(("numpy", "no-such-package")) == {"numpy": version("numpy"), "no-such-package": ""}

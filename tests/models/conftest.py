# SPDX-License-Identifier: Apache-2.0
"""llama_cpp opens the null device twice when it is imported and leaves both open; here they are closed with the session."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def null_devices_of_llama_cpp() -> Iterator[None]:
    yield
    module = sys.modules.get("llama_cpp._utils")
    if module is not None:
        module.outnull_file.close()
        module.errnull_file.close()

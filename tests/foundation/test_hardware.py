# SPDX-License-Identifier: Apache-2.0
"""What is known of the processor."""

from __future__ import annotations

import platform
from collections.abc import Iterator

import pytest

from desktop_app.foundation import hardware


@pytest.fixture(autouse=True)
def asked_anew() -> Iterator[None]:
    hardware.without_avx2.cache_clear()
    yield
    hardware.without_avx2.cache_clear()


@pytest.mark.parametrize(
    ("machine", "processor", "without"),
    [
        ("x86_64", ("Intel(R) Core(TM) i5-2400", ("avx",)), True),
        ("x86_64", ("Intel(R) Core(TM) i5-8250U", ("avx", "avx2")), False),
        ("x86_64", ("", ()), False),  # nothing can be asked
        ("aarch64", ("Cortex-A72", ("asimd",)), False),
    ],
)
def test_a_processor_without_avx2(
    monkeypatch: pytest.MonkeyPatch, machine: str, processor: tuple[str, tuple[str, ...]], without: bool
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: machine)
    monkeypatch.setattr(hardware, "_processor", lambda: processor)
    assert hardware.without_avx2() is without

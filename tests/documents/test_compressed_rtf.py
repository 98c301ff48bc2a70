# SPDX-License-Identifier: Apache-2.0
"""Rich text inside mails: what another program packs is read, and of a damaged one as much as is there."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from compressed_rtf import compress
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.documents.containers.msg import unpacked_rtf
from desktop_app.documents.process import registry
from documents.making import quiet
from documents.old_office import compound

# 甲方应付款。 in GBK, a hundred times with other figures.
RICH = (
    b"{\\rtf1\\ansi\\ansicpg936{\\fonttbl{\\f0\\fcharset134 SimSun;}}\\f0 "
    + b"".join(b"\\'bc\\'d7\\'b7\\'bd\\'d3\\'a6\\'b8\\'b6\\'bf\\'ee\\'a1\\'a3 %d\\par " % number for number in range(100))
    + b"}"
)


@given(st.one_of(st.binary(min_size=1, max_size=300), st.text("{}\\par b1", min_size=1, max_size=400).map(str.encode)))
def test_what_another_program_packs_is_unpacked(data: bytes) -> None:
    assert unpacked_rtf(compress(data)) == data
    assert unpacked_rtf(compress(data, compressed=False)) == data


def test_a_mail_with_rich_text_alone(tmp_path: Path) -> None:
    path = compound(
        tmp_path / "富文本.msg",
        {
            "__properties_version1.0": bytes(32),
            "__substg1.0_0037001F": "付款".encode("utf-16-le"),
            "__substg1.0_10090102": compress(RICH),
        },
    )
    texts = [segment.text for segment in registry.read(path, quiet).segments]
    assert "甲方应付款。 99" in "\n".join(texts)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_of_a_cut_off_one_the_beginning_is_read(share: float) -> None:
    packed = compress(RICH)[16:]
    kept = packed[: int(share * len(packed))]
    begin = unpacked_rtf(compress(RICH)[:16] + kept)
    assert RICH.startswith(begin)
    assert len(begin) >= len(kept)


def test_random_bytes_end_soon_and_quietly() -> None:
    choose = random.Random(4)
    packed = compress(RICH)
    for _ in range(500):
        noise = choose.randbytes(choose.randrange(400))
        unpacked_rtf(noise)
        claims = packed[:4] + b"\xff\xff\xff\xff" + packed[8:16] + noise  # says that it unpacks to 4 GB
        assert len(unpacked_rtf(claims)) <= 17 * len(noise)

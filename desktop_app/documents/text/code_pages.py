# SPDX-License-Identifier: Apache-2.0
"""Codecs of Windows code pages, by number."""

from __future__ import annotations

import codecs

# Chinese pages are read as GB18030, which holds all of them; others that Python does not know by "cp" and their number.
_CODECS = {
    936: "gb18030",
    1200: "utf-16-le",
    10000: "mac_roman",
    10008: "gb18030",
    20936: "gb18030",
    54936: "gb18030",
    65001: "utf-8",
}


def codec_of(page: int) -> str:
    """Python's codec for a code page, "" for one that it does not know, and for 0, which stands for none."""
    codec = _CODECS.get(page, f"cp{page}")
    try:
        codecs.lookup(codec)
    except LookupError:
        return ""
    return codec

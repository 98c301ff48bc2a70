# SPDX-License-Identifier: Apache-2.0
"""The first element of pages and XML files, which shows their format.

Many programs export web pages and XML under the name of an Office format (.xls, .doc), so the name proves nothing.
"""

from __future__ import annotations

import re

from desktop_app.documents.reader import Reader

WHITE = b"\xef\xbb\xbf \t\r\n"
"""What may stand before the first sign of a text: a byte order mark and white space."""

_ELEMENT = re.compile(rb"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_PROLOGUE = re.compile(rb"<!--.*?(?:-->|\Z)|<\?.*?\?>|<!DOCTYPE[^>\[]*(?:\[.*?\])?\s*>", re.DOTALL)
_UTF_16 = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def first_element(head: bytes, by_name: Reader | None) -> str:
    """The local name of the first element, "?xml" when only a declaration is seen, "" when it is no markup.

    A text stays what its name says, and what has no known name is not looked at.
    """
    if by_name is None or by_name.is_text:
        return ""
    for mark, codec in _UTF_16:
        if head.startswith(mark):
            head = head.decode(codec, "ignore").encode("utf-8", "ignore")
    start = head.lstrip(WHITE)
    if not start.startswith(b"<"):
        return ""
    lowered = start.lower()
    if lowered.startswith((b"<!doctype html", b"<html")):
        return "html"
    found = _ELEMENT.search(_PROLOGUE.sub(b"", start))
    if found is not None:
        return found[2].decode("ascii", "replace")
    return "?xml" if lowered.startswith(b"<?xml") else ""

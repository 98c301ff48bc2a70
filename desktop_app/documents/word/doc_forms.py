# SPDX-License-Identifier: Apache-2.0
"""What form fields of Word 97 files say: check boxes and drop-down lists.

Their state stands in the stream of data, behind the header of a picture that there is not ([MS-DOC] FFData).
"""

from __future__ import annotations

import struct

from desktop_app.documents.word.docx_inline import BOXES

_CHECK, _LIST = 1, 2
_BY_DEFAULT = 25  # the state of a field that nobody has touched
_MOST_ENTRIES = 1_000


def form_value(data: bytes, offset: int) -> str:
    """What the form field at ``offset`` of the stream of data shows, "" for a text field or what cannot be read."""
    try:
        position = offset + struct.unpack_from("<H", data, offset + 4)[0]
        version, bits = struct.unpack_from("<IH", data, position)
        kind, state = bits & 3, bits >> 2 & 0x1F
        if version != 0xFFFFFFFF or kind not in (_CHECK, _LIST):
            return ""
        position = _after_text(data, position + 10)
        chosen = struct.unpack_from("<H", data, position)[0] if state == _BY_DEFAULT else state
        if kind == _CHECK:
            return BOXES[chosen == 1]
        position += 2
        for _ in range(5):  # format, help, status, two macros
            position = _after_text(data, position)
        return _entry(data, position, chosen)
    except (struct.error, IndexError):
        return ""


def _after_text(data: bytes, position: int) -> int:
    """Where a text with a zero behind it ends."""
    return int(position + 4 + 2 * struct.unpack_from("<H", data, position)[0])


def _entry(data: bytes, position: int, chosen: int) -> str:
    """An entry of the list of texts at ``position``."""
    _, count, extra = struct.unpack_from("<HHH", data, position)
    position += 6
    for number in range(min(count, _MOST_ENTRIES)):
        length = struct.unpack_from("<H", data, position)[0]
        if number == chosen:
            return data[position + 2 : position + 2 + 2 * length].decode("utf-16-le", "replace")
        position += 2 + 2 * length + extra
    return ""

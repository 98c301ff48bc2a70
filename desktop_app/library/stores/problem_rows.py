# SPDX-License-Identifier: Apache-2.0
"""The column ``problems`` of a ledger row: what files inside a file lack.

JSON, ``[{"part": "归档.zip › 密.docx", "reason": "password"}]``. Until format 5 the problems stood only in the sentence of ``detail``, and a
member called "plan (password).docx" counted as protected, whatever its reason was.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from desktop_app.contract.document import REASONS, MemberProblem

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(tuple[MemberProblem, ...])
# "密.docx (password), b.pdf (damaged), +2": a reason ends its entry, so that a name may hold brackets and commas.
_ENTRY = re.compile(
    rf"(?:^(?:(?:more than|unpacks to|only the first) [^;]*; )?|, )(?P<part>.+?) \((?P<reason>{'|'.join(REASONS)})\)(?=, |$)",
    re.DOTALL,
)


def encode_problems(problems: Sequence[MemberProblem]) -> str:
    """The value of the column."""
    return _encoder.encode(problems).decode("utf-8")


def decode_problems(value: str) -> tuple[MemberProblem, ...]:
    """The problems that a column holds."""
    return _decoder.decode(value)


def problems_in_detail(detail: str) -> tuple[MemberProblem, ...]:
    """The problems that libraries up to format 4 told in ``detail``, as far as it goes: it named the first three."""
    return tuple(MemberProblem(match["part"], match["reason"]) for match in _ENTRY.finditer(detail))

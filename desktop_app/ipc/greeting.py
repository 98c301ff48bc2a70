# SPDX-License-Identifier: Apache-2.0
"""A child's side of the greeting: the first line in, the first line out."""

from __future__ import annotations

import logging
from typing import IO

import msgspec

from desktop_app.ipc import pipes
from desktop_app.ipc.message import PROTOCOL, UNDECODABLE, ErrorReply, Initialize, Initialized

log = logging.getLogger(__name__)

_decode = msgspec.json.Decoder(Initialize).decode


def answer(stream: IO[bytes], writer: pipes.LineWriter) -> bool:
    """Read ``Initialize`` from ``stream`` and answer it. False: the parent is gone or speaks another protocol, and the child leaves."""
    found = "?"
    try:
        line = pipes.read_line(stream)
        if not line:
            return False
        found = str(_decode(line).protocol)
    except (*UNDECODABLE, pipes.LineTooLongError) as error:
        log.warning("the first line is no Initialize: %s", error)
    known = found == str(PROTOCOL)
    refusal = ErrorReply(0, "engine_version", {"found": found, "known": str(PROTOCOL)})
    try:
        writer.write(Initialized(PROTOCOL) if known else refusal)
    except BrokenPipeError:
        return False  # the parent has gone meanwhile
    return known

# SPDX-License-Identifier: Apache-2.0
"""The protocol of the measuring process, in the words of ``ipc.message``.

One ``Job`` goes in, ``Event`` lines come out, then the process ends. The texts go through the pipe and nowhere else.
"""

from __future__ import annotations

import msgspec

from desktop_app.ipc.message import Notification

_AGREES = 0.99  # cosine of every measured vector with the one OpenVINO computes in f32


class Row(msgspec.Struct, frozen=True, omit_defaults=True):
    """``rate`` in texts a second; ``mean`` and ``least``: cosine to f32 over the ``texts`` measured; ``problem``: why it cannot
    be used here, in the words of the library."""

    backend: str
    rate: float = 0.0
    mean: float = 0.0
    least: float = 0.0
    texts: int = 0
    problem: str = ""

    @property
    def allowed(self) -> bool:
        """Whether the backend may be used: it agrees with f32."""
        return not self.problem and self.least >= _AGREES


class Job(Notification, frozen=True):
    """``path`` and ``cut`` as of ``modelfiles.embedding_folder.inspect``, or the folder of a ``reranker``. ``convert``: make the f32 graph
    first; int8 is made from it when it is among the ``candidates`` and missing. ``texts`` are what candidates are measured with."""

    path: str
    cut: int
    convert: bool
    candidates: tuple[str, ...]
    texts: tuple[str, ...]
    reranker: bool = False


class Event(Notification, frozen=True):
    """What the measuring process reports."""


class Converted(Event, frozen=True):
    """The f32 graph is on the disk."""


class NotConverted(Event, frozen=True):
    """This model cannot be run by OpenVINO; ``problem`` in the words of the library. ``lasting``: no full disk, so trying again is
    in vain."""

    problem: str
    lasting: bool


class Trying(Event, frozen=True):
    """If nothing follows, it was ``backend`` that ended the process."""

    backend: str


class Timing(Event, frozen=True):
    """A second or so of measuring begins: who can wait should keep the processor free."""


class Measured(Event, frozen=True):
    """A candidate was timed, or cannot be used. A later one of the same candidate replaces it."""

    row: Row


decode_job = msgspec.json.Decoder(Job).decode
AnyEvent = Converted | NotConverted | Trying | Timing | Measured
decode_event = msgspec.json.Decoder(AnyEvent).decode

"""What the program and its measuring process say to each other: one ``Job`` in, ``Event`` lines out, then the process ends.

The texts go through the pipe and nowhere else.
"""

from __future__ import annotations

import msgspec

from desktop_app.embedding.choices import Row


class Job(msgspec.Struct, frozen=True):
    """``path`` and ``cut`` as of ``modelfiles.embedding_folder.inspect``, or the folder of a ``reranker``. ``convert``: make the f32 graph
    first; int8 is made from it when it is among the ``candidates`` and missing. ``texts`` are what candidates are measured with."""

    path: str
    cut: int
    convert: bool
    candidates: tuple[str, ...]
    texts: tuple[str, ...]
    reranker: bool = False


class Event(msgspec.Struct, tag=True, frozen=True):
    """Something the measuring process tells."""


class Converted(Event, frozen=True):
    """The f32 graph lies on the disk."""


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
    row: Row


decode_job = msgspec.json.Decoder(Job).decode
decode_event = msgspec.json.Decoder(Converted | NotConverted | Trying | Timing | Measured).decode

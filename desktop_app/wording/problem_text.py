# SPDX-License-Identifier: Apache-2.0
"""A sentence for people, and the data of a problem as it stands in one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desktop_app.foundation.shown import shown_name

_LONGEST = 600  # characters of a path or detail inside a sentence


@dataclass(frozen=True, slots=True)
class Sentence:
    """``what`` happened and to which thing; ``todo`` is what the person can do, "" when nothing."""

    what: str
    todo: str = ""

    def __str__(self) -> str:
        return f"{self.what} {self.todo}".strip()


class Data(dict[str, str]):
    """A field that is not there is shown as "?": a sentence with a gap is better than none. Paths and details come from others."""

    def __init__(self, data: Mapping[str, str]) -> None:
        # A detail may be an error of several lines; in a path every blank counts.
        flat = {name: value if name == "path" else " ".join(value.split()) for name, value in data.items()}
        super().__init__({name: shown_name(value, _LONGEST) for name, value in flat.items()})

    def __missing__(self, name: str) -> str:
        return "?"

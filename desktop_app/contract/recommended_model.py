# SPDX-License-Identifier: Apache-2.0
"""A model that the program recommends, and whether it fits this PC."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RecommendedModel:
    """``kind`` as of ``ModelEntry``. ``page``: address of the publisher's page, to be opened on another PC; Inkstone opens none.

    ``files``: what to bring from there, names as the publisher gives them. ``size``: bytes of them together, ``memory`` bytes it needs when
    loaded; both rounded. ``languages``: codes, ("*",) for about a hundred. ``purpose``: a code of ``wording.recommended_texts``. ``fits`` as of
    ``ModelEntry``; ``path``: where it lies already, "" where it was not found.
    """

    name: str
    kind: str
    publisher: str
    page: str
    files: tuple[str, ...]
    quantisation: str
    size: int
    memory: int
    parameters: int
    licence: str
    languages: tuple[str, ...]
    purpose: str
    fits: str = "yes"
    path: str = ""

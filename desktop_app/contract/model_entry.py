# SPDX-License-Identifier: Apache-2.0
"""Models that were found on this PC or are recommended; whether they fit."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One model found. ``kind``: "llm" (GGUF), "embedding" (a folder, or GGUF of an embedder), "reranker" or "checker".

    ``size`` is bytes on disk; ``memory`` the bytes it is expected to need when loaded with ``context`` tokens; ``fits``: "yes",
    "tight" (more than is free now, less than the machine has) or "no". An unusable one carries ``problem`` (a code of
    ``foundation.errors``) with its ``data`` and fits "no". ``notes`` are codes of ``wording.model_problem_texts`` for what a person should know
    of one that can be used. ``reads`` and ``writes``: tokens a second of prompt and of answer, measured on this PC; 0: not yet.
    """

    path: str
    name: str
    kind: str
    size: int
    memory: int = 0
    fits: str = "yes"
    architecture: str = ""
    parameters: int = 0
    quantisation: str = ""
    context: int = 0
    has_chat_template: bool = False
    dimension: int = 0
    problem: str = ""
    data: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    reads: float = 0.0
    writes: float = 0.0


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

# SPDX-License-Identifier: Apache-2.0
"""Texts about recommended models: what each is for, its languages."""

from __future__ import annotations

from collections.abc import Sequence

from desktop_app.foundation.translation import tr, tr_noop, translate

MANY = "*"
"""In ``RecommendedModel.languages``: about a hundred more."""


def purpose(code: str) -> str:
    """What a recommended model is for (``RecommendedModel.purpose``); "" for an unknown code."""
    return translate(_PURPOSES.get(code, ""))


def languages(codes: Sequence[str]) -> str:
    """ "Chinese, English and others"; an unknown code as it is."""
    named = tr(", ").join(translate(_LANGUAGES.get(code, code)) for code in codes if code != MANY)
    return tr("{languages} and others", languages=named) if MANY in codes else named


_LANGUAGES: dict[str, str] = {"zh": tr_noop("Chinese"), "en": tr_noop("English")}

_PURPOSES: dict[str, str] = {
    "smallest": tr_noop("The smallest that writes whole sentences; for PCs with 4 GB of memory. It often leaves things out."),
    "office": tr_noop("For an office PC with 8 GB of memory: short answers in plain Chinese and English."),
    "thinks": tr_noop("Thinks before it answers: better with several conditions at once, but the answer takes longer."),
    "research_only": tr_noop(
        "Better written than 1.5 billion parameters. Its licence allows research only, no use in a company."
    ),
    "balanced": tr_noop("For 8 to 16 GB of memory: good answers at a bearable pace. Thinks before it answers."),
    "best_written": tr_noop("For 16 GB of memory: the best-written answers of those that an office PC can run."),
    "strong": tr_noop("For 16 GB of memory and a quick processor: compares and reasons best. Thinks before it answers."),
    "quick_chinese": tr_noop("Small and quick, for libraries that are Chinese throughout."),
    "better_than_built_in": tr_noop(
        "The larger sister of the built-in model: tells similar passages apart better, and takes longer to read."
    ),
    "strong_meaning": tr_noop(
        "For mixed libraries on a quick PC: finds what is said in quite other words; reading takes far longer."
    ),
    "order": tr_noop("Puts Chinese and English passages in a better order."),
    "order_many": tr_noop("Puts passages in many languages in a better order; needs a quick PC."),
}

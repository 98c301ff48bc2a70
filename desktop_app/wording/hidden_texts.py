# SPDX-License-Identifier: Apache-2.0
"""Why a text is not seen by who opens its file, in words.

Behind a place, in a sentence above an open source, and for the files of the ledger.
"""

from __future__ import annotations

from collections.abc import Mapping

from desktop_app.foundation.translation import tr, tr_noop, translate, trn

# By the words of ``contract.document.HIDDEN``.
_PLACES = {
    "sheet": tr_noop("on a hidden sheet"),
    "slide": tr_noop("on a hidden slide"),
    "row": tr_noop("in a hidden row"),
    "column": tr_noop("in a hidden column"),
    "text": tr_noop("hidden text"),
    "invisible": tr_noop("hidden: in the colour of its ground, or none"),
    "tiny": tr_noop("hidden: too small to read"),
    "off_page": tr_noop("hidden: outside the page"),
    "layer": tr_noop("hidden: layer switched off"),
}
_REASONS = {
    "sheet": tr_noop("its sheet is hidden"),
    "slide": tr_noop("its slide is hidden"),
    "row": tr_noop("its row is hidden"),
    "column": tr_noop("its column is hidden"),
    "text": tr_noop("it is formatted as hidden"),
    "invisible": tr_noop("it has the colour of what is behind it, or none"),
    "tiny": tr_noop("it is too small to read"),
    "off_page": tr_noop("it lies outside the page"),
    "layer": tr_noop("its layer is switched off"),
}
_KINDS = {
    "sheet": tr_noop("hidden sheets"),
    "slide": tr_noop("hidden slides"),
    "row": tr_noop("hidden rows"),
    "column": tr_noop("hidden columns"),
    "text": tr_noop("set as hidden"),
    "invisible": tr_noop("without a visible colour"),
    "tiny": tr_noop("text too small to read"),
    "off_page": tr_noop("text outside the page"),
    "layer": tr_noop("layers switched off"),
}


def hidden_place(hidden: str) -> str:
    """Where hidden text is hidden, to stand behind its place."""
    return translate(_PLACES[hidden]) if hidden in _PLACES else tr("hidden text")


def hidden_note(hidden: str) -> str:
    """A sentence about hidden text that is shown."""
    if hidden not in _REASONS:
        return tr("People who open the file do not see this text.")
    return tr("People who open the file do not see this text: {why}.", why=translate(_REASONS[hidden]))


def hidden_counts(counts: Mapping[str, int]) -> str:
    """How many hidden passages a file has, and of which kinds, the most first; "" where it has none."""
    if not counts:
        return ""
    number = sum(counts.values())
    kinds = sorted(counts, key=lambda hidden: -counts[hidden])
    named = tr(", ").join(translate(_KINDS[hidden]) for hidden in kinds if hidden in _KINDS)
    told = trn("{n} hidden passage", "{n} hidden passages", number)
    return tr("{passages}: {kinds}", passages=told, kinds=named) if named else told

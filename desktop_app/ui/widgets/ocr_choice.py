# SPDX-License-Identifier: Apache-2.0
"""The choice of text recognition in words: automatic, always or off.

The setting holds from the next reading on; the engine knows which files it concerns (``Catalogue.note_ocr``).
"""

from __future__ import annotations

from desktop_app.foundation.translation import tr

MODES = ("auto", "always", "off")


def name(mode: str) -> str:
    """The mode in a word."""
    return {"auto": tr("automatic"), "always": tr("always"), "off": tr("off")}[mode]


def explanation(mode: str) -> str:
    """What the choice does, in a sentence."""
    return {
        "auto": tr("Automatic: pages and pictures that have no text of their own are recognised, after all other files."),
        "always": tr("Always: every page of every PDF is recognised, even where it has text. This is slow."),
        "off": tr("Off: scans and pictures stay without text; what was recognised before stays searchable."),
    }[mode]


def title(mode: str) -> str:
    """The words of the button and of the palette."""
    return tr("Text recognition: {mode}", mode=name(mode))

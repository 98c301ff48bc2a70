# SPDX-License-Identifier: Apache-2.0
"""Kinds of files as people name them, each with its file endings.

A search is narrowed to "Word", not to nine endings. Names for people: ``wording.scope_texts``; a test holds the endings to the readers'.
"""

from __future__ import annotations

FILE_KINDS: dict[str, tuple[str, ...]] = {
    "pdf": ("pdf", "ofd"),
    "word": ("doc", "docx", "docm", "dot", "dotx", "dotm", "wps", "wpt", "rtf", "odt", "ott", "fodt", "hwp"),
    "spreadsheet": (
        *("xlsx", "xlsm", "xltx", "xltm", "xlsb", "xls", "xlt", "et", "ett"),
        *("ods", "ots", "fods", "csv", "tsv", "dbf"),
    ),
    "slides": (
        *("pptx", "pptm", "ppsx", "ppsm", "potx", "potm", "sldx"),
        *("ppt", "pps", "pot", "dps", "dpt", "odp", "otp", "fodp"),
    ),
    "mail": ("eml", "emlx", "mbox", "mbx", "msg", "oft", "mht", "mhtml"),
    "picture": ("png", "jpg", "jpeg", "tif", "tiff", "bmp", "webp", "gif"),
    "text": ("txt", "text", "log", "rst", "tex", "md", "markdown", "mdown", "mkd", "org", "typ", "srt", "vtt"),
    "web": ("html", "htm", "xhtml", "epub", "fb2", "enex"),
    "archive": ("zip",),
}
"""Endings without the dot, in small letters. Every other ending is of the kind ``OTHER``."""
OTHER = "other"
_KIND = {ending: kind for kind, endings in FILE_KINDS.items() for ending in endings}


def kind_of(path: str) -> str:
    """The kind of a file by its name, ``OTHER`` for one that is in none."""
    return _KIND.get(path.rpartition(".")[2].lower(), OTHER)


def endings_of(types: tuple[str, ...]) -> tuple[str, ...]:
    """The endings that ``Scope.types`` stands for: kinds become theirs, endings stay."""
    return tuple(dict.fromkeys(ending for one in types for ending in FILE_KINDS.get(one, (one,))))

# SPDX-License-Identifier: Apache-2.0
"""A place in a file in words, and paths short enough to show.

"p. 12", "Sheet 差旅 B2:D2", "§ 第三章 › 请假"; with the member of an archive or a mail before it, and behind it what the text is beside the
body ("footnote", "comment by 李伟") and why it is hidden. Pure text, no Qt: the same words are on a citation, in the header of the source panel,
in copied text and on the command line. The most exact thing that can be looked up wins: a cell range before a page, a page before a heading, a
heading before line numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from desktop_app.foundation.shown import ELLIPSIS, shown_name
from desktop_app.foundation.translation import tr, tr_noop, translate

if TYPE_CHECKING:
    from desktop_app.contract.document import Locator

_HEADING_LENGTH = 28  # characters; two headings of this length still fit the header of a 360 px wide panel
_LABEL_LENGTH = 12
_MOST_STEPS = 3  # of files inside each other

# By the words of ``contract.document.ASIDES``.
_ASIDES = {
    "header": tr_noop("header"),
    "footer": tr_noop("footer"),
    "footnote": tr_noop("footnote"),
    "endnote": tr_noop("endnote"),
    "comment": tr_noop("comment"),
    "struck": tr_noop("struck through"),
    "box": tr_noop("text box"),
    "chart": tr_noop("chart"),
    "field": tr_noop("form field"),
}


def place(locator: Locator) -> str:
    """Where ``locator`` points, in the language in force; "" when it names nothing that can be looked up."""
    part = _part(locator.part) if locator.part else ""
    return " · ".join(filter(None, (part, _inside(locator), beside_body(locator))))


def beside_body(locator: Locator) -> str:
    """What the text is beside the body of its page, and why it is hidden: "footnote", "comment by 李伟 · hidden text"; "" for the body."""
    return " · ".join(filter(None, (_aside(locator), _hidden(locator))))


def _aside(locator: Locator) -> str:
    """What the text is, where it does not belong to the body."""
    if locator.aside == "comment" and locator.author:
        return tr("comment by {name}", name=short_name(" ".join(locator.author.split()), _HEADING_LENGTH))
    return translate(_ASIDES[locator.aside]) if locator.aside in _ASIDES else ""


def _hidden(locator: Locator) -> str:
    if not locator.hidden:
        return ""
    from desktop_app.wording.hidden_texts import hidden_place  # rare: the window's first picture need not wait for it

    return hidden_place(locator.hidden)


def _part(part: str) -> str:
    """A part of a mail or an archive; the readers' own words in it ("message 3", "attachment 报价.xlsx") in the language in force. Of a long
    chain the first and the last two steps stay, each with the beginning and the end of its name; that it is an attachment is said once."""
    steps = part.split(" › ")
    if len(steps) > _MOST_STEPS:
        steps = [steps[0], ELLIPSIS, *steps[1 - _MOST_STEPS :]]
    room = 2 * _HEADING_LENGTH // len(steps)
    words, attached = [], False
    for step in steps:
        kind, _, rest = step.partition(" ")
        if kind == "message" and rest.isdigit():
            words.append(tr("message {number}", number=short_name(rest, room)))
        elif kind == "attachment" and rest:
            name = short_name(rest, room)
            words.append(name if attached else tr("attachment {name}", name=name))
            attached = True
        else:
            words.append(short_name(step, room))
    return " › ".join(words)


def _inside(locator: Locator) -> str:
    if locator.sheet is not None:
        sheet = short_name(locator.sheet, 2 * _HEADING_LENGTH)
        if locator.cells:
            return tr("Sheet {sheet} {cells}", sheet=sheet, cells=short_name(locator.cells, _HEADING_LENGTH))
        return tr("Sheet {sheet}", sheet=sheet)
    if locator.slide is not None:
        return tr("slide {number}", number=locator.slide)
    if locator.page is not None:
        if locator.label:
            return tr(
                "p. {label} (page {number} of the file)", label=short_name(locator.label, _LABEL_LENGTH), number=locator.page
            )
        return tr("p. {number}", number=locator.page)
    if locator.headings:
        # The two innermost headings say where one is; the outer ones are mostly the title again.
        return "§ " + " › ".join(short_name(" ".join(one.split()), _HEADING_LENGTH) for one in locator.headings[-2:])
    if locator.lines is not None:
        first, last = locator.lines
        if first == last:
            return tr("line {number}", number=first)
        return tr("lines {first}–{last}", first=first, last=last)
    return ""


def file_name(path: str) -> str:
    """The last part of a path, fit to be shown, of either kind of system; a library may have come from the other one."""
    cut = max(path.rstrip("/\\").rfind("/"), path.rstrip("/\\").rfind("\\"))
    return shown_name(path.rstrip("/\\")[cut + 1 :] or path)


def names_apart(paths: Iterable[str]) -> dict[str, str]:
    """The name of each file by its path, as ``file_name``; with as many of its folders as it takes where two have the same.

    >>> names_apart(["/m/2024/invoice.pdf", "/m/2025/invoice.pdf", "/m/offer.pdf"])["/m/2025/invoice.pdf"]
    '2025/invoice.pdf'
    """
    names = {path: file_name(path) for path in paths}
    above = {path: folder_of(path) for path in names}
    while True:
        count = Counter(names.values())
        same = [path for path in names if count[names[path]] > 1 and above[path].strip("/\\")]
        if not same:
            return names
        for path in same:
            names[path] = f"{file_name(above[path])}/{names[path]}"
            above[path] = folder_of(above[path])


def folder_of(path: str) -> str:
    """The path without its last part, "" where there is none."""
    bare = path.rstrip("/\\")
    cut = max(bare.rfind("/"), bare.rfind("\\"))
    return bare[:cut] if cut > 0 else bare[: cut + 1]


def short_name(name: str, length: int = 40) -> str:
    """``name`` fit to be shown, its middle left out when it has more than ``length`` characters; start and file type stay readable."""
    return shown_name(name, length)


def short_path(path: str, length: int = 60) -> str:
    """``path`` in at most ``length`` characters: root and nearest folders stay, whole folders in the middle go first.

    >>> short_path("/home/王芳/文档/2024/人事/手册/员工手册.pdf", 19)
    '/home/…/手册/员工手册.pdf'
    """
    path = shown_name(path)
    if len(path) <= length:
        return path
    separator = "\\" if "\\" in path and "/" not in path else "/"
    parts = path.split(separator)
    head = separator.join(parts[:2])
    for first in range(2, len(parts)):
        shorter = separator.join([head, ELLIPSIS, *parts[first:]])
        if len(shorter) <= length:
            return shorter
    return short_name(parts[-1] or path, length)

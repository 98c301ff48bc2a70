# SPDX-License-Identifier: Apache-2.0
"""Words around the sentences of a summary, in the question's language.

``language`` is "zh" or "en"; names come as they are to be shown.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from desktop_app.contract.locator import Locator
from desktop_app.foundation.shown import shown_name

_OTHERS_NAMED = 3
_LONGEST_NAME = 60
_COLUMNS_NAMED = 8
_BEGINNING = {"en": "Beginning", "zh": "开头"}
_PLACES = (("slide", "Slide {}", "第{}张幻灯片"), ("page", "Page {}", "第{}页"))


def part_name(first: Locator, last: Locator, number: int, language: str, *, beginning: bool) -> str:
    """What part ``number`` (from 1) is called where it has no heading. ``beginning``: it stands above the first heading."""
    if beginning:
        return _BEGINNING[language]
    for field, english, chinese in _PLACES:
        begins, ends = getattr(first, field), getattr(last, field)
        if begins is not None and ends is not None:
            span = f"{begins}" if begins == ends else f"{begins}–{ends}"
            return (chinese if language == "zh" else english).format(span)
    if first.sheet or first.part:
        return first.sheet or os.path.basename(first.part or "")
    return f"第{number}部分" if language == "zh" else f"Part {number}"


def table_note(rows: Sequence[str], language: str) -> str:
    """In place of the sentences of a part that is a table: its columns, and how many rows it has; ``rows`` as their passages have them."""
    columns = [cell.partition(": ")[0] for cell in rows[0].split("; ") if ": " in cell][:_COLUMNS_NAMED] if rows else []
    if language == "zh":
        return f"表格，{len(rows)}行：{'、'.join(columns)}" if columns else "没有完整的句子。"
    named = ", ".join(columns)
    return f"Table of {len(rows)} {'row' if len(rows) == 1 else 'rows'}: {named}" if columns else "No whole sentences."


def name(path: str, language: str) -> str:
    """A file or folder as a sentence names it."""
    shown = shown_name(os.path.basename(path.rstrip(os.sep)), _LONGEST_NAME)
    return f"《{shown}》" if language == "zh" else f"“{shown}”"


def head_of_file(path: str, sections: int, shown: int, language: str) -> str:
    """Above the summary of a file: how many sections it has, and in how many parts they are shown."""
    zh, said = language == "zh", name(path, language)
    if sections <= 1:
        return f"{said}摘要" if zh else f"Summary of {said}"
    if sections == shown:
        return f"{said}摘要，共{sections}个部分" if zh else f"Summary of {said}, {sections} sections"
    return f"{said}摘要，共{sections}节，合为{shown}组" if zh else f"Summary of {said}, {sections} sections in {shown} groups"


def head_of_folder(folder: str, total: int, shown: int, before: int, language: str) -> str:
    """Above the summary of a folder: how many of its files are shown, after those shown ``before``."""
    zh, said = language == "zh", name(folder, language)
    if shown == total:
        return f"{said}摘要，共{total}个文件" if zh else f"Summary of {said}, {total} {'file' if total == 1 else 'files'}"
    if not before:
        return f"{said}摘要，{total}个文件中的前{shown}个" if zh else f"Summary of {said}, {shown} of {total} files"
    first, last = before + 1, before + shown
    return f"{said}摘要，{total}个文件中的第{first}–{last}个" if zh else f"Summary of {said}, files {first}–{last} of {total}"


def other_names(taken: str, others: Sequence[str], language: str) -> str:
    """Which other files or folders the question may mean; with their folder where the names are the same."""
    if not others:
        return ""
    zh, more = language == "zh", len(others) - _OTHERS_NAMED
    alike = len({os.path.basename(path) for path in (taken, *others)}) <= len(others)
    shown = [_with_folder(path) if alike else path for path in others[:_OTHERS_NAMED]]
    named = ("、" if zh else ", ").join(name(path, language) for path in shown)
    if more > 0:
        named += f"等{len(others)}个" if zh else f" and {more} more"
    return f"名称也符合的还有：{named}。" if zh else f"Also called so: {named}."


def _with_folder(path: str) -> str:
    return f"{os.path.basename(os.path.dirname(path))} › {os.path.basename(path)}"


def words_in_common(subjects: Sequence[tuple[str, int]], language: str) -> str:
    """Words with the number of files that hold them; "" for none."""
    zh = language == "zh"
    named = ("、" if zh else ", ").join(
        f"{word}（{number}个文件）" if zh else f"{word} ({number} files)" for word, number in subjects
    )
    return (f"共同的主题词：{named}。" if zh else f"Words in common: {named}.") if subjects else ""


def rest_of_folder(left: int, language: str) -> str:
    """How to get at the files that were left out; "" for none."""
    if not left:
        return ""
    if language == "zh":
        return f"还有{left}个文件；输入“其余的”即可继续。"
    return f"{left} more {'file' if left == 1 else 'files'}; ask for “the rest”."

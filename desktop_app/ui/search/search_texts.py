# SPDX-License-Identifier: Apache-2.0
"""Sentences of the search: what was found, and why nothing was."""

from __future__ import annotations

from dataclasses import replace

from desktop_app.contract.ledger import Scope
from desktop_app.contract.passage import SearchResult
from desktop_app.contract.search_page import SearchOrder
from desktop_app.foundation.errors import Problem
from desktop_app.foundation.translation import tr, tr_noop, translate, trn
from desktop_app.ui.search.filter_chips import parts_of
from desktop_app.wording import problem_texts
from desktop_app.wording.place import short_name

ORDERS: dict[SearchOrder, str] = {
    "best": tr_noop("Best first"),
    "newest": tr_noop("Newest first"),
    "name": tr_noop("By file name"),
    "folder": tr_noop("By folder"),
}


def order_name(order: SearchOrder) -> str:
    """An order, in the language in force."""
    return translate(ORDERS[order])


def summary(result: SearchResult, like: str) -> str:
    """How much was found; only hits are counted. ``like``: the text that passages like it were looked for, or ""."""
    parts = [tr("Like “{text}”", text=short_name(" ".join(like.split()), 20))] if like else []
    if result.hits:
        parts.append(trn("{n} passage", "{n} passages", result.hits))
        parts.append(trn("in {n} file", "in {n} files", result.hit_files))
    parts.append(
        trn(
            "searched {searched} of {total} file",
            "searched {searched} of {total} files",
            result.total_files,
            searched=f"{result.searched_files:,}",
            total=f"{result.total_files:,}",
        )
    )
    return " · ".join(parts) if result.hits or result.named or result.passages else ""


def inexact(result: SearchResult) -> str:
    """That other forms of the exact words are among the passages, "" where they are not."""
    if not result.stems:
        return ""
    return tr(
        "So many passages hold these words that other forms of them are listed too, as “hotels” for “hotel”. Add a filter or a word to see "
        "exact words only."
    )


def unread(files: int) -> str:
    """That files are still to be read, "" where none are."""
    if not files:
        return ""
    return trn("{n} file is still being read; search again then.", "{n} files are still being read; search again then.", files)


def hint(result: SearchResult | None, problem: Problem | None, scope: Scope, *, has_sources: bool, like: str) -> str:
    """What stands where no results are: what to do, or why there are none; "" where hits are."""
    if problem is not None:
        return str(problem_texts.sentence(problem))
    if not has_sources and (result is None or not result.total_files):
        return tr("Nothing is in the library yet. Add a folder to search in it.")
    if result is None:
        return tr("Words, names, numbers, or a whole question: Inkstone searches by words and by meaning.")
    if result.hits or result.named:
        return ""
    if like:
        return tr("No other passage is like this one.")
    if not scope.everywhere:
        names = tr(", ").join(words for words, _ in parts_of(replace(scope, hidden=False)))
        return tr("Nothing found with these filters: {names}. Take one off to search in more.", names=names)
    if result.passages:
        return tr("No passage holds these words or answers this for certain.")
    return tr("Nothing found. Try fewer or other words, or look at what could not be read.")

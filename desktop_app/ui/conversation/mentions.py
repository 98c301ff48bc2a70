# SPDX-License-Identifier: Apache-2.0
"""What "@" in a question can name: folders, files, kinds of files, dates.

Plain data and rules, without widgets: where in the text something is being named, what fits it, and how it narrows the scope.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from desktop_app.analysis.folding import fold
from desktop_app.analysis.pinyin import initials
from desktop_app.contract.file_kinds import FILE_KINDS
from desktop_app.contract.ledger import SEARCHABLE, NamedPath, Scope
from desktop_app.foundation.translation import tr, trn
from desktop_app.wording import period_texts, scope_texts
from desktop_app.wording.period_texts import Period
from desktop_app.wording.place import file_name, folder_of

MARKS = "@＠"
_LONGEST = 60  # characters behind the mark
KIND_ICONS = {"pdf": "file-pdf", "spreadsheet": "file-table", "word": "file-text", "text": "file-text"}
_ALSO = {
    "word": "docx 文档 document",
    "spreadsheet": "excel xlsx csv 表格 sheet table",
    "slides": "powerpoint ppt pptx 演示 幻灯片 presentation",
    "mail": "email eml msg 邮件",
    "picture": "image png jpg photo scan 图片 照片 扫描",
    "text": "txt markdown 文本",
    "web": "html epub 网页 电子书",
    "archive": "zip 压缩包",
}
"""What else a kind is called, beside its name in the window's language."""
_PERIODS_ALSO = "date changed 日期 时间 最近 week month year 周 月 年 今年 去年"


@dataclass(frozen=True, slots=True)
class Mention:
    """One thing that can be named. One of ``path``, ``type`` and ``period`` is set."""

    words: str
    hint: str
    icon: str
    path: str = ""
    type: str = ""
    period: Period | None = None
    unread: bool = False

    def narrowed(self, scope: Scope) -> Scope:
        """``scope`` with this in it; a second period takes the place of the first."""
        if self.path:
            return replace(scope, below=tuple(dict.fromkeys([*scope.below, self.path])))
        if self.type:
            return replace(scope, types=tuple(dict.fromkeys([*scope.types, self.type])))
        if self.period is not None:
            return replace(scope, since=self.period.since, until=self.period.until)
        return scope


def start(before: str) -> int:
    """Where in the line ``before`` the cursor the mark stands behind which something is being named; -1 for nowhere.

    Not in the middle of a word ("a@b.cn" is an address), and not with a blank right behind it.
    """
    at = max(before.rfind(mark) for mark in MARKS)
    if at < 0 or len(before) - at > _LONGEST:
        return -1
    if at and before[at - 1].isascii() and (before[at - 1].isalnum() or before[at - 1] in "._-+"):
        return -1
    return -1 if before[at + 1 :].startswith((" ", "\u3000")) else at


def of_path(named: NamedPath) -> Mention:
    """A folder or a file; one that cannot be searched says why."""
    if named.kind == "folder":
        hint = trn("{count} file", "{count} files", named.files, count=f"{named.files:,}")
        return Mention(file_name(named.path), f"{folder_of(named.path)} · {hint}", "folder", path=named.path)
    unread = named.state not in SEARCHABLE
    hint = folder_of(named.path)
    if unread:
        hint = tr("not read yet") if named.state == "pending" else tr("could not be read")
    return Mention(file_name(named.path), hint, "file", path=named.path, unread=unread)


def kinds(typed: str) -> list[Mention]:
    """Kinds of files that fit what is typed."""
    return [
        Mention(scope_texts.kind_name(kind), tr("File type"), KIND_ICONS.get(kind, "file"), type=kind)
        for kind in FILE_KINDS
        if _fits(typed, [scope_texts.kind_name(kind), *_ALSO.get(kind, "").split(), *FILE_KINDS[kind]])
    ]


def periods(typed: str, now: datetime) -> list[Mention]:
    """Periods that fit what is typed, a year or month that is typed itself first."""
    usual = [one for one in period_texts.usual(now) if _fits(typed, [one.words, *_PERIODS_ALSO.split()])]
    return [Mention(one.words, tr("Last change"), "calendar", period=one) for one in (*period_texts.typed(typed, now), *usual)]


def offered(typed: str, named: Sequence[NamedPath], now: datetime) -> list[Mention]:
    """Everything that fits, names first; with nothing typed a few of each."""
    paths = [of_path(one) for one in named]
    if not typed.strip():
        return [*paths[:4], *kinds("")[:4], *periods("", now)[:4]]
    dates = period_texts.typed(typed, now)
    rest = [*kinds(typed), *periods(typed, now)]
    return [*rest, *paths] if dates else [*paths[:8], *rest, *paths[8:]]


def _fits(typed: str, names: Iterable[str]) -> bool:
    wanted = fold(typed).strip()
    folded = [fold(name) for name in names]
    return not wanted or any(wanted in name or initials(name).replace(" ", "").startswith(wanted) for name in folded)

# SPDX-License-Identifier: Apache-2.0
"""Numbers of lists by the rules of the standard, in .docx, .doc and rich text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from desktop_app.documents.process import registry
from desktop_app.documents.text.number_styles import BY_CODE
from documents.making import quiet
from documents.word import old_word
from documents.word.list_cases import CASES, Case, L
from documents.word.old_word import OldWord
from documents.word.packages import Word, para

FOLLOW = {"tab": 0, "space": 1, "nothing": 2}


def write_docx(path: Path, case: Case) -> Path:
    numbering = ""
    for number, levels in enumerate(case.lists):
        inner = "".join(
            f'<w:lvl w:ilvl="{at}"><w:start w:val="{one.start}"/><w:numFmt w:val="{one.shape}"/>'
            + ("" if one.restart is None else f'<w:lvlRestart w:val="{one.restart}"/>')
            + ("<w:isLgl/>" if one.legal else "")
            + f'<w:suff w:val="{one.follow}"/><w:lvlText w:val="{one.text}"/></w:lvl>'
            for at, one in enumerate(levels)
        )
        numbering += f'<w:abstractNum w:abstractNumId="{number}">{inner}</w:abstractNum>'
    for number, (of, starts) in enumerate(case.uses, start=1):
        own = "".join(
            f'<w:lvlOverride w:ilvl="{at}"><w:startOverride w:val="{start}"/></w:lvlOverride>' for at, start in starts.items()
        )
        numbering += f'<w:num w:numId="{number}"><w:abstractNumId w:val="{of}"/>{own}</w:num>'
    body = "".join(para(text, numbered=None if use is None else (use + 1, at)) for use, at, text in case.body)
    return Word([], body, numbering=numbering).write(path.with_suffix(".docx"))


def _old_level(one: L) -> bytes:
    flags = (4 if one.legal else 0) | (8 if one.restart is not None else 0)
    code = 255 if one.shape == "none" else BY_CODE.index(one.shape)
    return old_word.level(one.text, code, start=one.start, follow=FOLLOW[one.follow], flags=flags, restart=one.restart or 0)


def write_doc(path: Path, case: Case) -> Path:
    body = [old_word.para(text, numbered=None if use is None else (use + 1, at)) for use, at, text in case.body]
    lists = [[_old_level(one) for one in levels] for levels in case.lists]
    uses = [(of, starts or None) for of, starts in case.uses]
    return OldWord(body, lists=lists, uses=uses).write(path.with_suffix(".doc"))


def _rich(text: str) -> str:
    return "".join(sign if sign.isascii() else rf"\u{ord(sign) - (0x10000 if ord(sign) > 0x7FFF else 0)}?" for sign in text)


def _rich_level(one: L) -> str:
    signs: list[str] = []
    places: list[int] = []
    at = 0
    while at < len(one.text):
        if one.text[at] == "%":
            signs.append(rf"\'{int(one.text[at + 1]) - 1:02x}")
            places.append(len(signs))
            at += 2
        else:
            signs.append(_rich(one.text[at]))
            at += 1
    code = 255 if one.shape == "none" else BY_CODE.index(one.shape)
    return (
        rf"{{\listlevel\levelnfc{code}\levelnfcn{code}\levelfollow{FOLLOW[one.follow]}\levelstartat{one.start}\levellegal{int(one.legal)}"
        rf"\levelnorestart{int(one.restart == 0)}{{\leveltext\'{len(signs):02x}{''.join(signs)};}}"
        rf"{{\levelnumbers{''.join(rf'{chr(92)}{chr(39)}{place:02x}' for place in places)};}}}}"
    )


def write_rtf(path: Path, case: Case) -> Path:
    lists = "".join(
        rf"{{\list\listtemplateid{number}{''.join(map(_rich_level, levels))}{{\listname ;}}\listid{number + 7}}}"
        for number, levels in enumerate(case.lists)
    )
    uses = ""
    for number, (of, starts) in enumerate(case.uses, start=1):
        own = "".join(
            rf"{{\lfolevel\listoverridestartat\levelstartat{starts[at]}}}" if at in starts else r"{\lfolevel}"
            for at in range(max(starts, default=-1) + 1)
        )
        uses += rf"{{\listoverride\listid{of + 7}\listoverridecount{len(starts)}{own}\ls{number}}}"
    body = "".join(
        rf"\pard {'' if use is None else rf'{chr(92)}ls{use + 1}{chr(92)}ilvl{at} '}{_rich(text)}\par" + "\n"
        for use, at, text in case.body
    )
    found = path.with_suffix(".rtf")
    found.write_text(
        rf"{{\rtf1\ansi\uc1{{\fonttbl{{\f0 Arial;}}}}{{\*\listtable{lists}}}{{\*\listoverridetable{uses}}}{body}}}",
        encoding="ascii",
    )
    return found


WRITERS: dict[str, Callable[[Path, Case], Path]] = {"docx": write_docx, "doc": write_doc, "rtf": write_rtf}


@pytest.mark.parametrize("form", WRITERS)
def test_numbers_are_those_of_the_standard(form: str, tmp_path: Path) -> None:
    inputs = texts = right = 0
    for name, case in CASES.items():
        if form == "rtf" and any(one.restart for levels in case.lists for one in levels):
            continue  # rich text knows no level to restart after
        inputs += 1
        document = registry.read(WRITERS[form](tmp_path / f"{inputs}", case), quiet)
        shown = [segment.text for segment in document.segments]
        texts += len(case.gold)
        right += sum(one == other for one, other in zip(case.gold, shown, strict=False))
        if shown != list(case.gold):
            print(f"{name}: {shown}")
        assert len(shown) == len(case.gold), (name, shown)
    print(f"{form}: {inputs} inputs, {right} of {texts} numbers right")
    assert inputs >= (22 if form == "rtf" else 24)
    assert right == texts


def test_a_hidden_paragraph_of_an_old_file_is_not_counted(tmp_path: Path) -> None:
    clause = (1, 0)
    body = [
        old_word.para("Rent", numbered=clause),
        old_word.para(("旧条款", old_word.HIDDEN), numbered=clause, mark=old_word.HIDDEN),
        old_word.para(("struck", old_word.HIDDEN), numbered=clause),
        old_word.para("Term", numbered=clause),
    ]
    document = registry.read(OldWord(body, lists=[[old_word.level("%1.")]], uses=[(0, None)]).write(tmp_path / "a.doc"), quiet)
    # The third one shows its number, because only its words are hidden.
    assert [segment.text for segment in document.segments if not segment.locator.hidden] == ["1. Rent", "3. Term"]
    assert [segment.text for segment in document.segments if segment.locator.hidden] == ["旧条款", "struck"]

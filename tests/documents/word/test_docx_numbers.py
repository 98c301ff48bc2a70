# SPDX-License-Identifier: Apache-2.0
"""Automatic numbers of Word documents stand in the text: clauses, headings, rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop_app.documents.process import registry
from documents.making import quiet
from documents.word.packages import Gold, Word, packages, para, run, table


def level(at: int, text: str, shape: str = "decimal", more: str = "", start: int = 1) -> str:
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="{start}"/><w:numFmt w:val="{shape}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'
    )


def abstract(identity: int, *levels: str, more: str = "") -> str:
    return f'<w:abstractNum w:abstractNumId="{identity}">{more}{"".join(levels)}</w:abstractNum>'


def num(identity: int, of: int, more: str = "") -> str:
    return f'<w:num w:numId="{identity}"><w:abstractNumId w:val="{of}"/>{more}</w:num>'


LEGAL = abstract(0, level(0, "%1."), level(1, "%1.%2"), level(2, "(%3)", "lowerLetter"), level(3, "%4)", "lowerRoman"))
BULLETS = abstract(1, level(0, "•", "bullet"))
ARTICLES = abstract(
    2,
    level(0, "第%1条", "chineseCountingThousand"),
    level(1, "（%2）", "chineseCounting", '<w:suff w:val="nothing"/>'),
    level(2, "%3.", "decimal"),
)
CHAPTERS = abstract(
    3,
    level(0, "第%1章", "chineseCountingThousand", '<w:pStyle w:val="Heading1"/>'),
    level(1, "%1.%2", "decimal", '<w:pStyle w:val="Heading2"/><w:isLgl/>'),
)
SECTIONS = abstract(
    4,
    level(0, "%1", "decimal", '<w:pStyle w:val="Heading1"/>'),
    level(1, "%1.%2", "decimal", '<w:pStyle w:val="Heading2"/>'),
)
BY_STYLE = (
    '<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="H2"><w:name w:val="heading 2"/><w:basedOn w:val="H1"/><w:pPr><w:numPr><w:ilvl w:val="1"/></w:numPr>'
    '</w:pPr></w:style><w:style w:type="paragraph" w:styleId="Mine"><w:name w:val="Mine"/><w:basedOn w:val="H2"/></w:style>'
)
LISTED = abstract(0, level(0, "%1", more='<w:pStyle w:val="H1"/>'), level(1, "%1.%2", more='<w:pStyle w:val="H2"/>'))


def texts(*found: str) -> list[Gold]:
    return [Gold(one) for one in found]


WORDS = {
    "clauses": Word(
        texts(
            "1. Payment",
            "1.1 Invoices are payable within 30 days.",
            "1.2 Interest is 7 percent.",
            "bank transfer",
            "1.3 Set-off is allowed.",
            "(a) first reminder;",
            "(b) second reminder;",
            "i) by letter",
            "2. Term",
            "2.1 One year.",
            "(a) renewable",
        ),
        para("Payment", numbered=(1, 0))
        + para("Invoices are payable within 30 days.", numbered=(1, 1))
        + para("Interest is 7 percent.", numbered=(1, 1))
        + para("bank transfer", numbered=(2, 0))
        + para("Set-off is allowed.", numbered=(1, 1))
        + para("first reminder;", numbered=(1, 2))
        + para("second reminder;", numbered=(1, 2))
        + para("by letter", numbered=(1, 3))
        + para("Term", numbered=(1, 0))
        + para("One year.", numbered=(1, 1))
        + para("renewable", numbered=(1, 2)),
        numbering=LEGAL + BULLETS + num(1, 0) + num(2, 1),
    ),
    "条款": Word(
        texts("第一条 租赁物", "第二条 租金每月三万元。", "（一）逾期的；", "（二）连续两期的。", "第三条 保险", "（一）火灾", "1. 全损"),
        para("租赁物", numbered=(1, 0))
        + para("租金每月三万元。", numbered=(1, 0))
        + para("逾期的；", numbered=(1, 1))
        + para("连续两期的。", numbered=(1, 1))
        + para("保险", numbered=(1, 0))
        + para("火灾", numbered=(1, 1))
        + para("全损", numbered=(1, 2)),
        numbering=ARTICLES + num(1, 2),
    ),
    "章节": Word(
        [
            Gold("第一章 总则", ("第一章 总则",)),
            Gold("第二章 质保", ("第二章 质保",)),
            Gold("2.1 期限", ("第二章 质保", "2.1 期限")),
            Gold("质保期为三年。", ("第二章 质保", "2.1 期限")),
        ],
        para("总则", style="Heading1", numbered=(1, 0))
        + para("质保", style="Heading1", numbered=(1, 0))
        + para("期限", style="Heading2", numbered=(1, 1))
        + para("质保期为三年。"),
        numbering=CHAPTERS + num(1, 3),
    ),
    "headings by their style": Word(
        [
            Gold("1 General", ("1 General",)),
            Gold("2 Warranty", ("2 Warranty",)),
            Gold("2.1 Duration", ("2 Warranty", "2.1 Duration")),
            Gold("36 months.", ("2 Warranty", "2.1 Duration")),
            Gold("2.2 Exclusions", ("2 Warranty", "2.2 Exclusions")),
            Gold("Annex", ("2 Warranty", "Annex")),
        ],
        para("General", style="H1")
        + para("Warranty", style="H1")
        + para("Duration", style="H2")
        + para("36 months.")
        + para("Exclusions", style="Mine")
        + para("Annex", style="H2", numbered=(0, 0)),
        styles=BY_STYLE,
        numbering=LISTED + num(1, 0),
    ),
    "restart": Word(
        texts("1. one", "2. two", "Other list", "1. anew", "2. goes on", "5. from five", "6. six"),
        para("one", numbered=(1, 0))
        + para("two", numbered=(1, 0))
        + para("Other list")
        + para("anew", numbered=(2, 0))
        + para("goes on", numbered=(2, 0))
        + para("from five", numbered=(3, 0))
        + para("six", numbered=(3, 0)),
        numbering=LEGAL
        + num(1, 0)
        + num(2, 0, '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>')
        + num(3, 0, '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'),
    ),
    "two lists that count on": Word(
        texts("1. one", "2. two", "3. three"),
        para("one", numbered=(1, 0)) + para("two", numbered=(2, 0)) + para("three", numbered=(1, 0)),
        numbering=LEGAL + num(1, 0) + num(2, 0),
    ),
    "levels of its own": Word(
        texts("Art. I one", "Art. II two"),
        para("one", numbered=(1, 0)) + para("two", numbered=(1, 0)),
        numbering=LEGAL + num(1, 0, f'<w:lvlOverride w:ilvl="0">{level(0, "Art. %1", "upperRoman")}</w:lvlOverride>'),
    ),
    "by a list style": Word(
        texts("A. one", "B. two"),
        para("one", numbered=(2, 0)) + para("two", numbered=(2, 0)),
        styles='<w:style w:type="numbering" w:styleId="Outline"><w:name w:val="Outline"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>',
        numbering=abstract(0, level(0, "%1.", "upperLetter"), more='<w:styleLink w:val="Outline"/>')
        + abstract(1, more='<w:numStyleLink w:val="Outline"/>')
        + num(1, 0)
        + num(2, 1),
    ),
    "序号列": Word(
        texts("序号: 1; 品名: 砚台", "序号: 2; 品名: 毛笔"),
        table(
            ("序号", "品名"),
            (para(numbered=(1, 0)), "砚台"),
            (para(numbered=(1, 0)), "毛笔"),
        ),
        numbering=abstract(0, level(0, "%1")) + num(1, 0),
    ),
    "deleted and hidden paragraphs do not count": Word(
        [*texts("1. one", "2. two three", "3. four"), Gold("secret", hidden="text")],
        para("one", numbered=(1, 0))
        + para("two ", numbered=(1, 0), properties='<w:rPr><w:del w:id="1"/></w:rPr>')
        + para("three", numbered=(1, 0))
        + para(run("secret", "<w:vanish/>"), numbered=(1, 0), properties="<w:rPr><w:vanish/></w:rPr>")
        + para("four", numbered=(1, 0)),
        numbering=LEGAL + num(1, 0),
    ),
    "大写与天干": Word(
        texts("壹、总价", "贰、税费", "甲、含税", "①现金", "②转账"),
        para("总价", numbered=(1, 0))
        + para("税费", numbered=(1, 0))
        + para("含税", numbered=(1, 1))
        + para("现金", numbered=(1, 2))
        + para("转账", numbered=(1, 2)),
        numbering=abstract(
            0,
            level(0, "%1、", "chineseLegalSimplified", '<w:suff w:val="nothing"/>'),
            level(1, "%2、", "ideographTraditional", '<w:suff w:val="nothing"/>'),
            level(2, "%3", "decimalEnclosedCircle", '<w:suff w:val="nothing"/>'),
        )
        + num(1, 0),
    ),
    "zeros, ordinals, no number": Word(
        texts("01 one", "First: two", "Note three", "007 four"),
        para("one", numbered=(1, 0))
        + para("two", numbered=(1, 1))
        + para("three", numbered=(1, 2))
        + para("four", numbered=(1, 3)),
        numbering=abstract(
            0,
            level(0, "%1", "decimalZero"),
            level(1, "%2:", "ordinalText"),
            level(2, "Note", "none"),
            '<w:lvl w:ilvl="3"><w:start w:val="7"/><mc:AlternateContent><mc:Choice Requires="w14"><w:numFmt w:val="custom" w:format="001, 002, 003, ..."/>'
            '</mc:Choice><mc:Fallback><w:numFmt w:val="decimal"/></mc:Fallback></mc:AlternateContent><w:lvlText w:val="%4"/></w:lvl>',
        )
        + num(1, 0),
    ),
}  # fmt: skip


def test_numbers_of_clauses_headings_and_rows(tmp_path: Path) -> None:
    packages("automatic numbers, .docx", WORDS, tmp_path, strict=("clauses", "条款", "章节", "headings by their style"))


@pytest.mark.parametrize("suffix", [".docm", ".dotx"])
def test_numbers_in_templates_and_documents_with_macros(tmp_path: Path, suffix: str) -> None:
    document = registry.read(WORDS["条款"].write(tmp_path / f"模板{suffix}"), quiet)
    assert [segment.text for segment in document.segments] == [gold.text for gold in WORDS["条款"].gold]


@pytest.mark.parametrize(
    "numbering",
    [
        '<w:num w:numId="1"><w:abstractNumId w:val="9"/></w:num>',  # of a list that is not there
        '<w:abstractNum w:abstractNumId="0"><w:numStyleLink w:val="A"/></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>',
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="x"><w:start w:val="9999999999999999"/></w:lvl></w:abstractNum><w:num w:numId="1"/>',
    ],
)
def test_damaged_lists_cost_their_numbers_only(tmp_path: Path, numbering: str) -> None:
    styles = '<w:style w:styleId="A" w:type="numbering"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    word = Word((), para("text", numbered=(1, 0)), numbering=numbering, styles=styles)
    document = registry.read(word.write(tmp_path / "damaged.docx"), quiet)
    assert [segment.text for segment in document.segments] == ["text"]

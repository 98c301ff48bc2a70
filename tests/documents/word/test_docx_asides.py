# SPDX-License-Identifier: Apache-2.0
"""Headers, footers, notes and comments of Word documents: found once, marked as what they are."""

from __future__ import annotations

from pathlib import Path

from documents.word.packages import Gold, Word, packages, para, run, table

_NUMBER = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>3</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'


def section(*references: str, more: str = "") -> str:
    """The properties of a section; "h1 first" is a header of the first page."""
    inside = ""
    for reference in references:
        identity, _, kind = reference.partition(" ")
        name = "footer" if identity.startswith("f") else "header"
        inside += f'<w:{name}Reference w:type="{kind or "default"}" r:id="{identity}"/>'
    return f"<w:sectPr>{inside}{more}</w:sectPr>"


def notes(kind: str, *texts: str) -> str:
    separator = f'<w:{kind} w:type="separator" w:id="-1"><w:p><w:r><w:t>line</w:t></w:r></w:p></w:{kind}>'
    return separator + "".join(f'<w:{kind} w:id="{at}">{para(text)}</w:{kind}>' for at, text in enumerate(texts, start=1))


def comment(identity: int, author: str, *texts: str) -> str:
    return f'<w:comment w:id="{identity}" w:author="{author}" w:date="2026-01-01T00:00:00Z">{"".join(map(para, texts))}</w:comment>'


def said(identity: int, words: str) -> str:
    """Words that a comment is about."""
    return (
        f'<w:commentRangeStart w:id="{identity}"/>{run(words)}<w:commentRangeEnd w:id="{identity}"/>'
        f'<w:r><w:commentReference w:id="{identity}"/></w:r>'
    )


HEADERS = {
    "header and footer": Word(
        [Gold("KV-88231-B", aside="header"), Gold("Text."), Gold("Lindenhof 4, Zurich", aside="footer")],
        para("Text.") + section("h1", "f1"),
        headers={"h1": para("KV-88231-B"), "f1": para("Lindenhof 4, Zurich")},
    ),
    "页眉页脚": Word(
        [
            Gold("合同编号：HT-2026-0317", aside="header"),
            Gold("第一章", ("第一章",)),
            Gold("正文。", ("第一章",)),
            Gold("砚湾仪器有限公司", aside="footer"),
        ],
        para("第一章", style="Heading1") + para("正文。") + section("h1", "f1"),
        headers={"h1": para("合同编号：HT-2026-0317"), "f1": para("砚湾仪器有限公司")},
    ),
    "two sections": Word(
        [
            Gold("Part A", aside="header"),
            Gold("One."),
            Gold("Part B", aside="header"),
            Gold("Two."),
            Gold("Three."),
            Gold("ACME", aside="footer"),
        ],
        para("One.", properties=section("h1", "f1"))
        + para("Two.", properties=section("h2"))
        + para("Three.")
        + section("h3"),
        headers={"h1": para("Part A"), "h2": para("Part B"), "h3": para("Part B"), "f1": para("ACME")},
    ),
    "first and even pages": Word(
        [Gold("Odd", aside="header"), Gold("First", aside="header"), Gold("Even", aside="header"), Gold("Text.")],
        para("Text.") + section("h1", "h2 first", "h3 even", more="<w:titlePg/>"),
        headers={"h1": para("Odd"), "h2": para("First"), "h3": para("Even")},
        settings="<w:evenAndOddHeaders/>",
    ),
    "not shown": Word(
        [Gold("Odd", aside="header"), Gold("Text.")],
        para("Text.") + section("h1", "h2 first", "h3 even"),
        headers={"h1": para("Odd"), "h2": para("First"), "h3": para("Even")},
    ),
    "页码": Word(
        [Gold("正文。"), Gold("第 3 页", aside="footer")],
        para("正文。") + section("h1", "f1"),
        headers={"h1": para("- ", _NUMBER, " -"), "f1": para("第 ", _NUMBER, " 页")},
    ),
    "table and box in a header": Word(
        [
            Gold("Contract; HT-1; Version; 3", aside="header"),
            Gold("DRAFT", aside="header"),
            Gold("boxed", aside="header"),
            Gold("Text."),
        ],
        para("Text.") + section("h1"),
        headers={
            "h1": table(("Contract", "HT-1", "Version", "3"))
            + para('<w:r><w:pict><v:shape><v:textpath string="DRAFT"/></v:shape></w:pict></w:r>')
            + para("<w:r><w:pict><v:shape><v:textbox><w:txbxContent>" + para("boxed") + "</w:txbxContent></v:textbox></v:shape></w:pict></w:r>")
        },
    ),
    "footnotes stay with their section": Word(
        [
            Gold("Claims", ("Claims",)),
            Gold("Within 10 days.", ("Claims",)),
            Gold("Not for fruit.", ("Claims",), "footnote"),
            Gold("Law", ("Law",)),
            Gold("Zurich.", ("Law",)),
            Gold("As of 2026.", ("Law",), "endnote"),
        ],
        para("Claims", style="Heading1")
        + para("Within 10 days.", '<w:r><w:footnoteReference w:id="1"/></w:r>')
        + para("Law", style="Heading1")
        + para("Zurich.", '<w:r><w:endnoteReference w:id="1"/></w:r>'),
        parts={"footnotes": notes("footnote", "Not for fruit."), "endnotes": notes("endnote", "As of 2026.")},
    ),
    "脚注": Word(
        [Gold("交货期三十日。"), Gold("节假日顺延。", aside="footnote"), Gold("尾注说明", aside="endnote")],
        para("交货期三十日。", '<w:r><w:footnoteReference w:id="1"/></w:r>', '<w:r><w:endnoteReference w:id="1"/></w:r>'),
        parts={"footnotes": notes("footnote", "节假日顺延。"), "endnotes": notes("endnote", "尾注说明")},
    ),
    "note in a table": Word(
        [Gold("Item: Desk; Price: 5"), Gold("without tax", aside="footnote")],
        table(("Item", "Price"), ("Desk", para("5", '<w:r><w:footnoteReference w:id="1"/></w:r>'))),
        parts={"footnotes": notes("footnote", "without tax")},
    ),
    "note told twice": Word(
        [Gold("One."), Gold("Two."), Gold("the same", aside="footnote")],
        para("One.", '<w:r><w:footnoteReference w:id="1"/></w:r>') + para("Two.", '<w:r><w:footnoteReference w:id="1"/></w:r>'),
        parts={"footnotes": notes("footnote", "the same")},
    ),
    "note with a struck word": Word(
        [Gold("One."), Gold("a c", aside="footnote"), Gold("b", aside="struck")],
        para("One.", '<w:r><w:footnoteReference w:id="1"/></w:r>'),
        parts={"footnotes": f'<w:footnote w:id="1">{para("a ", run("b", "<w:strike/>"), " c")}</w:footnote>'},
    ),
}  # fmt: skip
COMMENTS = {
    "on a clause": Word(
        [
            Gold("Liability", ("Liability",)),
            Gold("Gross negligence only.", ("Liability",)),
            Gold("Helvetia wants this removed.", ("Liability",), "comment", "Dr. Meyer"),
            Gold("Law", ("Law",)),
        ],
        para("Liability", style="Heading1") + para(said(0, "Gross negligence only.")) + para("Law", style="Heading1"),
        parts={"comments": comment(0, "Dr. Meyer", "Helvetia wants this removed.")},
    ),
    "批注": Word(
        [Gold("违约金为百分之五。"), Gold("请法务确认比例", aside="comment", author="王小明")],
        para("违约金为", said(3, "百分之五"), "。"),
        parts={"comments": comment(3, "王小明", "请法务确认比例")},
    ),
    "two people": Word(
        [Gold("Fee 5."), Gold("too low", aside="comment", author="A. Low"), Gold("agreed", aside="comment", author="B. High")],
        para("Fee ", said(0, "5"), said(1, ".")),
        parts={"comments": comment(0, "A. Low", "too low") + comment(1, "B. High", "agreed")},
    ),
    "of two paragraphs": Word(
        [Gold("Text"), Gold("first", aside="comment", author="A"), Gold("second", aside="comment", author="A")],
        para(said(0, "Text")),
        parts={"comments": comment(0, "A", "first", "second")},
    ),
    "in a table": Word(
        [Gold("Name: Li; Pay: 900"), Gold("Check", aside="comment", author="HR")],
        table(("Name", "Pay"), ("Li", para(said(0, "900")))),
        parts={"comments": comment(0, "HR", "Check")},
    ),
    "over two paragraphs": Word(
        [Gold("One"), Gold("Two"), Gold("both", aside="comment", author="A")],
        para('<w:commentRangeStart w:id="0"/>', run("One"))
        + para(run("Two"), '<w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>'),
        parts={"comments": comment(0, "A", "both")},
    ),
    "on words that are gone": Word(
        [Gold("Text"), Gold("why?", aside="comment", author="A")],
        para(f'Text<w:del w:id="1">{said(0, "old")}</w:del>'.replace("Text", run("Text"))),
        parts={"comments": comment(0, "A", "why?")},
    ),
    "表格批注": Word(
        [Gold("品名: 砚台; 单价: 35"), Gold("含税价", aside="comment", author="采购部")],
        table(("品名", "单价"), ("砚台", para(said(0, "35")))),
        parts={"comments": comment(0, "采购部", "含税价")},
    ),
    "in a footnote": Word(
        [Gold("Text."), Gold("note", aside="footnote"), Gold("source?", aside="comment", author="A")],
        para("Text.", '<w:r><w:footnoteReference w:id="1"/></w:r>'),
        parts={
            "comments": comment(0, "A", "source?"),
            "footnotes": f'<w:footnote w:id="1">{para(said(0, "note"))}</w:footnote>',
        },
    ),
    "with a list": Word(
        [Gold("Text"), Gold("first", aside="comment", author="A")],
        para(said(0, "Text")),
        parts={"comments": f'<w:comment w:id="0" w:author="A">{para("first", numbered=(9, 0))}</w:comment>'},
    ),
    "without an author": Word(
        [Gold("Text"), Gold("who?", aside="comment")], para(said(0, "Text")), parts={"comments": comment(0, "", "who?")}
    ),
    "在标题上": Word(
        [Gold("质保", ("质保",)), Gold("改为三年", ("质保",), "comment", "李"), Gold("两年", ("质保",))],
        para(said(0, "质保"), style="Heading1") + para("两年"),
        parts={"comments": comment(0, "李", "改为三年")},
    ),
}


def test_headers_footers_and_notes(tmp_path: Path) -> None:
    packages("headers, footers, notes, .docx", HEADERS, tmp_path, strict=("页眉页脚", "脚注"))


def test_comments_with_author_and_place(tmp_path: Path) -> None:
    packages("comments, .docx", COMMENTS, tmp_path, strict=("批注", "on a clause"))

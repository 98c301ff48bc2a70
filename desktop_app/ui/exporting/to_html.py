# SPDX-License-Identifier: Apache-2.0
"""Writes an export as one web page.

No script, no picture, no address; spaces and line ends as they are in the source.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence

from desktop_app.foundation import translation
from desktop_app.foundation.translation import tr
from desktop_app.ui.answer.answer_blocks import CODE, FORMULA, HEADING, NO_ITEM, RULE, TABLE, AnswerBlock, TextRun
from desktop_app.ui.exporting.contents import Contents, ExportedAnswer, ExportedQuestion, ExportedSource

# A browser is told to load nothing, whatever it finds.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = """
body { max-width: 44em; margin: 2em auto; padding: 0 1em; color: #1f2023; background: #fff; line-height: 1.6;
       font-family: system-ui, "Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", sans-serif; }
h1 { font-size: 1.5em; } h2 { font-size: 1.2em; margin-top: 2em; } h3, h4, h5, h6 { font-size: 1em; }
p, li, td, th, blockquote { white-space: pre-wrap; overflow-wrap: anywhere; }
p.item { text-indent: -1.5em; margin-top: .2em; margin-bottom: .2em; }
table { border-collapse: collapse; margin: 1em 0; } td, th { border: 1px solid #cdc6b8; padding: .3em .6em; text-align: left; }
pre, code { font-family: ui-monospace, Consolas, Menlo, monospace; background: #f2efe8; } pre { padding: .6em; overflow-x: auto; }
blockquote { margin: .2em 0 .8em; padding-left: .8em; border-left: 3px solid #cdc6b8; }
.quiet { color: #635f57; font-size: .9em; } .seal { color: #a83526; font-size: .85em; } .note { color: #805000; font-size: .9em; }
.marked { text-decoration: underline dotted #805000; } .unproven { border-left: 3px dotted #805000; padding-left: .8em; }
"""


def to_html(contents: Contents) -> bytes:
    """The text of the page."""
    body = [f"<h1>{_literally(contents.title)}</h1>", f'<p class="quiet">{_literally(contents.about)}</p>']
    for question in contents.questions:
        body += _question(question)
    if contents.files:
        body.append(f"<h2>{_literally(tr('Files'))}</h2>")
        body += [f'<p class="quiet"><b>{_literally(name)}</b>: {_literally(path)}</p>' for name, path in contents.files]
    head = (
        f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{html.escape(_POLICY)}">'
        f"<title>{_literally(contents.title)}</title><style>{_STYLE}</style>"
    )
    language = {"zh_CN": "zh-CN"}.get(translation.current(), translation.current())
    page = f'<!DOCTYPE html>\n<html lang="{language}"><head>{head}</head><body>\n{chr(10).join(body)}\n</body></html>\n'
    return page.encode("utf-8")


def _question(question: ExportedQuestion) -> Iterator[str]:
    if question.text:
        yield f"<h2>{_literally(question.text)}</h2>"
    if question.searched_as:
        yield f'<p class="quiet">{_literally(tr("Searched for: {words}", words=question.searched_as))}</p>'
    if question.instead:
        yield f"<p>{_literally(question.instead)}</p>"
    for answer in question.answers:
        yield from _answer(answer)


def _answer(answer: ExportedAnswer) -> Iterator[str]:
    yield f'<p class="quiet">{_literally(answer.by)}</p>'
    yield from map(_block, answer.blocks)
    if answer.unproven:
        words = _literally(tr("What the model wrote, not found in the sources:"))
        yield f'<div class="unproven"><p class="note">{words}</p>{"".join(map(_block, answer.unproven))}</div>'
    if answer.remarks:
        yield f'<p class="quiet">{_literally(" ".join(answer.remarks))}</p>'
    if answer.sources:
        yield f"<h3>{_literally(tr('Sources'))}</h3>"
        yield from map(_source, answer.sources)


def _source(source: ExportedSource) -> str:
    where = ", ".join(filter(None, (source.name, source.where)))
    number = f'<span class="seal">[{source.number}]</span>'
    quote = _literally(source.quote) if source.table is None else _table(source.table)
    return f"<p>{number} {_literally(where)}</p><blockquote>{quote}</blockquote>"


def _block(block: AnswerBlock) -> str:
    if block.kind == TABLE:
        return _table(block)
    if block.kind == CODE:
        return f"<pre>{_literally(block.runs[0].text)}</pre>"
    if block.kind == RULE:
        return "<hr>"
    text = _runs(block.runs)
    if block.kind == HEADING:
        return f"<h{min(block.level + 2, 6)}>{text}</h{min(block.level + 2, 6)}>"
    indent = 1.5 * block.depth + block.quoted + (1.5 if block.kind == FORMULA else 0)
    style = f' style="margin-left:{indent}em"' if indent else ""
    if block.item == NO_ITEM:
        return f"<p{style}>{text}</p>"
    return f'<p class="item"{style}>{f"{block.item}." if block.item else "•"} {text}</p>'


def _table(block: AnswerBlock) -> str:
    rows = []
    for number, row in enumerate(block.rows):
        tag = "td" if number else "th"
        cells = []
        for cell, side in zip(row, [*block.aligned, *[""] * len(row)], strict=False):
            style = f' style="text-align:{side}"' if side else ""
            cells.append(f"<{tag}{style}>{_runs(cell)}</{tag}>")
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table>{''.join(rows)}</table>"


def _runs(runs: Sequence[TextRun]) -> str:
    return "".join(map(_run, runs))


def _run(run: TextRun) -> str:
    text = _literally(run.text)
    if run.seal:
        return f'<span class="seal">{text}</span>'
    if run.note:
        return f'<span class="note">{text}</span>'
    tags = [
        tag
        for tag, here in (
            ("code", run.code), ("b", run.bold), ("i", run.slanted), ("s", run.struck), ("sup", run.rise > 0), ("sub", run.rise < 0),
        )
        if here
    ]  # fmt: skip
    for tag in tags:
        text = f"<{tag}>{text}</{tag}>"
    return f'<span class="marked">{text}</span>' if run.mark >= 0 else text


def _literally(text: str) -> str:
    # A page's own line end would be read as "\n".
    return html.escape(text).replace("\r", "&#13;")

# SPDX-License-Identifier: Apache-2.0
"""A file as a reader sees it: all its text in stretches, its headings, words found in it, and an old citation after a change."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop_app.contract import messages as m
from engine.conftest import Start
from engine.engine_process import EngineProcess

QUOTE = "员工年休假为十五天。"


@pytest.fixture
def engine(start: Start, library: Path, office: Path) -> EngineProcess:
    (office / "规章.txt").write_text(
        "\n\n".join(f"第{number}条 内容为{'甲' * 120}。" for number in range(400)), encoding="utf-8"
    )
    opened = start(library)
    opened.ask(m.AddSources, paths=[str(office)])
    opened.ask(m.Index)
    return opened


def test_a_file_is_read_from_end_to_end_in_stretches(engine: EngineProcess, office: Path) -> None:
    path = str(office / "规章.txt")
    begun = engine.ask(m.Context, chunk_id=0, path=path, before=4, after=4)
    assert (begun.path, begun.first, begun.exists, begun.changed) == (path, 0, True, False)
    assert begun.total > 20
    assert len(begun.chunks) == 5
    texts = [chunk.text for chunk in begun.chunks]
    while len(texts) < begun.total:
        page = engine.ask(m.FileChunks, path=path, first=len(texts), count=7)
        assert (page.first, page.total) == (len(texts), begun.total)
        texts += [chunk.text for chunk in page.chunks]
    whole = "\n".join(texts)
    assert all(whole.count(f"第{number}条 ") == 1 for number in range(400))
    assert engine.ask(m.FileChunks, path=path, first=begun.total, count=7).chunks == []
    assert engine.ask(m.FileChunks, path="/nowhere.txt", first=0, count=7).total == 0


def test_words_are_found_whatever_their_case_and_width(engine: EngineProcess, office: Path) -> None:
    path = str(office / "合同" / "采购合同.txt")
    text = engine.ask(m.Context, chunk_id=0, path=path).chunks[0].text
    found = engine.ask(m.FindInFile, path=path, words="ｈｔ-2024").found
    assert [(one.chunk, text[one.start : one.end]) for one in found] == [(0, "HT-2024")]
    assert engine.ask(m.FindInFile, path=path, words="没有").found == []
    assert engine.ask(m.FindInFile, path=path, words="  ").found == []
    many = engine.ask(m.FindInFile, path=str(office / "规章.txt"), words="甲")
    assert (len(many.found), many.more) == (5_000, True)
    one = engine.ask(m.FindInFile, path=str(office / "规章.txt"), words="第399条").found
    assert len(one) == 1
    assert one[0].chunk > 20


def test_headings_say_where_they_begin(engine: EngineProcess, office: Path) -> None:
    path = str(office / "手册.md")
    listed = engine.ask(m.FileHeadings, path=path)
    assert [(one.title, one.level, one.kind) for one in listed.headings] == [("休假", 0, "heading"), ("加班", 0, "heading")]
    chunks = engine.ask(m.Context, chunk_id=0, path=path).chunks
    begins = [chunks[one.chunk].text[one.start :] for one in listed.headings]
    assert [
        text.startswith(one.title) or QUOTE in text or "加班" in text for one, text in zip(listed.headings, begins, strict=True)
    ]
    assert engine.ask(m.FileHeadings, path=str(office / "Travel.txt")).headings == []


def test_a_citation_finds_its_sentence_after_the_file_was_read_again(engine: EngineProcess, office: Path) -> None:
    """Failed before: a file that is read again gets new chunks, and an old citation opened an empty page that called the file gone."""
    path = office / "手册.md"
    old = engine.ask(m.Search, question="年休假").result.passages[0].chunk_id
    path.write_text("# 总则\n\n" + "新加的一段。" * 300 + f"\n\n# 休假\n\n{QUOTE}\n", encoding="utf-8")
    engine.ask(m.Index)
    context = engine.ask(m.Context, chunk_id=old, before=0, after=0, path=str(path), text=QUOTE)
    assert (context.exists, context.changed) == (True, False)
    assert context.chunk_id not in (0, old)
    assert QUOTE in context.chunks[0].text
    assert context.first > 0
    lost = engine.ask(m.Context, chunk_id=old, before=0, after=0, path=str(path), text="这句话不在了。")
    assert (lost.first, len(lost.chunks)) == (0, 1)

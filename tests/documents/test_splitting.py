# SPDX-License-Identifier: Apache-2.0
"""Splitting: nothing lost, nothing over the limit, and every piece at its exact place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.contract.document import Document, Locator, Segment
from desktop_app.documents.process import registry
from desktop_app.documents.text.locators import is_verbatim
from desktop_app.documents.text.splitting import estimate_tokens, split
from documents.making import quiet

TOKEN = re.compile(r"[\u4e00-\u9fff]|\w{1,4}|[^\w\s]|\n")


class Counter:
    """A tokenizer in small: Chinese by the character, words by four letters, plus ``overhead`` a text."""

    def __init__(self, overhead: int = 2) -> None:
        self.calls = 0
        self.overhead = overhead

    def __call__(self, texts: Sequence[str]) -> list[int]:
        self.calls += 1
        return [len(TOKEN.findall(text)) + self.overhead for text in texts]


WORDS = st.text(st.sampled_from("甲乙丙丁。！，；abcdefg .?!,3 "), min_size=1, max_size=60)


@st.composite
def documents(draw: st.DrawFn) -> tuple[Document, str]:
    """Verbatim segments of one text, under changing headings; and that text."""
    segments, text = [], ""
    for number, words in enumerate(draw(st.lists(WORDS, max_size=12))):
        if not words.strip():
            continue
        trail = ("标题",) if number % 5 < 3 else ("标题", "小节")
        line = text.count("\n") + 1
        place = Locator(chars=(len(text), len(text) + len(words)), lines=(line, line + words.count("\n")), headings=trail)
        kind = draw(st.sampled_from(["text", "text", "list", "heading"]))
        segments.append(Segment(words, place, kind, continues=bool(segments) and draw(st.booleans())))
        text += words + "\n"
    return Document(tuple(segments)), text


def squeezed(text: str) -> str:
    return "".join(text.split())


@given(documents(), st.integers(4, 40), st.integers(0, 3))
def test_nothing_lost_nothing_over_and_places_hold(made: tuple[Document, str], limit: int, overhead: int) -> None:
    document, text = made
    count = Counter(overhead)
    chunks = split(document, count_tokens=count, max_tokens=limit)
    assert squeezed("".join(chunk.text for chunk in chunks)) == squeezed("".join(s.text for s in document.segments))
    for chunk in chunks:
        assert count([chunk.text])[0] <= limit
        end = 0
        for piece in chunk.pieces:
            assert not chunk.text[end : piece.start].strip(), "pieces tile the chunk, separators apart"
            assert piece.locator.chars is not None
            assert piece.locator.lines is not None
            words = chunk.text[piece.start : piece.end]
            assert text[slice(*piece.locator.chars)] == words, "narrowed to these very characters"
            first, last = piece.locator.lines
            assert words in "\n".join(text.split("\n")[first - 1 : last])
            end = piece.end
        assert end == len(chunk.text)
        assert chunk.locator.chars is not None
        assert chunk.locator.chars[0] == min(piece.locator.chars[0] for piece in chunk.pieces if piece.locator.chars)


@given(st.text(max_size=200), st.integers(1, 9))
def test_any_text_at_any_limit(text: str, limit: int) -> None:
    """Where every character is a token and nothing else, every limit can be kept."""
    chunks = split(
        Document((Segment(text, Locator(lines=(1, 1))),)), count_tokens=lambda ts: [len(t) for t in ts], max_tokens=limit
    )
    assert squeezed("".join(chunk.text for chunk in chunks)) == squeezed(text)
    assert all(len(chunk.text) <= limit for chunk in chunks)


def test_few_calls() -> None:
    count = Counter()
    segments = [Segment("甲方应在三十日内付款。" * (number % 40 + 1), Locator(lines=(number, number))) for number in range(500)]
    chunks = split(Document(tuple(segments)), count_tokens=count, max_tokens=64)
    assert len(chunks) > 500
    assert count.calls <= 6


def test_chunks_are_well_filled_and_end_between_paragraphs() -> None:
    text = [f"第{number}段，" + "这是一个完整的句子。" * 4 for number in range(60)]
    count = Counter()
    chunks = split(Document(tuple(Segment(t, Locator()) for t in text)), count_tokens=count, max_tokens=128)
    sizes = count([chunk.text for chunk in chunks])
    assert all(size >= 0.6 * 128 for size in sizes[:-1])
    assert all(chunk.text.startswith("第") for chunk in chunks)


def test_no_scrap_at_the_end() -> None:
    segments = tuple(Segment("一二三四五六七八九。", Locator()) for _ in range(11))
    count = Counter(0)
    sizes = count([chunk.text for chunk in split(Document(segments), count_tokens=count, max_tokens=110)])
    assert len(sizes) == 2
    assert min(sizes) > 40


def test_pages_sheets_and_trails_are_not_mixed() -> None:
    segments = (
        Segment("第一页。", Locator(page=1)),
        Segment("第二页。", Locator(page=2)),
        Segment("表一", Locator(sheet="一", cells="A2:C2"), "row"),
        Segment("表一又", Locator(sheet="一", cells="B3:F3"), "row"),
        Segment("表二", Locator(sheet="二", cells="A1"), "row"),
    )
    chunks = split(Document(segments), count_tokens=Counter(), max_tokens=100)
    assert [chunk.text for chunk in chunks] == ["第一页。", "第二页。", "表一\n表一又", "表二"]
    assert chunks[2].locator == Locator(sheet="一", cells="A2:F3")


def test_hidden_text_and_asides_have_chunks_of_their_own() -> None:
    shown, hidden = Locator(sheet="Lease", cells="A1"), Locator(sheet="Lease", cells="A2", hidden="row")
    anna, ben = (Locator(sheet="Lease", cells="A3", aside="comment", author=name) for name in ("Anna", "Ben"))
    segments = tuple(Segment(f"text {number}", place) for number, place in enumerate((shown, hidden, shown, anna, ben)))
    chunks = split(Document(segments), count_tokens=Counter(), max_tokens=100)
    assert [chunk.locator for chunk in chunks] == [shown, hidden, shown, anna, ben]


def test_a_hidden_heading_joins_no_visible_text() -> None:
    places = Locator(headings=("Draft",), hidden="text"), Locator(headings=("Draft", "Cap"))
    document = Document((Segment("Draft", places[0], "heading"), Segment("The cap is 12,000.", places[1])))
    assert [chunk.text for chunk in split(document, count_tokens=Counter(), max_tokens=100)] == ["Draft", "The cap is 12,000."]


def test_a_bare_heading_joins_what_stands_below_it() -> None:
    segments = (
        Segment("总则", Locator(headings=("总则",)), "heading"),
        Segment("第一节", Locator(headings=("总则", "第一节")), "heading"),
        Segment("正文。", Locator(headings=("总则", "第一节"))),
        Segment("附则", Locator(headings=("附则",)), "heading"),
    )
    chunks = split(Document(segments), count_tokens=Counter(), max_tokens=100)
    assert [chunk.text for chunk in chunks] == ["总则\n第一节\n正文。", "附则"]
    assert chunks[0].trail == ("总则", "第一节")
    assert chunks[0].locator.headings == ("总则",)


def test_sentences_of_one_paragraph_are_joined_as_they_were() -> None:
    segments = (
        Segment("One.", Locator(page=1, chars=(0, 4))),
        Segment("Two.", Locator(page=1, chars=(5, 9)), continues=True),
        Segment("三。", Locator(page=1, chars=(9, 11))),
        Segment("四。", Locator(page=1, chars=(11, 13)), continues=True),
    )
    assert split(Document(segments), count_tokens=Counter(), max_tokens=100)[0].text == "One. Two.\n三。四。"


def test_long_sentences_break_at_clauses_then_words() -> None:
    text = "甲方应当按照约定支付货款，乙方应当按照约定交付货物，双方应当保守商业秘密"
    chunks = split(Document((Segment(text, Locator(chars=(0, len(text)))),)), count_tokens=Counter(0), max_tokens=14)
    assert [chunk.text for chunk in chunks] == text.replace("，", "，|").split("|")
    words = "alpha beta gamma delta epsilon zeta"
    for chunk in split(Document((Segment(words, Locator()),)), count_tokens=Counter(0), max_tokens=4):
        assert all(part in words.split() for part in chunk.text.split())


def test_rows_are_not_taken_for_verbatim() -> None:
    assert not is_verbatim(Segment("a: 1; b: 2", Locator(chars=(0, 10)), "row"))


def test_no_room_is_said() -> None:
    with pytest.raises(ValueError, match="no room"):
        split(Document((Segment("甲", Locator()),)), count_tokens=Counter(5), max_tokens=5)


def test_estimate_is_near_the_real_tokenizer(shared: Path) -> None:
    from tokenizers import Tokenizer

    from desktop_app.embedding.backends import light_model

    tokenizer = Tokenizer.from_file(str(light_model.folder() / "tokenizer.json"))
    tokenizer.no_truncation()
    for language, low, high in (("en", 1.0, 1.7), ("zh", 0.9, 1.3)):
        texts = (shared / f"data/retrieval/{language}.passages.jsonl").read_text("utf-8").splitlines()[:50]
        real = sum(len(encoded.ids) for encoded in tokenizer.encode_batch(texts))
        assert low < sum(estimate_tokens(texts)) / real < high


def test_without_a_tokenizer(tmp_path: Path) -> None:
    path = tmp_path / "长文.txt"
    path.write_text("甲方应在三十日内付款。" * 400 + "\n\n" + "The warranty covers two years. " * 200, encoding="utf-8")
    document = registry.read(path, quiet)
    chunks = split(document, count_tokens=estimate_tokens, max_tokens=200)
    assert all(count <= 200 for count in estimate_tokens([chunk.text for chunk in chunks]))
    assert squeezed("".join(chunk.text for chunk in chunks)) == squeezed(path.read_text("utf-8"))

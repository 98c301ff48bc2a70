# SPDX-License-Identifier: Apache-2.0
"""How a file is divided for a summary, and what is no sentence of one."""

from __future__ import annotations

from collections.abc import Sequence

from desktop_app.contract.document import Locator
from desktop_app.contract.ledger import StoredChunk
from desktop_app.summaries.document_parts import MOST_PARTS, divide


def chunks(*texts: tuple[str, Sequence[str], Locator]) -> list[StoredChunk]:
    return [
        StoredChunk(number, "/a.pdf", number, text, place, tuple(trail)) for number, (text, trail, place) in enumerate(texts, 1)
    ]


def said(*texts: tuple[str, Sequence[str], Locator], hidden: bool = False) -> list[list[str]]:
    return [[one.text for one in part.sentences] for part in divide(chunks(*texts), hidden=hidden)[0]]


def test_hidden_text_and_what_is_beside_the_body_stay_out() -> None:
    seen = ("The price of the seen part is agreed by both.", ("A",), Locator(page=1))
    unseen = ("The price of the hidden part is agreed by none.", ("A",), Locator(page=1, hidden="text"))
    comment = ("The price of the comment is what somebody proposes.", ("A",), Locator(page=1, aside="comment"))
    assert said(seen, unseen, comment) == [[seen[0]]]
    assert said(seen, unseen, comment, hidden=True) == [[seen[0], unseen[0]]]


def test_a_sentence_that_a_page_break_cuts_is_none() -> None:
    first = ("The tenant keeps the room clean at all times. The landlord of the house and all of his", (), Locator(page=1))
    second = ("heirs repair the roof when it leaks. The heating is checked each autumn by a firm.", (), Locator(page=2))
    assert said(first, second) == [
        ["The tenant keeps the room clean at all times.", "The heating is checked each autumn by a firm."]
    ]


def test_many_sections_are_put_together_and_none_is_lost() -> None:
    texts = [(f"Section {n} speaks about the matter number {n} only.", (f"Title {n}",), Locator(page=n)) for n in range(1, 41)]
    parts, sections = divide(chunks(*texts), hidden=False)
    assert sections == 40
    assert len(parts) == MOST_PARTS
    assert sum(part.joined for part in parts) == 40
    assert (parts[0].title.split(" – ")[0], parts[-1].title.split(" – ")[-1]) == ("Title 1", "Title 40")
    assert [one.chunk.id for part in parts for one in part.sentences] == list(range(1, 41))


def test_a_section_of_rows_has_no_sentence() -> None:
    table = ("Item: Scale; Price: 100\nItem: Balance; Price: 240", ("Prices",), Locator(page=1))
    (part,), _ = divide(chunks(table), hidden=False)
    assert (part.sentences, part.rows) == ((), ("Item: Scale; Price: 100", "Item: Balance; Price: 240"))


def test_a_form_says_its_lines() -> None:
    form = ("Room: Linden, second floor\nPage 3", ("Where",), Locator(page=1))
    assert said(form) == [["Room: Linden, second floor"]]

# SPDX-License-Identifier: Apache-2.0
"""Summaries of files and folders: covered, cited, verbatim; written by a model only where it is proven."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from desktop_app.answering.answerer import Answerer
from desktop_app.answering.asked import Asked
from desktop_app.answering.listener import Listener
from desktop_app.contract.answer import Answer
from desktop_app.contract.ledger import Scope
from desktop_app.contract.passage import ANSWER
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.library.library import Library
from desktop_app.retrieval.retriever import Retriever
from tests.answering.scripted_model import Scripted
from tests.summaries import made_documents


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    files = tmp_path / "Bids"
    files.mkdir()
    with closing(Library(tmp_path / "library")) as opened:
        for path in (made_documents.english(files), made_documents.chinese(files)):
            made_documents.store(opened, path)
        opened.catalogue.sources.add(str(files), "folder", 0)
        yield opened


def ask(
    library: Library,
    question: str,
    earlier: Sequence[Answer] = (),
    model: Scripted | None = None,
    listener: Listener | None = None,
    cancel: Cancellation | None = None,
    **scope: object,
) -> Answer:
    answerer = Answerer(library, Retriever(library, lambda: None))
    return answerer.answer(
        Asked(question, Scope(**scope), tuple(earlier)),  # type: ignore[arg-type]
        listener=listener or Listener(),
        cancel=cancel or Cancellation(),
        model=(lambda: model) if model is not None else None,
    )


def path_of(library: Library, name: str) -> str:
    return next(path for path in library.catalogue.lookup.searchable_paths() if os.path.basename(path) == name)


def assert_proven(answer: Answer) -> None:
    """Every sentence has its number, every number its verbatim text."""
    assert (answer.mode, answer.found, answer.certainty) == ("summary", True, ANSWER)
    assert [number for part in answer.parts for number in part.citations]
    assert all(part.citations for part in answer.parts)
    numbers = {citation.number: citation for citation in answer.citations}
    texts = {passage.chunk_id: passage.text for passage in answer.sent}
    assert {number for part in answer.parts for number in part.citations} == set(numbers)
    for citation in answer.citations:
        assert texts[citation.chunk_id][citation.start : citation.end] == citation.quote


@pytest.mark.parametrize(
    ("question", "sections"),
    [("Summarize supply-contract.md", made_documents.ENGLISH), ("总结一下《供货合同》", made_documents.CHINESE)],
)
def test_every_section_is_given_its_central_sentence(
    library: Library, question: str, sections: dict[str, tuple[str, tuple[str, ...]]]
) -> None:
    answer = ask(library, question)
    assert_proven(answer)
    at = 0
    for title, (central, others) in sections.items():
        at = answer.text.index(f"**{title}**", at)
        assert answer.text.index(central, at) > at
        assert others[2] not in answer.text
    quotes = [citation.quote for citation in answer.citations]
    assert [central for central, _ in sections.values()] == [quote for quote in quotes if len(quote) > 20]
    assert made_documents.FOOTER not in answer.text


def test_the_question_is_searched_where_no_file_is_called_so(library: Library) -> None:
    assert ask(library, "Summarize the payment terms").mode == "extractive"
    assert ask(library, "Summary of contract?").mode == "extractive"
    assert ask(library, "Summarize supply-contract.md", below=(path_of(library, "供货合同.txt"),)).mode == "extractive"


def test_this_file_is_the_one_of_the_scope_or_of_the_last_answer(library: Library) -> None:
    path = path_of(library, "供货合同.txt")
    in_scope = ask(library, "总结这份文件", below=(path,))
    assert {citation.path for citation in in_scope.citations} == {path}
    before = ask(library, "Who pays each invoice of the supplier?", below=(path_of(library, "supply-contract.md"),))
    after = ask(library, "Summarize this document", [before])
    assert {os.path.basename(citation.path) for citation in after.citations} == {"supply-contract.md"}


def test_the_newest_of_two_files_is_taken_and_the_other_named(library: Library, tmp_path: Path) -> None:
    older = tmp_path / "Bids" / "old" / "supply-contract.md"
    older.parent.mkdir()
    older.write_text("# Supply contract\n\nThe old contract of the supplier ended in March of last year.\n", encoding="utf-8")
    os.utime(older, (1_000_000_000, 1_000_000_000))
    made_documents.store(library, older)
    answer = ask(library, "Summarize supply-contract.md")
    assert "Also called so: “old › supply-contract.md”." in answer.text
    assert {citation.path for citation in answer.citations} == {str(tmp_path / "Bids" / "supply-contract.md")}


def test_a_folder_is_summed_up_file_by_file_and_the_rest_on_request(library: Library, tmp_path: Path) -> None:
    for number in range(13):
        path = tmp_path / "Bids" / f"bridge-{number:02}.txt"
        path.write_text(
            f"Bridge number {number} in Bern is repaired by the city in this summer. A bridge in Bern is long and old. ",
            encoding="utf-8",
        )
        made_documents.store(library, path)
    answer = ask(library, "What is this folder about?")
    assert_proven(answer)
    assert "12 of 15 files" in answer.text
    assert "3 more files; ask for “the rest”." in answer.text
    assert "bridge (12 files)" in answer.text
    rest = ask(library, "The rest", [answer])
    assert_proven(rest)
    shown = {citation.path for citation in answer.citations} | {citation.path for citation in rest.citations}
    assert "files 13–15 of 15" in rest.text
    assert len(shown) == 15
    assert {citation.path for citation in answer.citations}.isdisjoint(citation.path for citation in rest.citations)


def test_a_model_is_shown_only_as_far_as_it_is_proven(library: Library) -> None:
    heard, seen = list[Answer](), list[tuple[int, int]]()

    def said(messages: Sequence[object]) -> list[str]:
        asked = str(messages[-1])
        if "“Payment”" in asked:
            return ["The buyer pays each invoice within thirty days. The moon is made of green cheese."]
        if "“Deliveries”" in asked:
            return ["Elephants dance on Tuesdays."]
        return ["Either party may terminate the contract with notice of three months."] if "Termination" in asked else [""]

    listener = Listener(quoted=heard.append, summing_up=lambda done, total, _seconds: seen.append((done, total)))
    answer = ask(library, "Summarize supply-contract.md", model=Scripted(said), listener=listener)
    assert_proven(answer)
    assert heard == [answer.quoted]
    assert seen == [(done, 5) for done in range(5)]
    assert "The buyer pays each invoice within thirty days. [" in answer.text
    assert "cheese" not in answer.text
    assert "Elephants" not in answer.text
    assert made_documents.ENGLISH["Deliveries"][0] in answer.text  # quoted in its place
    assert answer.is_written
    assert answer.quoted is not None
    assert not answer.quoted.is_written


def test_a_stopped_summary_shows_what_was_written(library: Library) -> None:
    cancel = Cancellation()
    model = Scripted(["The supplier delivers every order of scales to the warehouse within ten working days."])
    listener = Listener(summing_up=lambda done, _total, _seconds: cancel.cancel() if done == 1 else None)
    answer = ask(library, "Summarize supply-contract.md", model=model, listener=listener, cancel=cancel)
    assert_proven(answer)
    assert (answer.stopped, answer.finish) == (True, "cancelled")
    assert "**Deliveries**" in answer.text
    assert "**Payment**" not in answer.text
    first = Cancellation()
    first.cancel()
    unwritten = ask(library, "Summarize supply-contract.md", model=model, cancel=first)
    assert unwritten.stopped
    assert not unwritten.is_written
    assert "**Payment**" in unwritten.text

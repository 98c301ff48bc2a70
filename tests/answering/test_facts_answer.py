# SPDX-License-Identifier: Apache-2.0
"""Facts over all files: rows, cited cells, certain and perhaps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from desktop_app.answering.answerer import Answerer
from desktop_app.answering.asked import Asked
from desktop_app.answering.facts_answer import FactsAnswerer
from desktop_app.answering.listener import Listener
from desktop_app.contract.answer import Answer
from desktop_app.contract.document import Chunk, Locator, SourceFile
from desktop_app.contract.ledger import EVERYWHERE, Scope
from desktop_app.contract.passage import ANSWER, PERHAPS
from desktop_app.documents.process import registry
from desktop_app.documents.text import splitting
from desktop_app.facts import stating
from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.library.library import Library
from desktop_app.retrieval.retriever import Retriever

TEXTS = {
    "lease.txt": "Lease agreement\n\nLandlord: Halden Estates Ltd\nTenant: Müller AG\n\nThe lease ends on 30 June 2026.\n\nThe total rent is CHF 48'000.",
    "cleaning.txt": "Cleaning contract\n\nbetween Müller AG and Breck Cleaning Ltd\n\nThis contract is valid until 31 May 2027.\n\nThe total price is EUR 12,500.",
    "采购合同.txt": "采购合同\n\n甲方：霁川包装有限公司\n乙方：栖云测控有限公司\n\n本合同有效期至2026年12月31日，期满自动续期一年。\n\n合同总价为人民币壹拾万元整。",
    "保密协议.txt": "保密协议\n\n甲方：松涧化工有限公司\n乙方：栖云测控有限公司\n\n双方对技术资料负有保密义务。",
    "transport-contract.txt": "What we agreed\n\nThe contract ends on 1 May 2026.",
    "policy.txt": "Leave policy\n\nLeave is ten days. A contract may say otherwise.",
}


def put(library: Library, name: str, text: str, changed: int = 1) -> Path:
    path = library.catalogue.database.path.parent / name
    path.write_text(text, encoding="utf-8")
    document = registry.read(path, lambda _done, _total: None, (), "off", ())
    chunks = splitting.split(document, count_tokens=splitting.estimate_tokens, max_tokens=254)
    file = SourceFile(str(path), 1, changed, f"{name} {text}")
    library.catalogue.files.store(file, chunks, state="indexed", document=document, recipe="test")
    return path


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with closing(Library(tmp_path / "library")) as opened:
        for name, text in TEXTS.items():
            put(opened, name, text)
        yield opened


def ask(library: Library, question: str, scope: Scope = EVERYWHERE) -> Answer:
    answerer = Answerer(library, Retriever(library, lambda: None))
    return answerer.answer(Asked(question, scope), listener=Listener(), cancel=Cancellation())


def facts(library: Library, question: str, progress: Callable[[int, int], None] = lambda _done, _total: None) -> Answer | None:
    answerer = FactsAnswerer(library.catalogue, today=lambda: dt.date(2026, 3, 1))
    return answerer.answer(Answer(question, "", False, "extractive"), question, EVERYWHERE, progress)


def names(paths: tuple[object, ...]) -> list[str]:
    return [Path(str(path)).name for path in paths]


def test_which_contracts_end_in_a_year(library: Library) -> None:
    answer = ask(library, "Which contracts expire in 2026?")
    assert answer.computed is not None
    assert (answer.mode, answer.found, answer.certainty) == ("computed", True, ANSWER)
    assert names(answer.computed.listed) == ["lease.txt", "采购合同.txt"]
    assert names(answer.computed.perhaps) == ["transport-contract.txt"]
    assert answer.text.startswith(
        "**2 contracts: end date from 2026-01-01 to 2026-12-31**\n\n6 files were looked at, 5 contracts among them."
    )
    assert "| lease.txt | 2026-06-30 [1] |" in answer.text
    assert "| 采购合同.txt | 2026-12-31 (renews unless cancelled) [2] |" in answer.text
    assert [citation.quote for citation in answer.citations] == [
        "The lease ends on 30 June 2026.",
        "本合同有效期至2026年12月31日，期满自动续期一年。",
        "The contract ends on 1 May 2026.",
    ]
    assert [part.citations for part in answer.parts] == [(), (1,), (2,), (3,)]
    assert answer.computed.rows[0].shown == ("2026-06-30",)


def test_the_largest_amount_of_each_currency(library: Library) -> None:
    answer = ask(library, "金额最高的合同是哪份？")
    assert answer.computed is not None
    assert answer.text.startswith("**3份合同：金额最高（各币种）**")
    assert names(answer.computed.listed) == ["cleaning.txt", "lease.txt", "采购合同.txt"]


def test_the_first_to_end_and_what_may_end_before(library: Library) -> None:
    answer = facts(library, "Which contract expires first?")
    assert answer is not None
    assert answer.computed is not None
    assert answer.text.startswith("**1 contract: the first to end**")
    assert names(answer.computed.listed) == ["lease.txt"]
    assert names(answer.computed.perhaps) == ["transport-contract.txt"]
    following = facts(library, "哪份合同最晚到期？")
    assert following is not None
    assert following.computed is not None
    assert names(following.computed.listed) == ["cleaning.txt"]
    assert following.computed.perhaps == ()


def test_each_quote_stands_in_its_passage(library: Library) -> None:
    answer = ask(library, "列出所有合同的甲方、金额和到期日")
    assert len(answer.citations) >= 9
    for citation in answer.citations:
        chunk = library.catalogue.chunks.get(citation.chunk_id)
        assert chunk is not None
        assert chunk.path == citation.path
        assert chunk.text[citation.start : citation.end] == citation.quote


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("list all contracts with Müller AG", ["cleaning.txt", "lease.txt"]),
        ("contracts over 40,000", ["lease.txt", "采购合同.txt"]),
        ("Which contracts are worth more than 10,000 euros?", ["cleaning.txt"]),
        ("哪些合同没有写明到期日？", ["保密协议.txt"]),
        ("与栖云测控有限公司签订的合同有哪些？", ["保密协议.txt", "采购合同.txt"]),
    ],
)
def test_lists(library: Library, question: str, found: list[str]) -> None:
    answer = ask(library, question)
    assert answer.computed is not None
    assert names(answer.computed.listed) == found


def test_days_from_today_on(library: Library) -> None:
    answer = facts(library, "Which contracts expire within four months?")
    assert answer is not None
    assert answer.computed is not None
    assert names(answer.computed.listed) == ["lease.txt"]


def test_a_count_and_a_sum_by_currency(library: Library) -> None:
    count, total = ask(library, "有多少份合同？"), ask(library, "total amount of all contracts by currency")
    assert count.computed is not None
    assert count.computed.value == 4
    assert total.computed is not None
    assert total.computed.groups == (("CNY", 100_000.0), ("CHF", 48_000.0), ("EUR", 12_500.0))
    assert total.text.startswith(
        "**4 contracts, total amount 100,000 CNY; 48,000 CHF; 12,500 EUR (1 without a clear amount, left out)**"
    )


def test_none_of_them(library: Library) -> None:
    answer = ask(library, "Which contracts expire in 2040?")
    assert answer.computed is not None
    assert (answer.computed.listed, answer.certainty) == ((), PERHAPS)
    assert "1 of them does not state it." in answer.text


@pytest.mark.parametrize(
    "question", ["Which invoices are over 100 euros?", "list all contracts with Meier AG", "有多少份会议纪要？"]
)
def test_what_is_not_there_is_left_to_the_search(library: Library, question: str) -> None:
    answer = ask(library, question)
    assert answer.computed is None


def test_only_files_of_the_scope_count(library: Library) -> None:
    below = str(library.catalogue.database.path.parent / "lease.txt")
    answer = ask(library, "有多少份合同？", Scope(below=(below,)))
    assert answer.computed is not None
    assert answer.computed.value == 1


def test_a_newer_version_counts_and_the_older_one_is_told(library: Library) -> None:
    put(library, "lease v2.txt", TEXTS["lease.txt"].replace("30 June 2026", "30 June 2028"), changed=2)
    put(library, "copy of cleaning.txt", TEXTS["cleaning.txt"])
    answer = ask(library, "Which contracts end in 2026?")
    assert answer.computed is not None
    assert names(answer.computed.listed) == ["采购合同.txt"]
    assert "Not counted, because a newer version or an equal file is: lease.txt." in answer.text


def test_contracts_of_one_name_in_two_folders_are_two(library: Library) -> None:
    folder = library.catalogue.database.path.parent / "2028"
    folder.mkdir()
    put(library, "2028/lease.txt", TEXTS["lease.txt"].replace("30 June 2026", "30 June 2028"), changed=2)
    answer = ask(library, "Which contracts end in 2026?")
    assert answer.computed is not None
    assert "lease.txt" in names(answer.computed.listed)


def test_a_register_that_may_be_meant_is_told(library: Library) -> None:
    put(library, "合同台账.csv", "合同编号,对方单位,金额（元）\nHT-1,甲公司,900000\nHT-2,乙公司,40000\nHT-3,丙公司,1200000\n")
    answer = ask(library, "金额超过8万元的合同有哪些？")
    assert answer.computed is not None
    assert names(answer.computed.listed) == ["采购合同.txt"]
    assert "\n\n也可能指表格里的：**HT-1、HT-3** " in answer.text


def test_hidden_passages_count_only_where_they_are_asked_for(library: Library) -> None:
    path = library.catalogue.database.path.parent / "hidden.txt"
    chunks = [
        Chunk("Supply contract", Locator()),
        Chunk("The contract ends on 5 August 2031.", Locator(hidden="text")),
    ]
    library.catalogue.files.store(SourceFile(str(path), 1, 1, "hidden"), chunks, state="indexed", recipe="test")
    question = "Which contracts end in 2031?"
    seen, hidden = ask(library, question), ask(library, question, Scope(hidden=True))
    assert seen.computed is not None
    assert hidden.computed is not None
    assert (names(seen.computed.listed), names(hidden.computed.listed)) == ([], ["hidden.txt"])


def test_facts_are_kept_until_the_text_changes(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    read = list[str]()
    original = stating.stated

    def counted(path: str, *arguments: object) -> object:
        read.append(Path(path).name)
        return original(path, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(stating, "stated", counted)
    question = "Which contracts expire in 2026?"
    facts(library, question)
    assert sorted(read) == sorted(TEXTS)
    read.clear()
    facts(library, question)
    assert read == []
    put(library, "lease.txt", TEXTS["lease.txt"].replace("2026", "2029"))
    answer = facts(library, question)
    assert read == ["lease.txt"]
    assert answer is not None
    assert answer.computed is not None
    assert names(answer.computed.listed) == ["采购合同.txt"]


def test_facts_go_with_their_file(library: Library) -> None:
    facts(library, "有多少份合同？")
    connection = library.catalogue.database.connection()
    assert connection.execute("SELECT count(*) FROM stated_facts").fetchone() == (len(TEXTS),)
    library.catalogue.files.remove([row[0] for row in connection.execute("SELECT id FROM files")])
    assert connection.execute("SELECT count(*) FROM stated_facts").fetchone() == (0,)


def test_stopping_gives_the_quotes_marked_as_stopped(library: Library) -> None:
    cancel = Cancellation()
    listener = Listener(reading=lambda _done, _total, _seconds: cancel.cancel())
    answerer = Answerer(library, Retriever(library, lambda: None))
    answer = answerer.answer(Asked("Which contracts expire in 2026?"), listener=listener, cancel=cancel)
    assert (answer.computed, answer.stopped) == (None, True)


def test_the_first_reading_tells_how_far_it_is_and_can_be_stopped(library: Library) -> None:
    told = list[tuple[int, int]]()

    def stop(done: int, total: int) -> None:
        told.append((done, total))
        if done == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        facts(library, "有多少份合同？", stop)
    assert told == [(done, len(TEXTS)) for done in range(4)]
    told.clear()
    facts(library, "有多少份合同？", lambda done, total: told.append((done, total)))
    assert told == [(0, 3), (1, 3), (2, 3)]  # what was read before stopping is kept

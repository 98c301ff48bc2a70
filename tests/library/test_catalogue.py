# SPDX-License-Identifier: Apache-2.0
"""The catalogue: one transaction a file, states, offline and back, paging, and an index that agrees with the chunks."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from desktop_app.analysis import words
from desktop_app.contract.document import Chunk, Locator, MemberProblem, Piece, SourceFile
from desktop_app.contract.ledger import LedgerQuery, Scope
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.library.catalogue import Catalogue
from desktop_app.library.stores import fulltext, schema, vector_store
from desktop_app.library.stores.below import is_below
from desktop_app.library.stores.chunk_rows import text_hash
from library.making import MODEL, as_format_5, as_format_7, chunk, found_texts, source_file, store, vectors_of

FOLDER = "/资料/合同 2024"


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    opened = Catalogue(tmp_path / "catalogue.sqlite")
    yield opened
    opened.close()


def states(catalogue: Catalogue) -> dict[str, tuple[str, str]]:
    return {row.path: (row.state, row.reason) for row in catalogue.files.page()[0]}


# ---- chunks ---------------------------------------------------------------------------------------------------------


def test_a_chunk_comes_back_as_it_was(catalogue: Catalogue) -> None:
    place = Locator(page=3, chars=(10, 20), headings=("第一章", "付款"), sheet="表 1", cells="A1:B2", part="附件")
    stored = Chunk(
        "甲方应付款。\n乙方应交货。", place, ("第一章", "付款"), (Piece(0, 6, place), Piece(7, 13, Locator(lines=(4, 5))))
    )
    catalogue.files.store(source_file(f"{FOLDER}/甲.pdf"), [stored], state="indexed", title="合同", pages=9)
    found = catalogue.chunks.get(catalogue.lookup.search(["付款"], 1)[0][0])
    assert found is not None
    assert (found.path, found.ordinal, found.text) == (f"{FOLDER}/甲.pdf", 0, stored.text)
    assert (found.locator, found.trail, found.pieces) == (stored.locator, stored.trail, stored.pieces)
    row = catalogue.files.page()[0][0]
    assert (row.state, row.chunks, row.pages, row.size) == ("indexed", 1, 9, 100)


ODD = {
    "emoji": "👨‍👩‍👧 家属 😀 随行",
    "gbk": "汉字編碼與囍镕㐂",
    "combining": "café na\u0308ive",
    "nul": "甲\x00乙 丙",
    "long": "质保期十八个月。" * 20_000,
    "rtl": "שלום مرحبا",
    "fullwidth": "ＷＬ－３００　型",
    "quotes": "'; DROP TABLE chunks; --",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_any_text_is_kept_found_and_taken_out(catalogue: Catalogue, text: str) -> None:
    store(catalogue, "/资料/别的.txt", "与此无关的文字")
    store(catalogue, "/资料/1.txt", text)
    terms = words.terms(text)[:20]
    assert terms
    for term in terms:
        assert [found.text for found in catalogue.chunks.by_ids([i for i, _ in catalogue.lookup.search([term], 9)])] == [text]
    store(catalogue, "/资料/1.txt", "换成新的内容")
    assert all(catalogue.lookup.search([term], 9) == [] for term in terms)
    assert found_texts(catalogue, "新的内容") == ["换成新的内容"]


def test_replacing_a_file_leaves_nothing_of_the_old_text(catalogue: Catalogue) -> None:
    store(catalogue, "/资料/甲.txt", "质保期十八个月", "违约金千分之三")
    store(catalogue, "/资料/乙.txt", "质保期两年")
    store(catalogue, "/资料/甲.txt", "质保期三十六个月")
    assert sorted(found_texts(catalogue, "质保期")) == ["质保期三十六个月", "质保期两年"]
    assert found_texts(catalogue, "违约金") == []
    assert catalogue.chunks.count() == 2
    assert catalogue.lookup.frequencies(["质保", "十八", "违约"]) == {"质保": 2, "十八": 0, "违约": 0}


def test_the_index_is_the_same_as_one_built_afresh(catalogue: Catalogue, tmp_path: Path) -> None:
    """A contentless index forgets rows only when it is told the very terms again; after many replacements it must not differ."""
    for turn in range(6):
        for name in "甲乙丙":
            store(
                catalogue, f"/资料/{name}.txt", *(f"{name}第{turn}版第{n}段，编号 {turn * 10 + n}" for n in range(turn % 3 + 1))
            )
        catalogue.files.remove([record.id for record in catalogue.files.records("/资料/乙.txt")])
    with closing(Catalogue(tmp_path / "另一个.sqlite")) as fresh:
        for name in "甲丙":
            store(fresh, f"/资料/{name}.txt", *(f"{name}第5版第{n}段，编号 {50 + n}" for n in range(3)))
        for term in ("第5", "编号", "50", "52", "40", "2版", "甲", "乙", "丙"):
            assert found_texts(catalogue, term) == found_texts(fresh, term), term
    check = sqlite3.connect(tmp_path / "catalogue.sqlite")
    check.execute("INSERT INTO terms (terms, rank) VALUES ('integrity-check', 0)")
    assert check.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    check.close()


def test_a_failed_write_changes_nothing(catalogue: Catalogue) -> None:
    store(catalogue, "/资料/甲.txt", "旧的内容")
    broken = [chunk("新的内容"), chunk("\ud800")]  # a lone surrogate cannot be stored
    with pytest.raises(UnicodeEncodeError):
        catalogue.files.store(source_file("/资料/甲.txt", size=999), broken, state="indexed")
    assert found_texts(catalogue, "内容") == ["旧的内容"]
    assert catalogue.files.page()[0][0].size == 100


def test_another_way_of_cutting_words_indexes_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(Catalogue(tmp_path / "c.sqlite")) as catalogue:
        store(catalogue, "/资料/甲.txt", "质保期十八个月")
    monkeypatch.setattr(words, "VERSION", words.VERSION + 1)
    monkeypatch.setattr(words, "terms", lambda text: [character for character in text if character.isalnum()])
    with closing(Catalogue(tmp_path / "c.sqlite")) as catalogue:
        assert [catalogue.chunks.get(i).text for i, _ in catalogue.lookup.search(["十"], 5)] == ["质保期十八个月"]  # type: ignore[union-attr]
        assert catalogue.lookup.search(["质保"], 5) == []


def test_indexing_again_goes_on_where_it_was_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(Catalogue(tmp_path / "c.sqlite")) as catalogue:
        store(catalogue, "/资料/甲.txt", *(f"第{n}段 质保期" for n in range(1_200)))
    monkeypatch.setattr(words, "VERSION", words.VERSION + 1)
    given = list[int]()
    add = fulltext.add

    def killed(connection: sqlite3.Connection, chunks: list[tuple[int, fulltext.Terms]]) -> None:
        if len(given) == 700:
            raise KeyboardInterrupt
        given.extend(chunk_id for chunk_id, _ in chunks)
        add(connection, chunks)

    monkeypatch.setattr(fulltext, "add", killed)
    with pytest.raises(KeyboardInterrupt):
        Catalogue(tmp_path / "c.sqlite")
    given.append(0)
    with closing(Catalogue(tmp_path / "c.sqlite")) as catalogue:
        assert len(given) == 701 + 700, "the 500 that were committed are not made again"
        assert len(catalogue.lookup.search(["质保"], 2_000)) == 1_200
        catalogue.rebuild_terms()
        assert len(catalogue.lookup.search(["质保"], 2_000)) == 1_200


def test_indexing_again_says_how_far_it_is_and_can_be_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(Catalogue(tmp_path / "c.sqlite")) as catalogue:
        store(catalogue, "/资料/甲.txt", *(f"第{n}段 质保期" for n in range(1_200)))
    monkeypatch.setattr(words, "VERSION", words.VERSION + 1)
    told = list[tuple[int, int]]()

    def stopped(done: int, total: int) -> None:
        told.append((done, total))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Catalogue(tmp_path / "c.sqlite", stopped)
    with closing(Catalogue(tmp_path / "c.sqlite", lambda *now: told.append(now))) as catalogue:
        assert told == [(500, 1_200), (500, 1_200), (1_000, 1_200)]
        assert len(catalogue.lookup.search(["质保"], 2_000)) == 1_200
    with closing(Catalogue(tmp_path / "c.sqlite", lambda *now: told.append(now))):
        assert len(told) == 3


def test_neighbours_stay_in_the_file(catalogue: Catalogue) -> None:
    store(catalogue, "/资料/甲.txt", "一", "二二", "三三", "四四")
    store(catalogue, "/资料/乙.txt", "别的")
    middle = catalogue.lookup.search(["二二"], 1)[0][0]
    assert [stored.text for stored in catalogue.chunks.neighbours(middle, 5, 1)] == ["一", "二二", "三三"]
    assert catalogue.chunks.neighbours(99_999, 1, 1) == []


def test_chunks_come_in_the_order_asked(catalogue: Catalogue) -> None:
    store(catalogue, "/资料/甲.txt", *(f"第{n}段" for n in range(1_200)))
    ids = [stored.id for stored in catalogue.chunks.neighbours(1, 0, 2_000)]
    asked = [*reversed(ids), 99_999]
    assert [stored.id for stored in catalogue.chunks.by_ids(asked)] == list(reversed(ids))


# ---- the ledger -----------------------------------------------------------------------------------------------------


def test_pages_of_the_ledger(catalogue: Catalogue) -> None:
    for n in range(25):
        store(catalogue, f"{FOLDER}/文件 {n:02}.txt", f"第{n}份")
    catalogue.files.put_without_text(source_file(f"{FOLDER}/坏.pdf"), state="failed", reason="damaged", detail="no pages")
    rows, total = catalogue.files.page(LedgerQuery(offset=10, limit=5))
    assert (total, [row.path[-6:-4] for row in rows]) == (26, ["09", "10", "11", "12", "13"])
    rows, total = catalogue.files.page(LedgerQuery(("failed", "partial")))
    assert (total, rows[0].reason, rows[0].detail) == (1, "damaged", "no pages")
    assert (
        catalogue.files.page(LedgerQuery(below="/资料/合同"))[1] == 0
    )  # not a folder of these files, only the start of its name
    assert catalogue.files.page(LedgerQuery(below=f"{FOLDER}/坏.pdf"))[1] == 1
    assert catalogue.files.counts() == {"indexed": 25, "failed": 1}
    assert catalogue.files.searchable_count() == (25, 26)


@pytest.mark.parametrize("name", ["%", "_", "'", "文件[1]", "文 件", "a\\b", "~", "\U0010ffff"])
def test_below_a_folder_of_any_name(catalogue: Catalogue, name: str) -> None:
    store(catalogue, f"/资料/{name}/甲.txt", "甲")
    store(catalogue, f"/资料/{name}x/乙.txt", "乙")
    assert [record.file.path for record in catalogue.files.records(f"/资料/{name}")] == [f"/资料/{name}/甲.txt"]
    assert is_below(f"/资料/{name}/甲.txt", f"/资料/{name}")
    assert not is_below(f"/资料/{name}x/乙.txt", f"/资料/{name}")


def test_everything_is_below_the_root(catalogue: Catalogue) -> None:
    store(catalogue, "/甲.txt", "甲")
    assert len(list(catalogue.files.records("/"))) == 1
    assert is_below("/甲.txt", "/")


def test_a_file_that_fails_forgets_its_text(catalogue: Catalogue) -> None:
    store(catalogue, "/资料/甲.txt", "质保期十八个月", model=MODEL)
    catalogue.files.put_without_text(source_file("/资料/甲.txt", size=0), state="skipped", reason="empty")
    assert states(catalogue) == {"/资料/甲.txt": ("skipped", "empty")}
    assert found_texts(catalogue, "质保期") == []
    assert catalogue.files.searchable_count() == (0, 1)


def test_keep_as_partial_keeps_the_text_and_asks_again(catalogue: Catalogue) -> None:
    store(catalogue, "/资料/甲.txt", "质保期十八个月", recipe="1")
    assert catalogue.files.keep_as_partial(source_file("/资料/甲.txt", size=7), "timed_out", "60 s")
    assert not catalogue.files.keep_as_partial(source_file("/资料/没有.txt"), "timed_out", "")
    assert found_texts(catalogue, "质保期") == ["质保期十八个月"]
    record = next(catalogue.files.records("/资料/甲.txt"))
    assert (record.state, record.reason, record.file.size) == ("partial", "timed_out", 100)


def test_removed_files_leave_everywhere(catalogue: Catalogue) -> None:
    for n in range(1_200):
        store(catalogue, f"{FOLDER}/{n}.txt", f"第{n}份合同")
    store(catalogue, "/资料/留下.txt", "这份合同留下")
    catalogue.files.remove([record.id for record in catalogue.files.records(FOLDER)])
    assert found_texts(catalogue, "合同") == ["这份合同留下"]
    assert catalogue.files.searchable_count() == (1, 1)
    assert catalogue.chunks.count() == 1


# ---- sources --------------------------------------------------------------------------------------------------------


def test_an_outer_folder_takes_inner_ones_over(catalogue: Catalogue) -> None:
    catalogue.sources.add("/资料/合同/甲.txt", "file", 1)
    catalogue.sources.add("/资料/合同", "folder", 1)
    catalogue.sources.add("/资料/合同 2", "folder", 1)
    catalogue.sources.add("/资料/合同/里面", "folder", 1)
    catalogue.sources.add("/资料/合同", "folder", 1)
    assert sorted(catalogue.sources.paths()) == ["/资料/合同", "/资料/合同 2"]
    catalogue.sources.add("/", "folder", 1)
    assert catalogue.sources.paths() == ["/"]


def test_forgetting_a_source_forgets_its_files_only(catalogue: Catalogue) -> None:
    for folder in ("/资料/合同", "/资料/合同 2"):
        catalogue.sources.add(folder, "folder", 1)
        store(catalogue, f"{folder}/甲.txt", f"{folder} 的内容")
    assert catalogue.sources.remove("/资料/合同") == 1
    assert catalogue.sources.paths() == ["/资料/合同 2"]
    assert found_texts(catalogue, "内容") == ["/资料/合同 2 的内容"]


def test_offline_and_back(catalogue: Catalogue) -> None:
    catalogue.sources.add(FOLDER, "folder", 7)
    store(catalogue, f"{FOLDER}/好.txt", "质保期十八个月")
    store(catalogue, f"{FOLDER}/半.txt", "半份合同")
    catalogue.files.keep_as_partial(source_file(f"{FOLDER}/半.txt"), "partly_read", "")
    catalogue.files.put_without_text(source_file(f"{FOLDER}/坏.pdf"), state="failed", reason="damaged")
    catalogue.files.put_pending([source_file(f"{FOLDER}/新.txt")])
    store(catalogue, "/别处/甲.txt", "别处的文件")

    for _ in range(2):  # twice the same changes nothing more
        catalogue.sources.set_online(FOLDER, online=False)
    assert {state for path, (state, _) in states(catalogue).items() if path.startswith(FOLDER)} == {"offline"}
    assert states(catalogue)["/别处/甲.txt"] == ("indexed", "")
    assert found_texts(catalogue, "质保期") == ["质保期十八个月"]
    assert [source.online for source in catalogue.sources.all()] == [False]
    assert catalogue.sources.device(FOLDER) == 7

    for _ in range(2):
        catalogue.sources.set_online(FOLDER, online=True, device=8)
        catalogue.vector_queue.finish_all("")
    assert {path.rsplit("/", 1)[1]: row for path, row in states(catalogue).items()} == {
        "好.txt": ("indexed", ""),
        "半.txt": ("partial", "partly_read"),
        "坏.pdf": ("pending", ""),
        "新.txt": ("pending", ""),
        "甲.txt": ("indexed", ""),
    }
    assert catalogue.sources.device(FOLDER) == 8


# ---- vectors and the outbox -----------------------------------------------------------------------------------------


def test_equal_texts_share_a_vector(catalogue: Catalogue) -> None:
    store(catalogue, "/甲.txt", "相同的话", "甲的话", model=MODEL)
    assert catalogue.vectors.known([text_hash("相同的话"), text_hash("乙的话")], MODEL) == {text_hash("相同的话")}
    assert catalogue.vectors.known([text_hash("相同的话")], "另一个模型") == set()
    catalogue.files.store(source_file("/乙.txt"), [chunk("相同的话")], state="indexed", model=MODEL)
    upserts, deletes = catalogue.outbox.next(MODEL, 10)
    assert (len(upserts), deletes) == (3, [])
    assert upserts[0][1] == upserts[2][1] == vectors_of(["相同的话"])[text_hash("相同的话")]
    assert catalogue.vectors.count(MODEL) == 3


def test_the_outbox_holds_until_it_is_cleared(catalogue: Catalogue) -> None:
    store(catalogue, "/甲.txt", "一", "二", "三", model=MODEL)
    first = [chunk_id for chunk_id, _ in catalogue.outbox.next(MODEL, 2)[0]]
    assert len(first) == 2
    assert [chunk_id for chunk_id, _ in catalogue.outbox.next(MODEL, 2)[0]] == first
    catalogue.outbox.clear(first)
    assert len(catalogue.outbox.next(MODEL, 10)[0]) == 1
    store(catalogue, "/甲.txt", "四", model=MODEL)
    upserts, deletes = catalogue.outbox.next(MODEL, 10)
    assert (len(upserts), len(deletes)) == (1, 3)
    assert not {chunk_id for chunk_id, _ in upserts} & set(deletes), "an id is never used again"


def test_a_deleted_chunk_is_told_with_or_without_a_vector(catalogue: Catalogue) -> None:
    store(catalogue, "/甲.txt", "一", "二", model=MODEL)
    store(catalogue, "/乙.txt", "三")
    catalogue.files.remove([record.id for record in catalogue.files.records("/乙.txt")])
    upserts, deletes = catalogue.outbox.next(MODEL, 10)
    assert (len(upserts), len(deletes)) == (2, 1)
    catalogue.outbox.clear_all()
    assert catalogue.outbox.next(MODEL, 10) == ([], [])


def test_chunks_with_a_vector_page_by_page(catalogue: Catalogue) -> None:
    store(catalogue, "/甲.txt", "一", "二", "三", model=MODEL)
    store(catalogue, "/乙.txt", "四")
    catalogue.files.store(source_file("/丙.txt"), [chunk("二")], state="indexed", model=MODEL)
    first = catalogue.vectors.page(MODEL, 0, 3)
    rest = catalogue.vectors.page(MODEL, first[-1][0], 3)
    assert [chunk_id for chunk_id, _ in [*first, *rest]] == [1, 2, 3, 5]
    assert rest[0][1] == first[1][1]
    assert catalogue.vectors.page("新模型", 0, 3) == []


def test_vectors_nobody_needs_are_dropped(catalogue: Catalogue) -> None:
    store(catalogue, "/甲.txt", "旧的", "留下的", model=MODEL)
    store(catalogue, "/乙.txt", "留下的", model=MODEL)
    store(catalogue, "/甲.txt", "新的", model=MODEL)
    catalogue.vectors.drop_orphaned()
    texts = [text_hash("旧的"), text_hash("留下的"), text_hash("新的")]
    assert catalogue.vectors.known(texts, MODEL) == set(texts[1:])
    assert catalogue.database.connection().execute("SELECT count(*) FROM orphaned_vectors").fetchone() == (0,)


def test_a_removal_that_is_cut_off_leaves_no_file_without_its_source(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue.sources.add("/卷", "folder", 1)
    store(catalogue, "/卷/甲.txt", "一")

    def killed(_ids: Sequence[int]) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(catalogue.files, "remove", killed)
        with pytest.raises(KeyboardInterrupt):
            catalogue.sources.remove("/卷")
    assert catalogue.sources.paths() == ["/卷"]
    assert catalogue.sources.remove("/卷") == 1
    assert (catalogue.sources.paths(), catalogue.chunks.count()) == ([], 0)


def test_vectors_of_models_that_were_replaced_are_dropped(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector_store, "_ROWS", 2)
    texts = [str(number) for number in range(5)]
    store(catalogue, "/甲.txt", *texts, model=MODEL)
    catalogue.vectors.put("新模型", vectors_of(texts).items())
    catalogue.vectors.drop_other_models("新模型")
    assert (catalogue.vectors.count(MODEL), catalogue.vectors.count("新模型")) == (0, 5)


def test_the_first_format_is_taken_over(tmp_path: Path) -> None:
    """Its vectors were kept in a table that was ordered by their text's hash."""
    path = tmp_path / "catalogue.sqlite"
    with closing(Catalogue(path)) as catalogue:
        store(catalogue, "/甲.txt", "一", "二", model=MODEL)
        with catalogue.database.writing() as connection:
            connection.execute("CREATE TABLE old (hash BLOB, model TEXT, vector BLOB, PRIMARY KEY (hash, model)) WITHOUT ROWID")
            connection.execute("INSERT INTO old SELECT hash, model, vector FROM vectors")
            connection.execute("INSERT INTO old VALUES (x'00', 'm', x'00')")
            connection.execute("DROP TABLE vectors")
            connection.execute("DROP TABLE orphaned_vectors")
            connection.execute("DROP TABLE quoted")
            connection.execute("ALTER TABLE old RENAME TO vectors")
            connection.execute("ALTER TABLE files DROP COLUMN problems")
            as_format_5(connection)
            connection.execute("PRAGMA user_version = 1")
    with closing(Catalogue(path)) as catalogue:
        assert [vector for _, vector in catalogue.vectors.page(MODEL, 0, 9)] == list(vectors_of(["一", "二"]).values())
        catalogue.vectors.drop_orphaned()
        assert catalogue.vectors.known([b"\0"], "m") == set()


def test_the_third_format_is_taken_over(tmp_path: Path) -> None:
    """It called the table of texts that lost a chunk ``loose``; what was noted there is still dropped."""
    path = tmp_path / "catalogue.sqlite"
    with closing(Catalogue(path)) as catalogue:
        store(catalogue, "/甲.txt", "一", "二", model=MODEL)
        catalogue.files.remove([record.id for record in catalogue.files.records("/甲.txt")])
        store(catalogue, "/乙.txt", "二")
        with catalogue.database.writing() as connection:
            connection.execute("ALTER TABLE orphaned_vectors RENAME TO loose")
            connection.execute("ALTER TABLE files DROP COLUMN problems")
            as_format_5(connection)
            connection.execute("PRAGMA user_version = 3")
    with closing(Catalogue(path)) as catalogue:
        catalogue.vectors.drop_orphaned()
        assert catalogue.vectors.known([text_hash("一"), text_hash("二")], MODEL) == {text_hash("二")}
        assert found_texts(catalogue, "二") == ["二"]


def test_problems_of_members_are_taken_from_the_sentences_of_format_4(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite"
    details = {
        "/甲.zip": "密.docx (password), 图.png (no_text), +2",
        "/乙.zip": "more than 20 files inside; plan (password).docx (damaged)",
        "/丙.txt": "GB18030",
    }
    with closing(Catalogue(path)) as catalogue:
        for name, detail in details.items():
            catalogue.files.put_without_text(SourceFile(name, 1, 1), state="failed", reason="damaged", detail=detail)
        with catalogue.database.writing() as connection:
            connection.execute("ALTER TABLE files DROP COLUMN problems")
            as_format_5(connection)
            connection.execute("PRAGMA user_version = 4")
    with closing(Catalogue(path)) as catalogue:
        rows = {row.path: row for row in catalogue.files.page()[0]}
    assert {name: row.detail for name, row in rows.items()} == details
    assert rows["/甲.zip"].problems == (MemberProblem("密.docx", "password"), MemberProblem("图.png", "no_text"))
    assert rows["/乙.zip"].problems == (MemberProblem("plan (password).docx", "damaged"),)
    assert rows["/丙.txt"].problems == ()
    assert [name for name, row in rows.items() if row.needs_password] == ["/甲.zip"]


def test_room_of_deleted_files_is_given_back(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite"
    with closing(Catalogue(path)) as catalogue:
        for number in range(40):
            store(catalogue, f"/甲{number}.txt", *(f"第{number}份第{n}段" + "很长的内容" * 200 for n in range(20)))
        catalogue.files.remove([record.id for record in catalogue.files.records("/")][:35])
        before, free = catalogue.database.sizes()
        assert free > before / 2
        steps: list[int] = []

        def stop() -> None:
            steps.append(catalogue.database.sizes()[1])
            if len(steps) == 2:
                raise InterruptedError

        with pytest.raises(InterruptedError):
            catalogue.database.shrink(stop)
        assert steps[1] < steps[0], "what was given back before the stop stays given back"
        catalogue.database.shrink(lambda: None)
        after, free_after = catalogue.database.sizes()
        assert (after <= before - free, free_after) == (True, 0)
        assert path.stat().st_size == after
        assert len(catalogue.chunks.by_ids(list(range(1, 801)))) == 100


def test_the_languages_of_chunks_are_found_for_format_5(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite"
    with closing(Catalogue(path)) as catalogue:
        store(catalogue, "/甲.txt", "质保期为十八个月。", "The warranty is for eighteen months.")
        with catalogue.database.writing() as connection:
            as_format_5(connection)
            connection.execute("PRAGMA user_version = 5")
    with closing(Catalogue(path)) as catalogue:
        rows = catalogue.database.connection().execute("SELECT language FROM chunks ORDER BY id").fetchall()
        assert rows == [("zh",), ("en",)]
        assert len(catalogue.lookup.allowed(Scope(languages=("en",))).chunks) == 1


# ---- what the user does not mind ------------------------------------------------------------------------------------


def test_a_dismissed_reason_is_not_counted_until_another_one_comes(catalogue: Catalogue) -> None:
    catalogue.sources.add("/资料", "folder", 0)
    for name, state, reason in (("甲", "failed", "damaged"), ("乙", "partial", "partly_read"), ("丙", "skipped", "hidden")):
        catalogue.files.put_without_text(source_file(f"/资料/{name}.pdf"), state=state, reason=reason)
    store(catalogue, "/资料/丁.txt", "一")
    assert catalogue.files.needing() == catalogue.sources.all()[0].needing == 2
    catalogue.files.dismiss(["/资料/甲.pdf", "/资料/没有.pdf"], dismissed=True)
    assert catalogue.files.needing() == catalogue.files.needing("/资料") == 1
    assert catalogue.files.counts()["failed"] == 1, "it is still not readable"
    (row,), total = catalogue.files.page(LedgerQuery(dismissed=True))
    assert (row.path, row.dismissed, total) == ("/资料/甲.pdf", True, 1)
    assert catalogue.files.page(LedgerQuery(("failed", "partial"), dismissed=False))[1] == 1
    catalogue.files.put_without_text(source_file("/资料/甲.pdf"), state="failed", reason="password")
    assert catalogue.files.needing() == 2
    catalogue.files.put_without_text(source_file("/资料/甲.pdf"), state="failed", reason="damaged")
    catalogue.files.dismiss(["/资料/甲.pdf"], dismissed=False)
    assert catalogue.files.needing() == 2


def test_nothing_is_dismissed_in_format_6(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite"
    with closing(Catalogue(path)) as catalogue:
        catalogue.files.put_without_text(source_file("/甲.pdf"), state="failed", reason="damaged")
        with catalogue.database.writing() as connection:
            as_format_7(connection)
            connection.execute("ALTER TABLE files DROP COLUMN dismissed")
            connection.execute("PRAGMA user_version = 6")
    with closing(Catalogue(path)) as catalogue:
        assert catalogue.files.needing() == 1


def test_nothing_is_hidden_in_format_7(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite"
    with closing(Catalogue(path)) as catalogue:
        store(catalogue, "/甲.txt", "质保期为十八个月。")
        with catalogue.database.writing() as connection:
            as_format_7(connection)
            connection.execute("PRAGMA user_version = 7")
    with closing(Catalogue(path)) as catalogue:
        assert found_texts(catalogue, "质保期") == ["质保期为十八个月。"]
        assert catalogue.files.page()[0][0].hidden == {}
        catalogue.files.store(source_file("/甲.txt"), [chunk("质保期为十八个月。", hidden="text")], state="indexed")
        assert found_texts(catalogue, "质保期") == []
        assert catalogue.files.page()[0][0].hidden == {"text": 1}


# ---- the file -------------------------------------------------------------------------------------------------------


def test_a_newer_catalogue_is_refused_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite"
    with closing(Catalogue(path)) as catalogue:
        store(catalogue, "/甲.txt", "一")
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {schema.FORMAT + 1}")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(EnvironmentProblem) as caught:
        Catalogue(path)
    assert (caught.value.code, caught.value.data["found"]) == ("library_newer", str(schema.FORMAT + 1))
    assert path.read_bytes() == before
    path.rename(tmp_path / "挪开.sqlite")  # nothing holds it open, also on Windows


def test_a_file_that_is_no_catalogue_is_named(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite"
    path.write_bytes("这不是数据库".encode() * 500)
    with pytest.raises(EnvironmentProblem, match="library_damaged"):
        Catalogue(path)


def test_threads_that_ended_leave_no_open_file(catalogue: Catalogue) -> None:
    """Every run of the pipeline asks from threads of its own; a connection each, kept for ever, would use up the file handles."""
    import psutil

    store(catalogue, "/甲.txt", "一")

    def ask() -> None:
        assert catalogue.chunks.count() == 1

    for _ in range(20):
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
    open_now = [file.path for file in psutil.Process().open_files() if file.path.endswith("catalogue.sqlite")]
    assert len(open_now) <= 3


def test_readers_never_wait_for_the_writer(catalogue: Catalogue) -> None:
    store(catalogue, "/甲.txt", "一")
    with catalogue.database.writing() as connection:
        connection.execute("DELETE FROM meta")
        counted: list[int] = []
        thread = threading.Thread(target=lambda: counted.append(catalogue.chunks.count()))
        thread.start()
        thread.join(10)
        assert counted == [1]


def test_the_ledger_is_narrowed_by_words_and_sorted(catalogue: Catalogue) -> None:
    for name, state, reason in (
        ("/资料/Travel Rules.pdf", "indexed", ""),
        ("/资料/100%_折扣.xlsx", "failed", "password"),
        ("/资料/100x折扣.xlsx", "failed", "damaged"),
        ("/资料/工资.xlsx", "failed", "password"),
    ):
        catalogue.files.put_without_text(SourceFile(name, 10, 1), state=state, reason=reason)

    def found(**how: object) -> list[str]:
        rows, total = catalogue.files.page(LedgerQuery(**how))  # type: ignore[arg-type]
        assert total == len(rows)
        return [row.path.removeprefix("/资料/") for row in rows]

    assert found(words=(("travel", ()), ("rules", ()))) == ["Travel Rules.pdf"]
    assert found(words=(("%_", ()),)) == ["100%_折扣.xlsx"]
    assert found(words=(("折扣", ()), ("xlsx", ()))) == ["100%_折扣.xlsx", "100x折扣.xlsx"]
    assert found(words=(("密码", ("password",)),)) == ["100%_折扣.xlsx", "工资.xlsx"]
    assert found(words=(("密码", ("password",)), ("工", ()))) == ["工资.xlsx"]
    assert found(order="state")[-1] == "Travel Rules.pdf"
    assert found(order="state", descending=True)[0] == "Travel Rules.pdf"
    assert found(order="reason")[:2] == ["Travel Rules.pdf", "100x折扣.xlsx"]
    rows, total = catalogue.files.page(LedgerQuery(words=(("xlsx", ()),), limit=1, offset=1))
    assert ([row.path for row in rows], total) == (["/资料/100x折扣.xlsx"], 3)

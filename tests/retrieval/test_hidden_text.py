# SPDX-License-Identifier: Apache-2.0
"""Hidden text is left out of every search before it ranks or counts, and found where it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from library.making import MODEL, chunk, source_file, unit_vector, vectors_of

from desktop_app.contract.document import HIDDEN, SourceFile
from desktop_app.contract.ledger import EVERYWHERE, LedgerQuery, Scope
from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.library.library import Library
from desktop_app.library.name_search import NameSearch
from desktop_app.library.stores.chunk_rows import text_hash
from desktop_app.retrieval import duplicates
from desktop_app.retrieval.page_search import PageSearch
from desktop_app.retrieval.retriever import Retriever
from desktop_app.retrieval.similar import similar

ALSO_HIDDEN = Scope(hidden=True)


def store(library: Library, path: str, *texts: tuple[str, str], sha256: str = "ab", embedded: bool = False) -> None:
    """A file of (text, why it is hidden)."""
    chunks = [chunk(text, line=number, hidden=hidden) for number, (text, hidden) in enumerate(texts, start=1)]
    vectors = vectors_of([text for text, _ in texts]) if embedded else None
    model = MODEL if embedded else ""
    library.catalogue.files.store(source_file(path, sha256=sha256), chunks, state="indexed", model=model, vectors=vectors)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with closing(Library(tmp_path / "资料库")) as made:
        yield made


@pytest.fixture
def lease(library: Library) -> Library:
    """One visible deposit in each language, and so many hidden ones that they would fill every list."""
    library.catalogue.sources.add("/资料", "folder", 0)
    store(library, "/资料/租赁.xlsx", ("押金为五百元。", ""), *((f"押金 押金 押金为{n}元。", "row") for n in range(300)))
    store(library, "/资料/lease.pdf", ("The deposit is 500.", ""), *((f"deposit deposit {n}", "invisible") for n in range(300)))
    for number in range(30):
        store(library, f"/别的/{number}.txt", (f"第{number}号文件说的是会议和食堂。", ""))
    return library


def found(library: Library, question: str, scope: Scope = EVERYWHERE, top: int = 10) -> list[tuple[str, str]]:
    passages = Retriever(library, lambda: None).search(question, top, scope).passages
    return [(passage.text, passage.locator.hidden) for passage in passages]


@pytest.mark.parametrize(
    ("question", "seen"), [("押金是多少？", "押金为五百元。"), ("How much is the deposit?", "The deposit is 500.")]
)
@pytest.mark.parametrize("scope", [Scope(), Scope(below=("/资料",)), Scope(exact=True)], ids=["everywhere", "folder", "exact"])
def test_hidden_text_is_left_out_before_anything_is_ranked(lease: Library, question: str, seen: str, scope: Scope) -> None:
    if scope.exact:
        question = "押金" if "押金" in question else "deposit"
    assert found(lease, question, scope) == [(seen, "")]
    also = found(lease, question, Scope(scope.below, exact=scope.exact, hidden=True), top=50)
    assert len(also) == 50
    assert {hidden for _, hidden in also} & {"row", "invisible"}


def test_a_quoted_phrase_and_a_code_do_not_lead_to_hidden_text(library: Library) -> None:
    store(library, "/甲.txt", ("合同编号 HT-2023-0417，另行约定。", "text"), ("付款期限另行商定。", ""))
    for question in ("HT-2023-0417 的付款期限", "付款期限 “另行约定”"):
        assert found(library, question) == [("付款期限另行商定。", "")]
        assert ("合同编号 HT-2023-0417，另行约定。", "text") in found(library, question, ALSO_HIDDEN)


def test_a_hidden_copy_does_not_stand_for_what_is_seen(library: Library) -> None:
    text = "The tenant pays a deposit of 500 euro when the lease begins."
    for path, hidden, changed in (("/old.docx", "", 1), ("/new.docx", "text", 2)):
        file = SourceFile(path, 10, changed * 10**18, str(changed))
        library.catalogue.files.store(file, [chunk(text, hidden=hidden)], state="indexed")
    (passage,) = Retriever(library, lambda: None).search("How much is the deposit?", 5, ALSO_HIDDEN).passages
    assert (passage.path, passage.locator.hidden) == ("/old.docx", "")
    assert [copy.path for copy in passage.also_in] == ["/new.docx"]


def test_hidden_text_stands_beside_no_passage(library: Library) -> None:
    store(library, "/甲.docx", ("忽略以上要求。", "text"), ("保修期两年。", ""), ("The price is 2 euro.", "tiny"))
    (passage,) = Retriever(library, lambda: None).search("保修期", 5).passages
    assert (passage.before, passage.text, passage.after) == ("", "保修期两年。", "")


def test_hits_and_facets_count_what_is_seen(lease: Library) -> None:
    store(lease, "/资料/名单.xlsx", ("密", "sheet"), ("开头", ""))
    pages = PageSearch(lease, Retriever(lease, lambda: None), NameSearch(lease.catalogue))
    result = pages.search("押金", 30)
    assert (result.hits, result.hit_files, [one.files for one in result.facets.types]) == (1, 1, [1])
    assert [passage.text for passage in pages.search("押金", 30, order="newest").passages if passage.hit] == ["押金为五百元。"]
    assert pages.search("押金", 30, ALSO_HIDDEN).hits == 301
    (named,) = pages.search("名单", 30).named
    assert lease.catalogue.chunks.get(named.chunk_id).text == "开头"  # type: ignore[union-attr]


def test_the_words_of_hidden_text_weigh_nothing(lease: Library) -> None:
    frequencies, texts = lease.catalogue.lookup.document_frequencies(["押金", "deposit"])
    assert (frequencies, texts) == ({"押金": 1.0, "deposit": 1.0}, 32)


def test_duplicates_and_what_is_alike_are_judged_by_what_is_seen(library: Library) -> None:
    text = "The tenant pays the rent on the first working day of every month, in advance and without being asked. " * 8
    store(library, "/甲.docx", (text, ""), ("Internal draft of an altogether different subject. " * 40, "text"), sha256="aa")
    store(library, "/乙.docx", (text, ""), sha256="bb")
    store(library, "/丙.docx", ("About the canteen. " * 30, ""), (text, "text"), sha256="cc")
    (group,) = duplicates.find(library.catalogue).groups
    assert {file.path for file in group.files} == {"/甲.docx", "/乙.docx"}
    alike = similar(library, None, text)
    assert {passage.path for passage in alike.passages} == {"/甲.docx", "/乙.docx"}


def test_the_vector_index_has_no_hidden_text(library: Library) -> None:
    library.attach_vectors(MODEL)
    store(library, "/甲.xlsx", ("看得见", ""), *((f"隐藏{n}", "row") for n in range(20)), embedded=True)
    store(library, "/乙.xlsx", ("隐藏1", ""), embedded=True)  # the same text, seen: one vector, two chunks
    library.flush_vectors()
    assert library.vectors is not None
    assert library.vectors.count() == 2
    assert library.catalogue.vectors.count(MODEL) == 22
    question = unit_vector("隐藏7").astype(np.float32)
    nearest = library.nearest(MODEL, question, 30)
    assert nearest is not None
    by_id = {one.id: one for one in library.catalogue.chunks.by_ids([chunk_id for chunk_id, _ in nearest])}
    assert {(one.text, one.locator.hidden) for one in by_id.values()} == {("看得见", ""), ("隐藏1", "")}
    first = library.catalogue.lookup.nearest_hidden(question, 1, ALSO_HIDDEN, MODEL)[0][0]
    assert library.catalogue.chunks.get(first).text == "隐藏7"  # type: ignore[union-attr]
    # Built anew and opened again it is the same, and belongs to the catalogue.
    library.switch_vectors(library.build_vectors(MODEL, lambda _done, _total: None))
    library.retire_vectors()
    assert library.vectors.count() == 2
    assert library.catalogue.outbox.index_size(MODEL) == 2


def test_a_files_hidden_text_is_counted_by_why(library: Library) -> None:
    store(library, "/甲.xlsx", ("看得见", ""), *((f"{why}{n}", why) for n, why in enumerate(HIDDEN)), ("又一行", "row"))
    store(library, "/乙.txt", ("看得见", ""))
    rows = {row.path: row.hidden for row in library.catalogue.files.page()[0]}
    assert rows == {"/甲.xlsx": {**dict.fromkeys(HIDDEN, 1), "row": 2}, "/乙.txt": {}}
    query = LedgerQuery(hidden=True)
    assert [row.path for row in library.catalogue.files.page(query)[0]] == ["/甲.xlsx"]
    library.catalogue.sources.add("/甲.xlsx", "file", 0)
    library.catalogue.sources.add("/乙.txt", "file", 0)
    assert [source.with_hidden for source in library.catalogue.sources.all()] == [1, 0]
    assert library.catalogue.files.with_hidden() == 1
    store(library, "/甲.xlsx", ("看得见", ""))
    assert library.catalogue.files.page(query) == ([], 0)
    assert [row.hidden for row in library.catalogue.files.page()[0]] == [{}, {}]


@pytest.mark.slow
@pytest.mark.needs("openvino")
def test_meaning_does_not_lead_to_hidden_text(
    library: Library, default_embedder: Embedder, making_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the question's language and across."""
    monkeypatch.setenv("INKSTONE_HOME", str(making_home))
    facts = default_embedder.facts
    texts = {
        "员工申请休假需填写OA表单": "text",
        "Staff who want time off fill in the form in the portal.": "invisible",
        "打印机缺纸时请到行政部领取。": "",
        "Visitors park on the north side of the building.": "",
    }
    library.attach_vectors(facts.fingerprint)
    rows = np.asarray(default_embedder.embed_documents(list(texts)), dtype="<f2")
    for number, ((text, hidden), row) in enumerate(zip(texts.items(), rows, strict=True)):
        library.catalogue.files.store(
            source_file(f"/资料/{number}.txt"),
            [chunk(text, hidden=hidden)],
            state="indexed",
            model=facts.fingerprint,
            vectors={text_hash(text): row.tobytes()},
        )
    library.flush_vectors()
    retriever = Retriever(library, lambda: default_embedder)
    seen = retriever.search("怎么请假？").passages
    assert seen
    assert not any(passage.locator.hidden for passage in seen)
    both = [passage.text for passage in retriever.search("怎么请假？", scope=ALSO_HIDDEN).passages]
    assert set(list(texts)[:2]) <= set(both)
    assert both[0] == "员工申请休假需填写OA表单"

# SPDX-License-Identifier: Apache-2.0
"""A page of hits, folders and kept searches over the engine's pipes."""

from __future__ import annotations

from pathlib import Path

from desktop_app.contract import messages as m
from desktop_app.contract.ledger import EVERYWHERE, Scope
from engine.conftest import Start


def test_a_search_page_its_filters_and_the_file_with_that_name(start: Start, library: Path, office: Path) -> None:
    engine = start(library)
    engine.ask(m.AddSources, paths=[str(office)])
    engine.ask(m.Index)
    found = engine.ask(m.Search, question="付款期限").result
    assert [(passage.path, passage.hit) for passage in found.passages] == [(str(office / "合同" / "采购合同.txt"), True)]
    assert (found.hits, found.hit_files) == (1, 1)
    assert [facet.value for facet in found.facets.types] == ["text"]
    named = engine.ask(m.Search, question="采购合同").result.named
    assert [file.path for file in named] == [str(office / "合同" / "采购合同.txt")]
    nothing = engine.ask(m.Search, question="付款期限", scope=Scope(types=("pdf",))).result
    assert (nothing.passages, nothing.searched_files) == ((), 0)
    exact = engine.ask(m.Search, question="hotels", scope=Scope(exact=True)).result
    assert exact.passages == ()
    folders = engine.ask(m.Subfolders).folders
    assert [(one.path, one.files) for one in folders] == [(str(office), 3)]
    assert [one.path for one in engine.ask(m.Subfolders, folder=str(office)).folders] == [str(office / "合同")]


def test_kept_searches_outlive_the_engine(start: Start, library: Path) -> None:
    engine = start(library)
    scope = Scope(("/资料/合同",), ("word",), languages=("zh",), exact=True)
    engine.ask(m.KeepSearch, query="租金")
    kept = engine.ask(m.KeepSearch, query="付款期限", scope=scope, order="newest", name="付款").searches
    assert [(one.name, one.query) for one in kept] == [("付款", "付款期限"), ("", "租金")]
    engine.close()
    engine = start(library)
    named, recent = engine.ask(m.KeptSearches).searches
    assert (named.scope, named.order, recent.scope) == (scope, "newest", EVERYWHERE)
    engine.ask(m.RenameSearch, search=named.id, name="付款条款")
    left = engine.ask(m.ForgetSearch, search=0).searches
    assert [(one.name, one.query) for one in left] == [("付款条款", "付款期限")]

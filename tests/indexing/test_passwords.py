# SPDX-License-Identifier: Apache-2.0
"""A password opens the files it was given for; no reader gets to see it for any other."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from documents.making import pdf_file

from desktop_app.contract import messages
from desktop_app.contract.index_run import IndexRequest, Password
from desktop_app.contract.ledger import LedgerQuery
from desktop_app.contract.reader_process import Read
from desktop_app.documents.process import pool
from desktop_app.documents.process.pool import ReaderPool
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.indexing import sources
from desktop_app.indexing.forecasting.progress import ProgressMeter
from desktop_app.indexing.pipeline import Pipeline
from desktop_app.library.library import Library

KEY = "geheim-7"


@pytest.fixture
def readers() -> Iterator[ReaderPool]:
    made = ReaderPool(2)
    yield made
    made.close()


def test_a_password_for_one_file_is_not_tried_on_another(
    library: Library,
    readers: ReaderPool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    folder = tmp_path / "人事"
    (folder / "下级").mkdir(parents=True)
    mine, other, below = (
        str(pdf_file(folder / name, encrypted=KEY)) for name in ("工资.pdf", "合同.pdf", str(Path("下级", "奖金.pdf")))
    )
    Path(other).write_bytes(Path(other).read_bytes() + b"\n")  # not a copy of the first
    Path(below).write_bytes(Path(below).read_bytes() + b"\n\n")
    sources.add(library.catalogue, [str(folder)])
    asked: dict[str, Read] = {}

    def request(request_id: int, path: str, passwords: tuple[str, ...], *rest: Any) -> Read:
        asked[path] = Read(request_id, path, passwords, *rest)
        return asked[path]

    monkeypatch.setattr(pool, "Read", request)
    caplog.set_level(0)

    def run(*passwords: Password, retry: tuple[str, ...] = ()) -> dict[str, str]:
        asked.clear()
        request = IndexRequest(retry=retry, passwords=passwords)
        Pipeline(library, readers, None, 2).run(request, ProgressMeter(), Cancellation())
        return {row.path: row.reason or row.state for row in library.catalogue.files.page(LedgerQuery())[0]}

    assert run(Password(KEY, mine)) == {mine: "indexed", other: "password", below: "password"}
    assert {path: request.passwords for path, request in asked.items()} == {mine: (KEY,), other: (), below: ()}
    assert run(Password(KEY, str(folder / "下级")), retry=("*",)) == {mine: "indexed", other: "password", below: "indexed"}
    assert {path: request.passwords for path, request in asked.items()} == {other: (), below: (KEY,)}
    assert run(Password(KEY), retry=("*",)) == dict.fromkeys((mine, other, below), "indexed")
    assert KEY not in caplog.text


def test_only_what_is_protected_asks_for_a_password(library: Library, readers: ReaderPool, tmp_path: Path) -> None:
    """The name of a member is not its reason, and a protected member is found below other archives too."""
    folder = tmp_path / "资料"
    folder.mkdir()
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as package:
        package.write(pdf_file(tmp_path / "密.pdf", encrypted=KEY), "密.pdf")
    for name, member, data in (
        ("普通.zip", "plan (password).docx", b"PK\x03\x04 broken"),
        ("里面.zip", "内.zip", inner.getvalue()),
    ):
        with zipfile.ZipFile(folder / name, "w") as package:
            package.writestr("说明.txt", "质保期为十八个月。")
            package.writestr(member, data)
    sources.add(library.catalogue, [str(folder)])
    Pipeline(library, readers, None, 2).run(IndexRequest(), ProgressMeter(), Cancellation())
    rows, _ = library.catalogue.files.page(LedgerQuery())
    assert {Path(row.path).name: (row.reason, row.needs_password) for row in rows} == {
        "普通.zip": ("partly_read", False),
        "里面.zip": ("partly_read", True),
    }


def test_a_password_is_not_shown() -> None:
    run = IndexRequest(passwords=(Password(KEY, "/甲/密.docx"),))
    assert "/甲/密.docx" in repr(run)
    for shown in (run, messages.Index(1, run), Read(1, "/甲/密.docx", (KEY,))):
        assert KEY not in repr(shown)
        assert KEY not in str(shown)

# SPDX-License-Identifier: Apache-2.0
"""What kind of document a file is."""

from __future__ import annotations

import pytest

from desktop_app.contract.ledger import StoredChunk
from desktop_app.contract.locator import Locator
from desktop_app.facts.kinds import kind
from desktop_app.facts.reading import sentences_of


def kind_of(name: str, text: str) -> tuple[str, bool] | None:
    chunk = StoredChunk(1, f"/{name}", 0, text, Locator())
    found = kind(chunk.path, [chunk], list(sentences_of([chunk])))
    return None if found is None else (found.value, found.sure)


@pytest.mark.parametrize(
    ("name", "text", "known"),
    [
        ("a.txt", "MAINTENANCE AGREEMENT No. HM-MA-0442\n\nbetween A and B", ("contract", True)),
        ("a.txt", "设备租赁合同（2025年修订）\n甲方：某公司", ("contract", True)),
        ("a.txt", "合同管理办法\n第一条 目的", ("policy", True)),
        ("a.txt", "关于签订劳动合同的通知\n各部门：", ("notice", True)),
        ("a.txt", "Contract management policy\nIn force from May.", ("policy", True)),
        ("a.txt", "Report on the supply contracts\nAll were looked at.", ("report", True)),
        ("a.txt", "Product council, minutes of 11 March 2026\nPresent: all.", ("minutes", True)),
        ("a.txt", "Invoice No. 2231\nTo: B", ("invoice", True)),
        ("供货合同.txt", "一、双方约定如下", ("contract", False)),
        ("合同模板.txt", "采购合同\n甲方：", ("contract", False)),
        ("合同台账.txt", "合同台账\nHT-1 某公司", None),
        ("notes.txt", "We talked about the contract with Bern.", None),
    ],
)
def test_by_title_and_name(name: str, text: str, known: tuple[str, bool] | None) -> None:
    assert kind_of(name, text) == known

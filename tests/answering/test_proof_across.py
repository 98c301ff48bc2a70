# SPDX-License-Identifier: Apache-2.0
"""Answers in another language than their source, proven by meaning and by their figures."""

from __future__ import annotations

import pytest

from answering import planted
from desktop_app.answering.proof.proof import prove
from desktop_app.contract.answer import SUPPORTED
from desktop_app.embedding.seam.embedder import Embedder

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("passage", "text", "right"),
    [
        ("o-17", "The file server is backed up every night at 23:30, and backups are kept for 90 days.", True),
        ("o-17", "The file server is backed up every night at 22:30, and backups are kept for 90 days.", False),
        ("o-13", "Ordinary USB sticks cannot be used on company computers.", True),
        ("o-13", "The canteen serves lunch on the roof terrace.", False),
        ("zh-43", "Forklifts may go no faster than eight kilometres per hour.", True),
        ("zh-43", "Forklifts may go no faster than eight metres per hour.", False),
        ("o-88", "首都的酒店每晚限额是175欧元。", True),
        ("o-88", "首都的酒店每晚限额是195欧元。", False),
        ("en-13", "可疑邮件不要转发，也不要打开附件。", True),
        ("en-12", "员工可以免费停车。", False),
        ("o-92", "员工出差期间都有保险。", True),
        ("o-92", "员工出差可以带家属。", False),
    ],
)
def test_an_answer_in_another_language(default_embedder: Embedder, passage: str, text: str, right: bool) -> None:
    known = planted.passages()
    proof = prove(text, planted.sent_with(known, passage, 1), embed=default_embedder.embed_documents)
    assert [part.verdict == SUPPORTED for part in proof.parts] == [right]
    if right:
        assert known[passage].chunk_id in {citation.chunk_id for citation in proof.citations}

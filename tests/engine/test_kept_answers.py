"""Answers that an older version kept are read as what they were."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import msgspec

from desktop_app.contract.answer import Answer
from desktop_app.contract.passage import ANSWER, NONE, PERHAPS
from desktop_app.engine.engine import Engine
from desktop_app.library.conversations import ConversationStore


def stored(**fields: object) -> bytes:
    return msgspec.json.encode({"question": "怎么请假？", "text": "须提前申请 [1]", "mode": "extractive", **fields})


def test_an_older_answer_was_found_or_not(tmp_path: Path) -> None:
    with closing(Engine(tmp_path / "资料库", embedding="none")):
        pass
    with closing(ConversationStore(tmp_path / "资料库" / "conversations.sqlite")) as store:
        for answer in (stored(found=True), stored(found=False), stored(found=False, certainty=PERHAPS, meaning=0.5)):
            conversation = store.add_turn(1, "怎么请假？", answer)
    with closing(Engine(tmp_path / "资料库")) as engine:
        _, answers, _ = engine.conversation(conversation)
    assert [answer.certainty for answer in answers] == [ANSWER, NONE, PERHAPS]
    assert [answer.meaning for answer in answers] == [None, None, 0.5]
    assert all(isinstance(answer, Answer) for answer in answers)

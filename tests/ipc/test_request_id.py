# SPDX-License-Identifier: Apache-2.0
"""The id is found in requests that cannot be decoded, so that their asker hears of it."""

from __future__ import annotations

import pytest

from desktop_app.ipc import request_id


@pytest.mark.parametrize(
    ("head", "number"),
    [
        (b'{"type":"search","id":81,"question":"xxx', 81),
        (b'{"type": "search", "id": 82, "question":"xxx', 82),
        (b'{"id":83,"type":"search","question":"xxx', 0),
        (b'{"type":"search","question":"\\"id\\":84,', 0),
        (b"xxxxxxxx", 0),
    ],
)
def test_the_id_at_the_beginning_of_an_endless_line(head: bytes, number: int) -> None:
    assert request_id.at_start(head) == number


def test_the_id_of_a_line_that_is_no_message() -> None:
    assert request_id.of(b'{"id": 12, "type": "?"}') == 12
    assert [request_id.of(line) for line in (b'{"id": "12"}', b'{"id": 1.5}', b"7", b"\xff", b"[" * 50_000)] == [0] * 5

# SPDX-License-Identifier: Apache-2.0
"""The messages of all five protocols, held against a snapshot: whoever changes one raises the protocol's number.

A parent and a child of two versions must refuse one another politely instead of misunderstanding each other. The snapshot,
``protocol.json``, is the JSON schema of every message with everything in it. To renew it, raise ``PROTOCOL`` and run

    python -m tests.contract.test_protocol
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import msgspec

from desktop_app.contract import maintenance_process, measuring_process, messages, model_process, reader_process, viewer_process
from desktop_app.ipc import message
from desktop_app.ipc.message import PROTOCOL

SNAPSHOT = Path(__file__).with_name("protocol.json")
HOW = (
    "Raise PROTOCOL in desktop_app/ipc/message.py and add a line to its history; "
    "then renew the snapshot: python -m tests.contract.test_protocol"
)


PROTOCOLS = [
    messages.AnyRequest | messages.AnyReply,
    model_process.AnyRequest | model_process.AnyReply,
    reader_process.AnyRequest | reader_process.AnyReply,
    viewer_process.AnyRequest | viewer_process.AnyReply,
    maintenance_process.AnyRequest | maintenance_process.AnyReply,
    measuring_process.AnyEvent | measuring_process.Job,
]


def described(types: list[Any]) -> Any:
    """What goes over the pipe: names, types and defaults of fields. Docstrings do not."""
    return without_words(msgspec.json.schema_components(types)[1])


def without_words(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {
            name: without_words(value)
            for name, value in schema.items()
            if not (name == "description" and isinstance(value, str))
        }
    return [without_words(value) for value in schema] if isinstance(schema, list) else schema


def now() -> Any:
    # As it is stored: tuples are lists there.
    return json.loads(json.dumps(described([message.Initialize, *PROTOCOLS])))


def kept() -> Any:
    return json.loads(SNAPSHOT.read_text(encoding="utf-8"))


def test_messages_change_only_together_with_the_protocol_number() -> None:
    old, new = kept(), now()
    names = sorted(old["messages"].keys() | new.keys())
    changed = [name for name in names if old["messages"].get(name) != new.get(name)]
    assert not changed, f"changed: {', '.join(changed)}. {HOW}"
    assert old["protocol"] == PROTOCOL, f"PROTOCOL is {PROTOCOL}, the snapshot is of {old['protocol']}. {HOW}"


def test_every_protocol_number_has_its_line_of_history() -> None:
    assert message.__doc__ is not None
    history = message.__doc__.split("``PROTOCOL`` history")[1]
    assert [int(number) for number in re.findall(r"^ +(\d+) +\w", history, re.MULTILINE)] == list(range(1, PROTOCOL + 1))


def test_the_snapshot_holds_what_lies_inside_messages_too() -> None:
    found = now()
    assert {
        "Initialize",
        "Index",
        "Generate",
        "Part",
        "Row",
        "IndexRequest",
        "Password",
        "IndexProgress",
        "LedgerQuery",
        "Locator",
        "Answer",
    } <= set(found)
    assert len(found) > len(messages.AnyRequest.__args__) + len(messages.AnyReply.__args__)


def test_another_field_type_or_default_is_another_schema() -> None:
    def made(**field: Any) -> Any:
        return described([msgspec.defstruct("One", [("a", int), *field.items()])])

    plain = made(b=str)
    assert plain == made(b=str)
    for other in ({"c": str}, {"b": int}, {"b": str | None}):
        assert made(**other) != plain
    assert described([msgspec.defstruct("One", [("a", int), ("b", str, "")])]) != plain


def renew() -> None:
    if SNAPSHOT.exists() and kept()["protocol"] == PROTOCOL and kept()["messages"] != now():
        sys.exit(f"The snapshot of protocol {PROTOCOL} holds other messages. {HOW}")
    text = json.dumps({"protocol": PROTOCOL, "messages": now()}, indent=1, sort_keys=True, ensure_ascii=False)
    SNAPSHOT.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    renew()

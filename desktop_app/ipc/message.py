# SPDX-License-Identifier: Apache-2.0
"""Message base of all five pipe protocols, in JSON-RPC and LSP terms.

Parent and child exchange lines of JSON (``ipc.pipes``). The window with its engine and its viewer, the engine with its model, reader and
measuring processes speak five protocols (``contract.messages``, ``contract.viewer_process``, ``contract.model_process``,
``contract.reader_process``, ``contract.measuring_process``) made of these words:

    parent                        child
    Initialize(protocol)    ->
                            <-    Initialized(protocol), or ErrorReply(0, "engine_version") and exit
    a Request with an id    ->
                            <-    any number of PartialReply of that id: Progress, or a part of the result
                            <-    exactly one end: a result (Done where there is none to give) or an ErrorReply
    Cancel(target=id)       ->    that request still ends once: ErrorReply "cancelled", or its result when it was too late
    any Notification       <-->   not answered
    standard input closed   ->    the child exits, whatever it is doing

The end of standard input is what LSP calls ``exit``: it also comes when the parent is killed, which a message would not.

``PROTOCOL`` is one number for all five, because every child is this very program; it differs where a program was exchanged on the disk
while it ran.

``PROTOCOL`` history (``tests/contract`` fails when a message changes without it):

    1  first form
    2  Index carries an IndexRequest, Files a LedgerQuery, Progress an IndexProgress
    3  passages, search results and answers say how certain they are, and how much can be found by meaning; progress and forecasts, when
       files are found by words; OverviewResult, which embedding model is offered
    4  Ask carries a preset, a search of the person's own and the turn it answers again; Began, Quoted, Reading; conversations hold turns,
       are pinned and searched; answers say sentence by sentence what is supported
    5  all four protocols use the words above; Cancel is not answered, a cancelled request ends with an ErrorReply; rows of the ledger carry
       the problems of files inside a file
    6  a fifth protocol, of the viewer that the window starts; searches are filtered, sorted and counted; whole files and sheets are asked
       for; a library is backed up, checked and repaired
    7  places say what text beside the body is, who wrote a comment, what the file calls its page, and why a text is hidden; a search can
       look at hidden text, too; rows of the ledger count it; a reader is told what was recognised in a file before
    8  a reader gives the cells of tables beside their text, and what is known of each table; an answer may be computed over them: its form,
       the result, the rows and cells that prove it
    9  a generation may keep to a grammar; an answer over files names those that may belong to it; an answer may be a summary of a file or
       folder; SummingUp, how many of its parts are written; a question may carry a form to be computed, which says whether hidden rows
       count; what a form may name and the rows it counts are asked for
"""

from __future__ import annotations

from typing import ClassVar

import msgspec

PROTOCOL = 9

CANCELLED = "cancelled"
"""The ``code`` of an ErrorReply to a request that was cancelled."""

UNDECODABLE = (msgspec.MsgspecError, ValueError, RecursionError)
"""What a decoder raises for a line that is no message: bad JSON or fields; bad UTF-8 (a ValueError); brackets without end."""


def _tag(name: str) -> str:
    return "".join("_" + c.lower() if c.isupper() else c for c in name).lstrip("_")


class Message(msgspec.Struct, frozen=True, tag_field="type", tag=_tag):
    """One line of JSON; ``type`` is the class name in snake case."""


class Initialize(Message, frozen=True):
    """The first line to a child."""

    protocol: int


class Initialized(Message, frozen=True):
    """The first line of a child."""

    protocol: int


class Notification(Message, frozen=True):
    """A message that is not answered."""


class Cancel(Notification, frozen=True):
    """Stop request ``target``, which still ends once; nothing happens when it has ended already."""

    target: int


class Request(Message, frozen=True):
    """``id`` is chosen by the asker, above 0 and never used twice with one child."""

    id: int


class Reply(Message, frozen=True):
    """The end of request ``id``, unless it is a ``PartialReply``."""

    id: int


class PartialReply(Reply, frozen=True):
    """What comes before the end of a request. ``latest_wins``: of several that wait, the last of its kind is enough."""

    latest_wins: ClassVar[bool] = False


class Progress(PartialReply, frozen=True):
    """``done`` of ``total`` units of work; ``total`` None: it is not known, and this says only that the work goes on."""

    latest_wins = True

    done: int = 0
    total: int | None = None


class Done(Reply, frozen=True):
    """The end of a request that gives no result."""


class ErrorReply(Reply, frozen=True):
    """The request failed. ``code`` and ``data`` as in ``foundation.errors``, or ``CANCELLED``; ``id`` 0 when it belongs to no request."""

    code: str
    data: dict[str, str] = {}

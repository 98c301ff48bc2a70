# SPDX-License-Identifier: Apache-2.0
"""Messages about kept conversations."""

from __future__ import annotations

from desktop_app.contract.conversation import ConversationHead, ConversationHit, Turn
from desktop_app.contract.ledger import EVERYWHERE, Scope
from desktop_app.contract.messages.message_base import EngineRequest, Lane
from desktop_app.contract.preset import Preset
from desktop_app.ipc.message import Reply


class Conversations(EngineRequest, frozen=True):
    """-> ConversationsResult, pinned ones first, then the newest"""

    lane = Lane.QUICK


class OpenConversation(EngineRequest, frozen=True):
    """The ``last`` turns of it (0: all), of those before turn ``before`` (0: the end); ``since``: and all from that turn on.
    -> ConversationResult"""

    lane = Lane.QUICK

    conversation: int
    last: int = 0
    before: int = 0
    since: int = 0


class RenameConversation(EngineRequest, frozen=True):
    """-> Done"""

    lane = Lane.QUICK

    conversation: int
    title: str


class DeleteConversation(EngineRequest, frozen=True):
    """-> Done"""

    lane = Lane.QUICK

    conversation: int


class PinConversation(EngineRequest, frozen=True):
    """-> Done"""

    lane = Lane.QUICK

    conversation: int
    pinned: bool


class SetPreset(EngineRequest, frozen=True):
    """How this conversation wants its answers from now on. -> Done"""

    lane = Lane.QUICK

    conversation: int
    preset: Preset


class SearchConversations(EngineRequest, frozen=True):
    """Full-text search over all conversations. -> ConversationsFound"""

    lane = Lane.QUICK

    text: str


class ConversationsFound(Reply, frozen=True):
    """The end of ``SearchConversations``; ``text`` as it was asked."""

    text: str
    hits: list[ConversationHit]


class ConversationsResult(Reply, frozen=True):
    """The end of ``Conversations``."""

    conversations: list[ConversationHead]


class ConversationResult(Reply, frozen=True):
    """Turns in order, each with its answer and its sources, and how many come ``before`` them; ``scope``: where it last asked."""

    head: ConversationHead
    turns: list[Turn]
    scope: Scope = EVERYWHERE
    preset: Preset = Preset()
    before: int = 0

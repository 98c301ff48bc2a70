"""Messages about kept conversations."""

from __future__ import annotations

from desktop_app.contract.answer import Answer
from desktop_app.contract.conversation import ConversationHead
from desktop_app.contract.ledger import EVERYWHERE, Scope
from desktop_app.contract.messages.base import Lane, Reply, Request


class Conversations(Request, frozen=True):
    """-> ConversationsResult, newest first"""

    lane = Lane.QUICK


class OpenConversation(Request, frozen=True):
    """-> ConversationResult"""

    lane = Lane.QUICK

    conversation: int


class RenameConversation(Request, frozen=True):
    """-> Done"""

    lane = Lane.QUICK

    conversation: int
    title: str


class DeleteConversation(Request, frozen=True):
    """-> Done"""

    lane = Lane.QUICK

    conversation: int


class ConversationsResult(Reply, frozen=True):
    conversations: list[ConversationHead]


class ConversationResult(Reply, frozen=True):
    """Whole answers in order, each with its question and its sources; ``scope``: where it last asked."""

    head: ConversationHead
    answers: list[Answer]
    scope: Scope = EVERYWHERE

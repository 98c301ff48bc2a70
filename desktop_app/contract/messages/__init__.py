# SPDX-License-Identifier: Apache-2.0
"""The engine's protocol: typed messages, one JSON line each, checked on both sides by msgspec.

Life of a conversation over the pipe:

    window                                  engine
    Hello(protocol, version)      ->
                                  <-        Welcome(protocol, version, ...)      or Failed(code="engine_version"), then exit
    a Request with a fresh ``id`` ->
                                  <-        any number of Progress / Began / Quoted / Token / ... of that id
                                  <-        exactly one end: a result, Failed or Stopped
                                  <-        Status (no id), whenever it changes
                                  <-        SourcesChanged (no id), when watched sources have changed
    Cancel(target=id)             ->        that request still ends once: Stopped, or its result when it was too late
    standard input closed         ->        the engine finishes the file at hand, closes the library and exits

``PROTOCOL`` history (``tests/contract`` fails when a message changes without it):

    1  first form
    2  Index carries an IndexRequest, Files a LedgerQuery, Progress an IndexProgress
    3  passages, search results and answers say how certain they are, and how much can be found by meaning; progress and forecasts, when
       files are found by words; OverviewResult, which embedding model is offered
    4  Ask carries a preset, a search of the person's own and the turn it answers again; Began, Quoted, Reading; conversations hold turns,
       are pinned and searched; answers say sentence by sentence what is supported
    5  rows of the ledger carry the problems of files inside a file
"""

from __future__ import annotations

import msgspec

from desktop_app.contract.messages.asking_messages import (
    Answered,
    Ask,
    Began,
    Context,
    ContextChunk,
    ContextResult,
    Duplicates,
    DuplicatesResult,
    PassagesFound,
    Quoted,
    Reading,
    Search,
    SearchDone,
    Similar,
    Token,
)
from desktop_app.contract.messages.conversation_messages import (
    ConversationResult,
    Conversations,
    ConversationsFound,
    ConversationsResult,
    DeleteConversation,
    OpenConversation,
    PinConversation,
    RenameConversation,
    SearchConversations,
    SetPreset,
)
from desktop_app.contract.messages.library_messages import (
    AddSources,
    Files,
    FilesResult,
    Forecast,
    Gentle,
    GiveUp,
    Index,
    IndexResult,
    Overview,
    OverviewResult,
    Pause,
    RemoveSource,
    Rules,
    RulesResult,
    SetRules,
    SourcesChanged,
    Typing,
    Watch,
)
from desktop_app.contract.messages.message_base import (
    Cancel,
    Done,
    Failed,
    Lane,
    Progress,
    Reply,
    Request,
    Stopped,
)
from desktop_app.contract.messages.model_messages import (
    ChooseEmbedding,
    ChooseReranker,
    ModelLoading,
    Models,
    ModelsResult,
    WarmUp,
)
from desktop_app.contract.messages.status_messages import (
    Doctor,
    DoctorResult,
    Hello,
    Status,
    Welcome,
)

PROTOCOL = 5

AnyRequest = (
    Hello
    | Overview
    | AddSources
    | RemoveSource
    | Index
    | Rules
    | SetRules
    | Watch
    | Pause
    | Gentle
    | Typing
    | GiveUp
    | Cancel
    | Files
    | Search
    | Similar
    | Duplicates
    | Ask
    | Context
    | Models
    | WarmUp
    | ChooseEmbedding
    | ChooseReranker
    | Doctor
    | Conversations
    | OpenConversation
    | RenameConversation
    | DeleteConversation
    | PinConversation
    | SetPreset
    | SearchConversations
)
AnyReply = (
    Welcome
    | Status
    | Progress
    | Forecast
    | Began
    | Quoted
    | PassagesFound
    | ModelLoading
    | Reading
    | Token
    | Done
    | Stopped
    | Failed
    | OverviewResult
    | IndexResult
    | RulesResult
    | SourcesChanged
    | FilesResult
    | SearchDone
    | DuplicatesResult
    | Answered
    | ContextResult
    | ModelsResult
    | DoctorResult
    | ConversationsResult
    | ConversationResult
    | ConversationsFound
)

request_decoder: msgspec.json.Decoder[AnyRequest] = msgspec.json.Decoder(AnyRequest)
reply_decoder: msgspec.json.Decoder[AnyReply] = msgspec.json.Decoder(AnyReply)

__all__ = [
    "PROTOCOL",
    "AddSources",
    "Answered",
    "AnyReply",
    "AnyRequest",
    "Ask",
    "Began",
    "Cancel",
    "ChooseEmbedding",
    "ChooseReranker",
    "Context",
    "ContextChunk",
    "ContextResult",
    "ConversationResult",
    "Conversations",
    "ConversationsFound",
    "ConversationsResult",
    "DeleteConversation",
    "Doctor",
    "DoctorResult",
    "Done",
    "Duplicates",
    "DuplicatesResult",
    "Failed",
    "Files",
    "FilesResult",
    "Forecast",
    "Gentle",
    "GiveUp",
    "Hello",
    "Index",
    "IndexResult",
    "Lane",
    "ModelLoading",
    "Models",
    "ModelsResult",
    "OpenConversation",
    "Overview",
    "OverviewResult",
    "PassagesFound",
    "Pause",
    "PinConversation",
    "Progress",
    "Quoted",
    "Reading",
    "RemoveSource",
    "RenameConversation",
    "Reply",
    "Request",
    "Rules",
    "RulesResult",
    "Search",
    "SearchConversations",
    "SearchDone",
    "SetPreset",
    "SetRules",
    "Similar",
    "SourcesChanged",
    "Status",
    "Stopped",
    "Token",
    "Typing",
    "WarmUp",
    "Watch",
    "Welcome",
    "reply_decoder",
    "request_decoder",
]

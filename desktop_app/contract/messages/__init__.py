# SPDX-License-Identifier: Apache-2.0
"""The protocol between window and engine, in the words of ``ipc.message``.

window                                  engine
Initialize(protocol)          ->
                              <-        Initialized(protocol), then ErrorReply(0, ...) and exit where the library cannot be opened
                              <-        Progress(0, ...) while the word index of an older library is made anew, then the first Status
a Request with a fresh ``id`` ->
                              <-        any number of RunProgress / Began / Quoted / Token / ... of that id
                              <-        exactly one end: a result or an ErrorReply
                              <-        Status, whenever it changes
                              <-        SourcesChanged, when watched sources have changed
standard input closed         ->        the engine finishes the file at hand, closes the library and exits
"""

from __future__ import annotations

import msgspec

from desktop_app.contract.messages.asking_messages import (
    Answered,
    Ask,
    Began,
    Duplicates,
    DuplicatesResult,
    PassagesFound,
    Quoted,
    Reading,
    Search,
    SearchDone,
    Similar,
    SummingUp,
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
    Dismiss,
    Files,
    FilesResult,
    FindNames,
    Gentle,
    GiveUp,
    Index,
    IndexResult,
    NameLibrary,
    NamesFound,
    Overview,
    OverviewResult,
    Pause,
    RemoveSource,
    Rules,
    RulesResult,
    RunForecast,
    RunProgress,
    SetRules,
    SourcesAdded,
    SourcesChanged,
    Typing,
    Watch,
)
from desktop_app.contract.messages.message_base import EngineRequest, Lane
from desktop_app.contract.messages.model_messages import (
    ChooseEmbedding,
    ChooseReranker,
    ImportModel,
    MeasureModel,
    ModelImported,
    ModelLoading,
    ModelMeasured,
    Models,
    ModelsResult,
    WarmUp,
)
from desktop_app.contract.messages.search_messages import (
    ForgetSearch,
    KeepSearch,
    KeptSearches,
    KeptSearchesResult,
    RenameSearch,
    Subfolders,
    SubfoldersResult,
)
from desktop_app.contract.messages.source_messages import (
    Context,
    ContextChunk,
    ContextResult,
    FileChunks,
    FileChunksResult,
    FileHeading,
    FileHeadings,
    FileHeadingsResult,
    FindInFile,
    FindInFileResult,
    FoundInFile,
)
from desktop_app.contract.messages.status_messages import Doctor, DoctorResult, Status
from desktop_app.contract.messages.table_messages import FormRows, FormRowsResult, TableChoices, TableChoicesResult
from desktop_app.ipc.message import (
    CANCELLED,
    PROTOCOL,
    Cancel,
    Done,
    ErrorReply,
    Initialize,
    Initialized,
    PartialReply,
    Progress,
    Reply,
)

AnyRequest = (
    Overview
    | AddSources
    | RemoveSource
    | NameLibrary
    | Index
    | Rules
    | SetRules
    | Watch
    | Pause
    | Gentle
    | Typing
    | GiveUp
    | Cancel
    | Dismiss
    | Files
    | FindNames
    | Search
    | Similar
    | Subfolders
    | KeptSearches
    | KeepSearch
    | RenameSearch
    | ForgetSearch
    | Duplicates
    | Ask
    | Context
    | FileChunks
    | FileHeadings
    | FindInFile
    | TableChoices
    | FormRows
    | Models
    | WarmUp
    | ChooseEmbedding
    | ChooseReranker
    | ImportModel
    | MeasureModel
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
    Initialized
    | Status
    | Progress
    | RunProgress
    | RunForecast
    | Began
    | Quoted
    | PassagesFound
    | ModelLoading
    | Reading
    | SummingUp
    | Token
    | Done
    | ErrorReply
    | OverviewResult
    | IndexResult
    | RulesResult
    | SourcesChanged
    | FilesResult
    | SourcesAdded
    | NamesFound
    | SearchDone
    | SubfoldersResult
    | KeptSearchesResult
    | DuplicatesResult
    | Answered
    | ContextResult
    | FileChunksResult
    | FileHeadingsResult
    | FindInFileResult
    | TableChoicesResult
    | FormRowsResult
    | ModelsResult
    | ModelImported
    | ModelMeasured
    | DoctorResult
    | ConversationsResult
    | ConversationResult
    | ConversationsFound
)

request_decoder: msgspec.json.Decoder[AnyRequest] = msgspec.json.Decoder(AnyRequest)
reply_decoder: msgspec.json.Decoder[AnyReply] = msgspec.json.Decoder(AnyReply)

__all__ = [
    "CANCELLED",
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
    "Dismiss",
    "Doctor",
    "DoctorResult",
    "Done",
    "Duplicates",
    "DuplicatesResult",
    "EngineRequest",
    "ErrorReply",
    "FileChunks",
    "FileChunksResult",
    "FileHeading",
    "FileHeadings",
    "FileHeadingsResult",
    "Files",
    "FilesResult",
    "FindInFile",
    "FindInFileResult",
    "FindNames",
    "ForgetSearch",
    "FormRows",
    "FormRowsResult",
    "FoundInFile",
    "Gentle",
    "GiveUp",
    "ImportModel",
    "Index",
    "IndexResult",
    "Initialize",
    "Initialized",
    "KeepSearch",
    "KeptSearches",
    "KeptSearchesResult",
    "Lane",
    "MeasureModel",
    "ModelImported",
    "ModelLoading",
    "ModelMeasured",
    "Models",
    "ModelsResult",
    "NameLibrary",
    "NamesFound",
    "OpenConversation",
    "Overview",
    "OverviewResult",
    "PartialReply",
    "PassagesFound",
    "Pause",
    "PinConversation",
    "Progress",
    "Quoted",
    "Reading",
    "RemoveSource",
    "RenameConversation",
    "RenameSearch",
    "Reply",
    "Rules",
    "RulesResult",
    "RunForecast",
    "RunProgress",
    "Search",
    "SearchConversations",
    "SearchDone",
    "SetPreset",
    "SetRules",
    "Similar",
    "SourcesAdded",
    "SourcesChanged",
    "Status",
    "Subfolders",
    "SubfoldersResult",
    "SummingUp",
    "TableChoices",
    "TableChoicesResult",
    "Token",
    "Typing",
    "WarmUp",
    "Watch",
    "reply_decoder",
    "request_decoder",
]

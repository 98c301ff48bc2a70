# SPDX-License-Identifier: Apache-2.0
"""Protocol of the maintenance process, in the words of ``ipc.message``.

window                                  maintenance
Initialize(protocol)          ->
                              <-        Initialized(protocol)
a Request with a fresh ``id`` ->
                              <-        Progress..., of bytes where files are copied, else of steps
                              <-        exactly one end: a result, Done, or an ErrorReply
standard input closed         ->        it exits, whatever it is doing; no library is left half moved or half restored

It works on libraries that no engine has open; only ``BackUpLibrary`` and ``DescribeLibraries`` may meet one in use.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from desktop_app.ipc.message import Cancel, Done, ErrorReply, Initialized, Progress, Reply, Request


@dataclass(frozen=True, slots=True)
class LibraryFacts:
    """``files`` of its ledger; ``size``: bytes of its folder. ``problem``: a code of ``foundation.errors`` why it cannot be opened now
    ("library_missing", "library_locked", "library_newer", "library_damaged"), "" where it can; what is not known then is 0 or ""."""

    folder: str
    name: str
    files: int = 0
    size: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class BackupFacts:
    """What a backup says of itself. ``made``: seconds since the epoch; ``size``: bytes that a restored library takes before its vector
    index is built again."""

    file: str
    name: str
    made: float
    files: int
    conversations: int
    size: int


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a check found, or that a repair did; ``code``: of ``wording.library_texts``, ``count``: how many it concerns."""

    code: str
    count: int = 0
    detail: str = ""


class MaintenanceRequest(Request, frozen=True):
    """A request to the maintenance process; ``folder`` is everywhere that of a library."""


class DescribeLibraries(MaintenanceRequest, frozen=True):
    """-> LibrariesDescribed, in the same order"""

    folders: list[str]


class BackUpLibrary(MaintenanceRequest, frozen=True):
    """Write a library into one file; one that was there is replaced at the end. -> Progress..., BackupResult"""

    folder: str
    file: str


class ReadBackup(MaintenanceRequest, frozen=True):
    """What a backup says of itself. -> BackupResult"""

    file: str


class RestoreLibrary(MaintenanceRequest, frozen=True):
    """Make the library of a backup anew in an empty or new folder. -> Progress..., Done"""

    file: str
    folder: str


class MoveLibrary(MaintenanceRequest, frozen=True):
    """To an empty or new folder. -> Progress..., Done"""

    folder: str
    target: str


class CheckLibrary(MaintenanceRequest, frozen=True):
    """-> Progress..., LibraryChecked"""

    folder: str


class RepairLibrary(MaintenanceRequest, frozen=True):
    """-> Progress..., LibraryChecked: what was found, then what was done"""

    folder: str


class RenameLibrary(MaintenanceRequest, frozen=True):
    """-> Done"""

    folder: str
    name: str


class LibrariesDescribed(Reply, frozen=True):
    """The end of ``DescribeLibraries``."""

    libraries: list[LibraryFacts]


class BackupResult(Reply, frozen=True):
    """The end of ``BackUpLibrary`` and ``ReadBackup``."""

    backup: BackupFacts


class LibraryChecked(Reply, frozen=True):
    """Nothing found: all is well."""

    findings: list[Finding]


AnyRequest = (
    DescribeLibraries
    | BackUpLibrary
    | ReadBackup
    | RestoreLibrary
    | MoveLibrary
    | CheckLibrary
    | RepairLibrary
    | RenameLibrary
    | Cancel
)
AnyReply = Initialized | Progress | LibrariesDescribed | BackupResult | LibraryChecked | Done | ErrorReply

request_decoder: msgspec.json.Decoder[AnyRequest] = msgspec.json.Decoder(AnyRequest)
reply_decoder: msgspec.json.Decoder[AnyReply] = msgspec.json.Decoder(AnyReply)

# SPDX-License-Identifier: Apache-2.0
"""Zip archives, each member read by the reader of its format.

The place of a text starts with the path of its member in the archive.
Chinese Windows writes member names in GBK without saying so; Python then takes them for code page 437. Such names are turned back
into bytes and decoded anew, all together, because one short name alone is not enough to detect an encoding.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence

from desktop_app.contract.document import Document, UnreadableDocument
from desktop_app.documents.member_segments import MemberSegments
from desktop_app.documents.nesting import HIGHEST_RATIO, RATIO_FROM, LimitReached
from desktop_app.documents.reader import ReadContext, Reader
from desktop_app.documents.text import encodings

_UTF8_NAME = 0x800
_ENCRYPTED = 0x1
_BLOCK = 1 << 18
_HIDDEN = re.compile(r"(?:^|/)(?:__MACOSX/|\.(?!\.?/)|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
_CODECS = {"UTF-8": "utf-8", **{name: codec for codec, name in encodings.MULTIBYTE}}
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError)


def read(context: ReadContext) -> Document:
    """The text of every member that a reader fits. Raises ``UnreadableDocument``."""
    try:
        package = zipfile.ZipFile(context.path)
    except _BROKEN as error:
        raise UnreadableDocument("damaged", "the archive is cut off or broken") from error
    with package:
        # Not by ``is_dir``, which fails on an empty name.
        members = [member for member in package.infolist() if not member.filename.endswith("/")]
        names = member_names(members)
        found = MemberSegments(context)
        password = _password(package, members, context.passwords)
        for number, (member, name) in enumerate(zip(members, names, strict=True)):
            context.progress(number, len(members))
            if _HIDDEN.search(name):
                continue
            if member.flag_bits & _ENCRYPTED and password is None:
                found.failed(name, "password")
                continue
            if member.file_size > RATIO_FROM and member.file_size > HIGHEST_RATIO * max(1, member.compress_size):
                found.failed(name, "too_big")
                continue
            try:
                found.add(name, name, _blocks(package, member, password))
            except LimitReached:
                break
            except NotImplementedError:  # Shrink and Implode, of 1990
                found.failed(name, "unknown_format")
            except _BROKEN:
                found.failed(name, "damaged")
            except RuntimeError:  # what zipfile raises for a wrong password
                found.failed(name, "password")
        return found.document()


READER = Reader("archive", (".zip",), read, has_pictures=True)


def member_names(members: Sequence[zipfile.ZipInfo]) -> list[str]:
    """The members' paths as the archive's maker saw them, with "/" between folders."""
    raw = [_raw(member) for member in members]
    unknown = [name for name in raw if name is not None and not name.isascii()]
    encoding = encodings.decode(b"\n".join(unknown)) if unknown else None
    codec = _CODECS.get(encoding.encoding if encoding else "", "gb18030")
    if encoding is not None and not encoding.sure and _decodes(unknown, "gb18030"):
        codec = "gb18030"
    names = []
    for member, data in zip(members, raw, strict=True):
        if data is None or data.isascii():
            name = member.filename
        else:
            try:
                name = data.decode(codec)
            except UnicodeDecodeError:
                name = member.filename
        names.append(name.replace("\\", "/").lstrip("/").encode("utf-8", "replace").decode("utf-8"))
    return names


def _raw(member: zipfile.ZipInfo) -> bytes | None:
    """The bytes of a name whose encoding the archive does not name."""
    if member.flag_bits & _UTF8_NAME:
        return None
    try:
        return member.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return None


def _decodes(names: Sequence[bytes], codec: str) -> bool:
    try:
        for name in names:
            name.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _password(package: zipfile.ZipFile, members: Sequence[zipfile.ZipInfo], candidates: Sequence[str]) -> bytes | None:
    """The candidate that opens the smallest protected member; Chinese ones in both encodings they may have been typed in."""
    protected = [member for member in members if member.flag_bits & _ENCRYPTED and member.file_size]
    if not protected:
        return b""
    smallest = min(protected, key=lambda member: member.file_size)
    for candidate in candidates:
        for codec in ("utf-8", "gb18030"):
            secret = candidate.encode(codec, "replace")
            try:
                for _ in _blocks(package, smallest, secret):
                    pass  # to its end: only the checksum shows a wrong password for certain
            except (RuntimeError, *_BROKEN):  # NotImplementedError is a RuntimeError
                continue
            return secret
    return None


def _blocks(package: zipfile.ZipFile, member: zipfile.ZipInfo, password: bytes | None) -> Iterator[bytes]:
    with package.open(member, pwd=password or None) as stream:
        while block := stream.read(_BLOCK):
            yield block

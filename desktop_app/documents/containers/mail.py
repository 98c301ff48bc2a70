# SPDX-License-Identifier: Apache-2.0
"""Mail messages (.eml), mailboxes (.mbox) and web archives (.mht).

Attachments are read by the readers of their formats.
A message is its subject, sender, receivers and date as one segment, then its text: the plain part where there is one, else the
HTML part. In a mailbox each message is a part ("message 3"), attachments are parts below it ("message 3 › attachment 报价.xlsx").
Nothing a message refers to is fetched. Headers and bodies in a Chinese encoding that is not declared are detected.
"""

from __future__ import annotations

import email.errors
import email.header
import email.message
import email.parser
import email.policy
import mimetypes
import re
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from desktop_app.contract.document import Document, Locator, Segment, UnreadableDocument
from desktop_app.contract.typed_table import TableHead
from desktop_app.documents.markup import html
from desktop_app.documents.member_segments import MemberSegments, behind, placed
from desktop_app.documents.nesting import MOST_MEMBERS, LimitReached, blocks_of
from desktop_app.documents.plain import plain_text
from desktop_app.documents.reader import Progress, ReadContext, Reader
from desktop_app.documents.text import encodings
from desktop_app.documents.text.file_bytes import read_bytes
from desktop_app.documents.text.first_element import WHITE

_FROM = re.compile(rb"(?:\A|\r?\n\r?\n)(?=From [^\r\n]{0,300}(?:\d{4}[ \t]*\r?\n|\r?\n[!-9;-~]{1,60}:))")
_START = re.compile(rb"From [^\r\n]*\r?\n")
_HEADER_LINES = re.compile(rb"(?:From [^\r\n]*\r?\n)?(?:[A-Za-z-]{2,40}:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){2}")
_HEADER_NAME = re.compile(
    rb"^(?:mime-version|return-path|received|message-id|from|date|subject|x-[a-z-]+):", re.IGNORECASE | re.MULTILINE
)
_HEADERS = ("Subject", "From", "To", "Cc", "Date")
_SPACE = re.compile(r"\s+")
_DEEPEST_PARTS = 30
Message = email.message.Message


def read(context: ReadContext) -> Document:
    """The message, or each message of a mailbox, with its attachments. Raises ``UnreadableDocument``."""
    data = read_bytes(context.path)
    if context.path.suffix.lower() == ".emlx":
        length = data.split(b"\n", 1)[0].strip()
        data = data.split(b"\n", 1)[1][: int(length)] if length.isdigit() else data
    members = MemberSegments(context)
    if not data.startswith(b"From "):
        title = _message(_parsed(data), "", members, context.progress)
        return members.document(title=title)
    starts = [match.end() for match in _FROM.finditer(data)] or [0]
    for number, start in enumerate(starts, start=1):
        context.progress(number, len(starts))
        if number > MOST_MEMBERS:
            members.stopped = f"only the first {MOST_MEMBERS} of {len(starts)} messages"
            break
        end = starts[number] if number < len(starts) else len(data)
        try:
            _message(_parsed(_START.sub(b"", data[start:end], count=1)), f"message {number}", members, context.progress)
        except LimitReached:
            break
    return members.document(pages=len(starts))


def _is_mail(head: bytes, by_name: Reader | None) -> bool:
    """By its first lines, unless the name says that it is a text."""
    if by_name is None or by_name.is_text:
        return False
    start = head.lstrip(WHITE)
    if by_name.name == "mail" and start.startswith(b"From "):
        return True
    return bool(_HEADER_LINES.match(start) and _HEADER_NAME.search(start))


READER = Reader("mail", (".eml", ".mbox", ".mbx", ".mht", ".mhtml", ".emlx"), read, magic=(_is_mail,), has_pictures=True)


def _parsed(data: bytes) -> Message:
    return email.parser.BytesParser(policy=email.policy.compat32).parsebytes(data)


def _message(message: Message, part: str, members: MemberSegments, progress: Progress) -> str:
    """Adds a message; returns its subject."""
    heads = {name: header(message.get(name)) for name in _HEADERS}
    shown = [f"{name}: {value}" for name, value in heads.items() if value]
    archive = message.get_content_type() == "multipart/related" and not heads["From"]
    segments, tables = list[Segment](), list[TableHead]()
    if shown and not archive:
        segments.append(Segment("\n".join(shown), Locator(headings=(heads["Subject"],) if heads["Subject"] else ())))
    bodies, attachments = list[Message](), list[tuple[str, Message]]()
    _sort(message, bodies, attachments, archive=archive)
    for body in bodies:
        read_body = _body(body, progress)
        segments.extend(replace(one, cells=behind(one.cells, len(members.tables) + len(tables))) for one in read_body.segments)
        tables.extend(read_body.tables)
    if not message.keys() and segments and not part:
        raise UnreadableDocument("damaged", "no message inside")
    members.segments.extend(placed(segments, part) if part else segments)
    members.tables.extend(tables)
    try:
        for name, attachment in attachments:
            label = f"attachment {name}"
            _attachment(attachment, f"{part} › {label}" if part else label, name, members)
    except LimitReached:
        if part:
            raise
    return heads["Subject"]


def _sort(
    part: Message, bodies: list[Message], attachments: list[tuple[str, Message]], *, archive: bool = False, depth: int = 0
) -> None:
    """Leaves of the message: what is read with it, and what is attached."""
    kind = part.get_content_type()
    name = _name(part)
    payload = part.get_payload() if part.is_multipart() else None  # a text's would be decoded: a wrong charset makes that fail
    if kind == "message/rfc822" and isinstance(payload, list) and payload and isinstance(payload[0], Message):
        attachments.append((name or f"{header(payload[0].get('Subject')) or 'message'}.eml", part))
        return
    if isinstance(payload, list):
        for child in _inner(part, payload) if depth <= _DEEPEST_PARTS else ():
            _sort(child, bodies, attachments, archive=archive, depth=depth + 1)
        return
    attached = part.get_content_disposition() == "attachment" or bool(name)
    if kind in ("text/plain", "text/html") and (archive or not attached):
        bodies.append(part)
    elif (
        not archive
        and (attached or part.get_content_disposition())
        and not (part.get("Content-ID") and kind.startswith("image/"))
    ):
        attachments.append((name or f"attachment{mimetypes.guess_extension(kind) or ''}", part))


def _inner(part: Message, payload: Sequence[object]) -> list[Message]:
    """The parts inside one; of alternatives the plain text, where it is not empty, with what is attached beside it."""
    inner = [child for child in payload if isinstance(child, Message)]
    if part.get_content_type() != "multipart/alternative":
        return inner
    texts = (child for child in inner if child.get_content_type() == "text/plain" and not child.is_multipart())
    plain = next((child for child in texts if _decoded(child).strip()), None)
    if plain is None:
        return inner
    return [plain, *(child for child in inner if child.get_content_maintype() != "text" and not child.is_multipart())]


def _attachment(part: Message, label: str, name: str, members: MemberSegments) -> None:
    if part.is_multipart():
        inner = part.get_payload(0)
        if isinstance(inner, Message):
            members.add(label, "message.eml", blocks_of(inner.as_bytes(policy=email.policy.compat32)))
        return
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes) or not data:
        members.failed(label, "empty")
    else:
        known = Path(name).suffix or mimetypes.guess_extension(part.get_content_type()) or ""
        members.add(label, name if Path(name).suffix else f"{name}{known}", blocks_of(data))


def _name(part: Message) -> str:
    try:
        return header(part.get_filename()) or header(part.get_param("name"))
    except ValueError:  # its charset is no word
        return ""


def _charset(part: Message) -> str:
    try:
        return str(part.get_content_charset() or "")
    except ValueError:
        return ""


def _body(part: Message, progress: Progress) -> Document:
    """Paragraphs of a text part; lines are those of the decoded part, so they are left out of the place."""
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return Document(())
    charset = _charset(part)
    if part.get_content_type() == "text/html":
        body = html.read_page(data, progress, charset)
    else:
        body = Document(tuple(plain_text.paragraphs(encodings.decode(data, charset).text, progress)))
    return without_lines(body)


def without_lines(body: Document) -> Document:
    """Nobody sees the source of a mail's body."""
    segments = (replace(one, locator=replace(one.locator, lines=None, chars=None)) for one in body.segments)
    return replace(body, segments=tuple(segments))


def _decoded(part: Message) -> str:
    data = part.get_payload(decode=True)
    return encodings.decode(data, _charset(part)).text if isinstance(data, bytes) else ""


def header(value: object) -> str:
    """A header as people see it: encoded words decoded, raw Chinese bytes too."""
    if value is None:
        return ""
    if isinstance(value, tuple):  # RFC 2231: (charset, language, text)
        charset, _, raw = value
        return _line(encodings.decode(str(raw).encode("latin-1", "replace"), str(charset or "")).text)
    plain = str(value) if isinstance(value, str) else _surrogates(value)
    parts = []
    try:
        pieces = email.header.decode_header(plain)
    except (email.errors.HeaderParseError, ValueError):
        return _line(plain)
    for piece, charset in pieces:
        if isinstance(piece, str):
            data = piece.encode("utf-8", "surrogateescape")
            parts.append(encodings.decode(data).text if not data.isascii() else piece)
        else:
            parts.append(encodings.decode(piece, charset if charset and charset != "unknown-8bit" else "").text)
    return _line("".join(parts))


def _surrogates(value: object) -> str:
    """A header with raw bytes comes as a ``Header`` of "unknown-8bit"."""
    if isinstance(value, email.header.Header):
        return "".join(text for text, _ in getattr(value, "_chunks", ())) or str(value)
    return str(value)


def _line(value: str) -> str:
    return _SPACE.sub(" ", value.encode("utf-8", "replace").decode("utf-8")).strip()

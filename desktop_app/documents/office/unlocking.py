# SPDX-License-Identifier: Apache-2.0
"""Protected Office files: decrypted by msoffcrypto, then read again.

Each password is tried in turn; what comes out is read by the reader that fits it.

Covers packages (.docx, .xlsx, .pptx …) since 2007 and the RC4 ways of .doc, .xls and .ppt. What is unlocked is in the reader's
scratch folder only while it is read. Workbooks that are merely write-protected carry a password that everybody knows.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from pathlib import Path

from desktop_app.contract.document import Document, UnreadableDocument
from desktop_app.documents.nesting import blocks_of
from desktop_app.documents.reader import Progress, ReadContext, Reader

_KNOWN_TO_ALL = "VelvetSweatshop"  # [MS-OFFCRYPTO]: what Excel itself uses for files that open without a question


def read(context: ReadContext) -> Document:
    """The document inside a protected file, by the first password that fits. Raises ``UnreadableDocument``."""
    return context.read_again(blocks_of(unlocked(context.path, context.passwords, context.progress)))


def unlocked(path: Path, passwords: Sequence[str], progress: Progress) -> bytes:
    """The file inside a protected one, by the first password that fits. Raises ``UnreadableDocument``."""
    import msoffcrypto
    from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError, ParseError

    with path.open("rb") as file:
        try:
            office = msoffcrypto.OfficeFile(file)
            if not office.is_encrypted():
                raise UnreadableDocument("damaged", "neither protected nor readable")
        except (FileFormatError, ParseError) as error:
            raise UnreadableDocument("password", "a way of protection that is not known") from error
        for password in (_KNOWN_TO_ALL, *passwords):
            progress(0, None)
            output = io.BytesIO()
            try:
                # Packages check the password only when asked to; the old formats always do and know no such argument.
                office.load_key(password=password, **({"verify_password": True} if office.format == "ooxml" else {}))
                office.decrypt(output)
            except (NotImplementedError, AttributeError) as error:  # the latter of old files whose header names no known way
                raise UnreadableDocument("password", "a way of protection that is not known") from error
            except (InvalidKeyError, DecryptionError, ParseError, ValueError, AssertionError, struct.error):
                continue
            return output.getvalue()
    raise UnreadableDocument("password", "none of the passwords fits" if passwords else "")


READER = Reader("locked", (), read, needs=("msoffcrypto",))

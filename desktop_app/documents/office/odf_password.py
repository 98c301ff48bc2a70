# SPDX-License-Identifier: Apache-2.0
"""Decrypts the content of protected OpenDocument files.

As ODF 1.2 describes it, with AES-256 in CBC mode.
The key is made from the password by SHA-256 (or SHA-1) and PBKDF2; the manifest holds salt, rounds and a checksum of the first
kilobyte, which shows a wrong password. Newer ways (Argon2) are not known here: such a file stays protected.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from typing import Any

from desktop_app.contract.document import UnreadableDocument
from desktop_app.documents.text.xml_files import Package, attribute, name_of

_MOST_ROUNDS = 1_000_000  # LibreOffice uses 100,000; a manifest that asks for more wants to keep us busy


def unlocked(manifest: Any, package: Package, password: str, part: str = "content.xml") -> bytes:
    """The bytes of a part. Raises ``UnreadableDocument`` ("password")."""
    entry = next((entry for entry in manifest.iter() if attribute(entry, "full-path") == part), None)
    data = package.data(part)
    if entry is None or data is None or not password:
        raise UnreadableDocument("password", "" if entry is not None else "a way of protection that is not known")
    ways = {name_of(way): way for way in entry.iter()}
    try:
        return _decrypted(data, ways, password)
    except (KeyError, ValueError, zlib.error) as error:
        raise UnreadableDocument("password", "") from error


def _decrypted(data: bytes, parts: dict[str, Any], password: str) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    algorithm, derivation = parts["algorithm"], parts["key-derivation"]
    if not attribute(algorithm, "algorithm-name").endswith("aes256-cbc"):
        raise UnreadableDocument("password", "a way of protection that is not known")
    start = parts.get("start-key-generation")
    start_name = attribute(start, "start-key-generation-name") if start is not None else "SHA1"
    secret = hashlib.new("sha256" if "256" in start_name else "sha1", password.encode("utf-8"), usedforsecurity=False).digest()
    rounds = int(attribute(derivation, "iteration-count", "1024"))
    if not 0 < rounds <= _MOST_ROUNDS:
        raise UnreadableDocument("password", "a way of protection that is not known")
    salt = base64.b64decode(attribute(derivation, "salt"))
    key = hashlib.pbkdf2_hmac("sha1", secret, salt, rounds, int(attribute(derivation, "key-size", "32")))
    vector = base64.b64decode(attribute(algorithm, "initialisation-vector"))
    decryptor = Cipher(algorithms.AES(key), modes.CBC(vector)).decryptor()
    plain = decryptor.update(data) + decryptor.finalize()
    checked = attribute(parts["encryption-data"], "checksum-type")
    digest = hashlib.sha256 if "256" in checked else hashlib.sha1
    expected = base64.b64decode(attribute(parts["encryption-data"], "checksum"))
    padding = plain[-1] if plain else 0
    for candidate in (plain[:1024], plain[:-padding][:1024] if padding else plain[:1024]):
        if digest(candidate, usedforsecurity=False).digest() == expected:
            return zlib.decompressobj(-zlib.MAX_WBITS).decompress(plain, 200 << 20)
    raise ValueError("the password does not fit")

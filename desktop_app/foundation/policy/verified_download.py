# SPDX-License-Identifier: Apache-2.0
"""Whether a downloaded installer is the one that its publisher made.

``SHA256SUMS`` beside the file lists its SHA-256; ``SHA256SUMS.sig`` is an Ed25519 signature of that list, 64 bytes as ``openssl pkeyutl -sign
-rawin`` makes them. The publisher's public key lies in the installed program as ``publisher.pem``: the version that is here vouches for the
next one. Nothing is fetched.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from desktop_app.foundation import installed
from desktop_app.foundation.errors import UsageProblem

SUMS, SIGNATURE, KEY = "SHA256SUMS", "SHA256SUMS.sig", "publisher.pem"


@dataclass(frozen=True, slots=True)
class Verified:
    """``checksum``: "equal", "differs", "unlisted" or "missing"; ``signature``: "good", "bad", "missing" or "no_key"."""

    sha256: str
    checksum: str
    signature: str

    @property
    def good(self) -> bool:
        """Whether it may be installed: the checksum fits, and the signature where this program has a key."""
        return self.checksum == "equal" and self.signature in ("good", "no_key")


def check(file: Path) -> Verified:
    """Compare ``file`` with the list beside it. Raises ``UsageProblem("path_missing")``, and ``OSError``."""
    if not file.is_file():
        raise UsageProblem("path_missing", path=file)
    with file.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    sums = file.parent / SUMS
    if not sums.is_file():
        return Verified(found, "missing", "missing")
    data = sums.read_bytes()
    listed = {
        name.lstrip(" *"): digest.lower()
        for digest, _, name in (line.partition(" ") for line in data.decode("utf-8", "replace").splitlines())
    }
    expected = listed.get(file.name)
    checksum = "unlisted" if expected is None else "equal" if expected == found else "differs"
    return Verified(found, checksum, _signature(data, file.parent / SIGNATURE))


def _signature(data: bytes, file: Path) -> str:
    here = installed.installation()
    key = here.root / KEY if here is not None else None
    if key is None or not key.is_file():
        return "no_key"
    if not file.is_file():
        return "missing"
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    public = load_pem_public_key(key.read_bytes())
    assert isinstance(public, Ed25519PublicKey)  # the build saw to that
    try:
        public.verify(file.read_bytes(), data)
    except InvalidSignature:
        return "bad"
    return "good"

# SPDX-License-Identifier: Apache-2.0
"""Put the publisher's public key into the program, and sign the checksums.

``INKSTONE_PUBLISHER_KEY`` names the publisher's Ed25519 key, a PEM file. With the private key ``SHA256SUMS`` is signed here. With the
public one alone it is left to whoever keeps the private key on another machine; the line that does it is printed. Without a key all is
built unsigned, and ``inkstone doctor --verify`` says so (``foundation/policy/verified_download.py``).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from building.recipe import Build, BuildError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

VARIABLE = "INKSTONE_PUBLISHER_KEY"
KEY, SUMS, SIGNATURE = "publisher.pem", "SHA256SUMS", "SHA256SUMS.sig"


def add_key(build: Build) -> None:
    """The step. Raises ``BuildError`` for a file that is no such key."""
    (build.out / SIGNATURE).unlink(missing_ok=True)  # of another build: the list it signed is about to be replaced
    (build.tree / KEY).unlink(missing_ok=True)
    key = _key()
    if key is None:
        return
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    public = key.public_key() if isinstance(key, Ed25519PrivateKey) else key
    (build.tree / KEY).write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def sign(build: Build) -> None:
    """The step, after the checksums."""
    key = _key()
    if key is None:
        print(f"   {SUMS} is not signed: {VARIABLE} names no key")
        return
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    if isinstance(key, Ed25519PrivateKey):
        (build.out / SIGNATURE).write_bytes(key.sign((build.out / SUMS).read_bytes()))
    else:
        print(f"   to sign: openssl pkeyutl -sign -rawin -inkey PRIVATE.pem -in {SUMS} -out {SIGNATURE}")


def _key() -> Ed25519PrivateKey | Ed25519PublicKey | None:
    named = os.environ.get(VARIABLE)
    if not named:
        return None
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

    try:
        data = Path(named).read_bytes()
        key = load_pem_private_key(data, None) if b"PRIVATE" in data else load_pem_public_key(data)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:  # TypeError: it is protected by a password
        raise BuildError(f"{VARIABLE}: the key in {named} cannot be used: {error}") from error
    if not isinstance(key, Ed25519PrivateKey | Ed25519PublicKey):
        raise BuildError(
            f"{VARIABLE}: {named} is no Ed25519 key; make one with: openssl genpkey -algorithm ed25519 -out {named}"
        )
    return key

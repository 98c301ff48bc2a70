# SPDX-License-Identifier: Apache-2.0
"""A downloaded installer: its checksum, and the publisher's signature of the list of checksums."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from desktop_app.foundation import installed
from desktop_app.foundation.policy.verified_download import Verified, check


@pytest.fixture
def publisher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ed25519PrivateKey:
    """Whose public key is in the installed program."""
    root = tmp_path / "Inkstone"
    root.mkdir()
    key = Ed25519PrivateKey.generate()
    (root / "publisher.pem").write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    monkeypatch.setattr(installed, "installation", lambda: installed.Installation(root, "setup", "1", light=False))
    return key


@pytest.fixture
def download(tmp_path: Path) -> Path:
    file = tmp_path / "下载" / "Inkstone-9-linux.tar.zst"
    file.parent.mkdir()
    file.write_bytes(b"installer" * 1000)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    (file.parent / "SHA256SUMS").write_text(f"{digest} *{file.name}\n", encoding="utf-8")
    return file


def test_a_signed_list_vouches_for_the_file(publisher: Ed25519PrivateKey, download: Path) -> None:
    sums, signature = download.parent / "SHA256SUMS", download.parent / "SHA256SUMS.sig"
    assert (check(download).signature, check(download).good) == ("missing", False)
    signature.write_bytes(publisher.sign(sums.read_bytes()))
    assert (check(download).checksum, check(download).signature, check(download).good) == ("equal", "good", True)
    for forged in (Ed25519PrivateKey.generate().sign(sums.read_bytes()), b"", b"x" * 64, b"x" * 10_000):
        signature.write_bytes(forged)
        assert (check(download).signature, check(download).good) == ("bad", False)
    signature.write_bytes(publisher.sign(sums.read_bytes()))
    download.write_bytes(b"another")
    assert not check(download).good
    digest = hashlib.sha256(b"another").hexdigest()
    sums.write_text(f"{digest}  {download.name}\n", encoding="utf-8")
    assert check(download) == Verified(digest, "equal", "bad"), "a list that was changed with the file"


def test_openssl_makes_and_checks_the_same_signature(publisher: Ed25519PrivateKey, download: Path, tmp_path: Path) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs openssl")
    private = tmp_path / "private.pem"
    private.write_bytes(publisher.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    sums, signature = download.parent / "SHA256SUMS", download.parent / "SHA256SUMS.sig"
    signing = ("pkeyutl", "-sign", "-rawin", "-inkey", private, "-in", sums, "-out", signature)
    subprocess.run([openssl, *signing], check=True, capture_output=True)
    assert check(download).good
    checking = (
        "-verify",
        "-rawin",
        "-pubin",
        "-inkey",
        tmp_path / "Inkstone" / "publisher.pem",
        "-in",
        sums,
        "-sigfile",
        signature,
    )
    subprocess.run([openssl, "pkeyutl", *checking], check=True, capture_output=True)

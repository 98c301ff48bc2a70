# SPDX-License-Identifier: Apache-2.0
"""The publisher's key in the tree, and the signature of the checksums, which the program itself takes."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from building import signature
from building.recipe import Build, BuildError
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from desktop_app.foundation import installed
from desktop_app.foundation.policy import verified_download

PEM = (Encoding.PEM, PrivateFormat.PKCS8)


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Build:
    made = Build("linux", light=False, version="9", epoch=0, work=tmp_path / "work", out=tmp_path / "dist", cache=tmp_path)
    made.tree.mkdir(parents=True)
    made.out.mkdir()
    (made.out / "inkstone.deb").write_bytes(b"package")
    digest = hashlib.sha256(b"package").hexdigest()
    (made.out / "SHA256SUMS").write_text(f"{digest}  inkstone.deb\n", encoding="utf-8")
    monkeypatch.delenv(signature.VARIABLE, raising=False)
    monkeypatch.setattr(installed, "installation", lambda: installed.Installation(made.tree, "package", "9", light=False))
    return made


def test_with_the_private_key_the_list_is_signed(build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = tmp_path / "private.pem"
    key.write_bytes(Ed25519PrivateKey.generate().private_bytes(*PEM, NoEncryption()))
    monkeypatch.setenv(signature.VARIABLE, str(key))
    signature.add_key(build)
    signature.sign(build)
    assert b"PRIVATE" not in (build.tree / "publisher.pem").read_bytes()
    assert verified_download.check(build.out / "inkstone.deb").signature == "good"
    first = (build.out / "SHA256SUMS.sig").read_bytes()
    signature.add_key(build)
    signature.sign(build)
    assert (build.out / "SHA256SUMS.sig").read_bytes() == first, "the same build, the same signature"


def test_with_the_public_key_it_is_signed_elsewhere(
    build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    key = tmp_path / "public.pem"
    public = Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    key.write_bytes(public)
    monkeypatch.setenv(signature.VARIABLE, str(key))
    signature.add_key(build)
    signature.sign(build)
    assert (build.tree / "publisher.pem").read_bytes() == public
    assert not (build.out / "SHA256SUMS.sig").exists()
    assert "openssl pkeyutl -sign" in capsys.readouterr().out


def test_without_a_key_nothing_is_left_of_an_earlier_one(build: Build) -> None:
    (build.tree / "publisher.pem").write_bytes(b"old")
    (build.out / "SHA256SUMS.sig").write_bytes(b"old")
    signature.add_key(build)
    signature.sign(build)
    assert not (build.tree / "publisher.pem").exists()
    assert not (build.out / "SHA256SUMS.sig").exists()


def test_a_wrong_key_ends_the_build(build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = tmp_path / "key.pem"
    monkeypatch.setenv(signature.VARIABLE, str(key))
    other = generate_private_key(SECP256R1()).private_bytes(*PEM, NoEncryption())
    locked = Ed25519PrivateKey.generate().private_bytes(*PEM, BestAvailableEncryption(b"secret"))
    for data in (None, b"no key", other, locked):
        if data is not None:
            key.write_bytes(data)
        with pytest.raises(BuildError, match=r"key\.pem"):
            signature.add_key(build)

# SPDX-License-Identifier: Apache-2.0
"""Archives and mails that are nested, protected, broken or traps: what can be read is read, and nothing gets out of hand."""

from __future__ import annotations

import io
import os
import tempfile
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest

from desktop_app.contract.document import Document, MemberProblem, UnreadableDocument
from desktop_app.documents import nesting
from desktop_app.documents.containers import archive
from desktop_app.documents.process import registry
from desktop_app.documents.process.pool import ReaderPool
from desktop_app.foundation.cancellation import Cancellation
from documents.making import CHINESE, ENGLISH, docx_file, pdf_file, quiet, text_file
from documents.making_more import MORE, message


def zipped(members: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as package:
        for name, data in members.items():
            package.writestr(name, data)
    return buffer.getvalue()


def read(path: Path, *passwords: str) -> Document:
    return registry.read(path, quiet, passwords)


def reason(path: Path, *passwords: str) -> str:
    with pytest.raises(UnreadableDocument) as caught:
        read(path, *passwords)
    return caught.value.reason


def leftovers() -> list[str]:
    return [name for name in os.listdir(tempfile.gettempdir()) if name.startswith(f"inkstone-reader-{os.getpid()}-")]


def test_one_bad_member_does_not_spoil_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "混合.zip"
    good = text_file(tmp_path / "a.txt").read_bytes()
    path.write_bytes(zipped({"好.txt": good, "坏.pdf": b"%PDF-1.7 broken", "程序.exe": b"MZ\x90" + bytes(100), "空.txt": b""}))
    document = read(path)
    assert document.partial == "partly_read"
    assert "坏.pdf (damaged)" in document.detail
    assert {segment.locator.part for segment in document.segments} == {"好.txt"}
    assert not leftovers()


def test_members_that_are_no_documents_are_no_failure(tmp_path: Path) -> None:
    path = tmp_path / "软件.zip"
    path.write_bytes(
        zipped({"说明.txt": CHINESE.encode(), "程序.exe": b"MZ\x90" + bytes(100), "__MACOSX/._说明.txt": b"\x00\x05"})
    )
    document = read(path)
    assert document.partial == ""
    assert "程序.exe (unknown_format)" in document.detail


def test_nested_to_a_limit(tmp_path: Path) -> None:
    data = zipped({"核.txt": CHINESE.encode()})
    for level in range(nesting.DEEPEST - 1):
        data = zipped({f"层{level}.zip": data})
    path = tmp_path / "层层.zip"
    path.write_bytes(data)
    assert read(path).segments[0].locator.part == "层1.zip › 层0.zip › 核.txt"
    path.write_bytes(zipped({"外.zip": data}))
    assert reason(path) == "too_big"


def test_an_archive_that_holds_itself_ends(tmp_path: Path) -> None:
    data = b""
    for _ in range(12):
        data = zipped({f"{number}.zip": data for number in range(3)} | {"文.txt": CHINESE.encode()})
    path = tmp_path / "自己.zip"
    path.write_bytes(data)
    document = read(path)
    assert document.partial == "partly_read"
    assert len(document.segments) == 1 + 3 + 9


def test_too_many_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nesting, "MOST_MEMBERS", 20)
    path = tmp_path / "很多.zip"
    path.write_bytes(zipped({f"{number}.txt": CHINESE.encode() for number in range(50)}))
    document = read(path)
    assert len(document.segments) == 20
    assert (document.partial, document.detail) == ("partly_read", "more than 20 files inside")


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "炸弹.zip"
    bomb = zipped({"零.txt": bytes(60 << 20)}, zipfile.ZIP_DEFLATED)
    path.write_bytes(bomb)
    assert reason(path) == "too_big"
    path.write_bytes(zipped({"a.zip": bomb, "好.txt": CHINESE.encode()}))
    assert read(path).segments[0].text == CHINESE


def test_the_total_that_is_unpacked_is_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nesting, "MOST_UNPACKED", 3000)
    path = tmp_path / "总量.zip"
    path.write_bytes(zipped({f"{number}.txt": b"word " * 200 for number in range(9)}))
    document = read(path)
    assert {segment.locator.part for segment in document.segments} == {"0.txt", "1.txt", "2.txt"}
    assert document.partial == "partly_read"
    assert not leftovers()


def test_a_size_that_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The directory says ten bytes; what comes out is counted, not what was said."""
    monkeypatch.setattr(nesting, "MOST_UNPACKED", 100_000)
    data = bytearray(zipped({"谎.txt": b"word " * 100_000}, zipfile.ZIP_DEFLATED))
    where = data.rfind(b"PK\x01\x02")
    data[where + 24 : where + 28] = (10).to_bytes(4, "little")
    path = tmp_path / "谎.zip"
    path.write_bytes(bytes(data))
    assert reason(path) in ("too_big", "damaged")


def test_problems_inside_are_data_whatever_the_members_are_called(tmp_path: Path) -> None:
    path = tmp_path / "混合.zip"
    inner = zipped({"密.pdf": pdf_file(tmp_path / "密.pdf", encrypted="钥匙").read_bytes(), "程序.exe": b"MZ\x90"})
    members = {"plan (password).docx": b"PK\x03\x04 broken", "好.txt": CHINESE.encode()}
    path.write_bytes(zipped(members))
    document = read(path)
    assert document.problems == (MemberProblem("plan (password).docx", "damaged"),)
    assert document.detail == "plan (password).docx (damaged)"
    path.write_bytes(zipped({**members, "内.zip": inner}))
    assert read(path).problems == (
        MemberProblem("plan (password).docx", "damaged"),
        MemberProblem("内.zip › 密.pdf", "password"),
        MemberProblem("内.zip › 程序.exe", "unknown_format"),
    )
    path.write_bytes(zipped({"内.zip": inner}))
    with pytest.raises(UnreadableDocument) as caught:
        read(path)
    assert caught.value.reason == "password"
    assert MemberProblem("内.zip › 密.pdf", "password") in caught.value.problems


def test_of_many_members_with_one_reason_the_first_are_named(tmp_path: Path) -> None:
    path = tmp_path / "很多.zip"
    broken = {f"{number}.pdf": b"%PDF-1.7 broken" for number in range(30)}
    locked = pdf_file(tmp_path / "密.pdf", encrypted="钥匙").read_bytes()
    path.write_bytes(zipped({"好.txt": CHINESE.encode(), **broken, "密.pdf": locked}))
    document = read(path)
    assert [problem.reason for problem in document.problems] == ["damaged"] * 20 + ["password"]
    assert document.detail.endswith(", +28")


def test_protected_members(tmp_path: Path, shared: Path) -> None:
    path = shared / "data/documents/mixed/testZipEncrypted.zip"
    document = read(path)
    assert document.partial == "partly_read"
    assert "encrypted.txt (password)" in document.detail
    locked = zipped({"密.pdf": pdf_file(tmp_path / "密.pdf", encrypted="钥匙").read_bytes()})
    outer = tmp_path / "外.zip"
    outer.write_bytes(locked)
    assert reason(outer) == "password"
    assert reason(outer, "falsch") == "password"
    assert read(outer, "falsch", "钥匙").segments[0].locator.page == 1


def test_member_names_in_gbk_and_others() -> None:
    def named(*names: bytes) -> list[str]:
        infos = []
        for name in names:
            info = zipfile.ZipInfo(name.decode("cp437"))
            info.flag_bits = 0
            infos.append(info)
        return archive.member_names(infos)

    chinese = ("合同/二〇二四年采购合同.docx", "审计报告.pdf", "readme.txt")
    assert named(*(name.encode("gbk") for name in chinese)) == list(chinese)
    assert named("照片.txt".encode("gbk")) == ["照片.txt"]
    assert named("说明.txt".encode()) == ["说明.txt"]
    assert named(b"plain/name.txt") == ["plain/name.txt"]


def test_a_mail_with_a_bad_and_a_nested_attachment(tmp_path: Path) -> None:
    inner = message(docx_file(tmp_path / "内.docx"))
    outer = message()
    outer.replace_header("Subject", "转发")
    outer.add_attachment(inner)
    outer.add_attachment(b"%PDF-1.7 broken", maintype="application", subtype="pdf", filename="坏.pdf")
    path = tmp_path / "转发.eml"
    path.write_bytes(outer.as_bytes())
    document = read(path)
    parts = {segment.locator.part for segment in document.segments}
    assert None in parts
    assert any(part and part.endswith("› attachment 报价 单.xlsx") for part in parts), (
        "a letter in the letter, and its attachment"
    )
    assert document.partial == "partly_read"
    assert "坏.pdf (damaged)" in document.detail


def test_headers_in_raw_gbk(tmp_path: Path) -> None:
    path = tmp_path / "乱.eml"
    path.write_bytes(
        "Subject: 关于采购合同付款的通知\r\nFrom: 王小明 <w@example.com>\r\nContent-Type: text/plain\r\n\r\n".encode("gbk")
        + CHINESE.encode("gbk")
    )
    document = read(path)
    assert document.title == "关于采购合同付款的通知"
    assert document.segments[-1].text == CHINESE


def test_a_killed_reader_leaves_nothing(tmp_path: Path) -> None:
    pool = ReaderPool(1)
    try:
        pool.read(str(MORE["归档.zip"](tmp_path / "归档.zip")), Cancellation())
        pid = pool.pids()[0]
        left = Path(tempfile.gettempdir()) / f"inkstone-reader-{pid}-test"
        left.mkdir()
        (left / "member.docx").write_text(ENGLISH)
    finally:
        pool.close()
    assert not left.exists()


# ---- passwords of Office files ---------------------------------------------------------------------------------------------


def locked_office(source: Path, password: str) -> Path:
    from msoffcrypto.format.ooxml import OOXMLFile

    target = source.with_name(f"密 {source.name}")
    with source.open("rb") as file, target.open("wb") as output:
        OOXMLFile(file).encrypt(password, output)
    return target


@pytest.mark.parametrize("name", ["演示.pptx"])
def test_protected_packages(tmp_path: Path, name: str) -> None:
    for path in (
        locked_office(MORE[name](tmp_path / name), "钥匙 key"),
        locked_office(docx_file(tmp_path / "合同.docx"), "钥匙 key"),
    ):
        assert reason(path) == "password"
        assert reason(path, "wrong", "") == "password"
        assert any(CHINESE in segment.text for segment in read(path, "wrong", "钥匙 key").segments)
    assert not leftovers()


def test_real_protected_workbooks(shared: Path) -> None:
    mixed = shared / "data/documents/mixed"
    assert read(mixed / "protect.xlsx").segments, "write protection alone is no secret"
    assert reason(mixed / "testEXCEL_protected_passtika.xlsx") == "password"
    assert read(mixed / "testEXCEL_protected_passtika.xlsx", "tika").segments


def test_a_protected_word_97_file(tmp_path: Path) -> None:
    from documents.old_office import word97

    assert reason(word97(tmp_path / "密.doc", [(CHINESE, 0, "")], encrypted=True)) == "password"


def test_a_word_97_file_protected_in_no_known_way(tmp_path: Path) -> None:
    from documents.word.old_word import OldWord, para

    path = OldWord([para(CHINESE)]).write(tmp_path / "密.doc")
    data = bytearray(path.read_bytes())
    data[512 + 0x0B] |= 0x81  # protected by XOR, as Word 95 did
    path.write_bytes(data)
    with pytest.raises(UnreadableDocument) as caught:
        registry.read(path, quiet)
    assert (caught.value.reason, caught.value.detail) == ("password", "a way of protection that is not known")


def test_a_protected_open_document(tmp_path: Path) -> None:
    import base64
    import hashlib
    import zlib

    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    plain = zipfile.ZipFile(MORE["文.odt"](tmp_path / "文.odt")).read("content.xml")
    packer = zlib.compressobj(wbits=-15)
    packed = packer.compress(plain) + packer.flush()
    padding = 16 - len(packed) % 16
    padded = packed + bytes(padding - 1) + bytes((padding,))
    salt, vector = b"s" * 16, b"v" * 16
    key = hashlib.pbkdf2_hmac("sha1", hashlib.sha256("钥匙".encode()).digest(), salt, 2000, 32)
    encryptor = Cipher(algorithms.AES(key), modes.CBC(vector)).encryptor()
    b64 = {
        name: base64.b64encode(value).decode()
        for name, value in {"salt": salt, "vector": vector, "sum": hashlib.sha256(padded[:1024]).digest()}.items()
    }
    manifest = (
        "<m:manifest xmlns:m='urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'><m:file-entry m:full-path='content.xml'>"
        f"<m:encryption-data m:checksum-type='urn:oasis:names:tc:opendocument:xmlns:manifest:1.0#sha256-1k' m:checksum='{b64['sum']}'>"
        f"<m:algorithm m:algorithm-name='http://www.w3.org/2001/04/xmlenc#aes256-cbc' m:initialisation-vector='{b64['vector']}'/>"
        f"<m:key-derivation m:key-derivation-name='PBKDF2' m:key-size='32' m:iteration-count='2000' m:salt='{b64['salt']}'/>"
        "<m:start-key-generation m:start-key-generation-name='http://www.w3.org/2000/09/xmldsig#sha256' m:key-size='32'/>"
        "</m:encryption-data></m:file-entry></m:manifest>"
    )
    path = tmp_path / "密.odt"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        package.writestr("content.xml", encryptor.update(padded) + encryptor.finalize())
        package.writestr("META-INF/manifest.xml", manifest)
    assert reason(path) == "password"
    assert reason(path, "falsch") == "password"
    assert any(CHINESE in segment.text for segment in read(path, "钥匙").segments)


# ---- XML that wants to reach something -------------------------------------------------------------------------------------


def test_entities_are_left_alone(tmp_path: Path) -> None:
    secret = tmp_path / "秘密.txt"
    secret.write_text("GEHEIM")
    path = tmp_path / "外.xml"
    path.write_text(
        f"<!DOCTYPE a [<!ENTITY x SYSTEM '{secret.as_uri()}'>]><a><b>{CHINESE}</b><c>before &x; after</c></a>", encoding="utf-8"
    )
    whole = " ".join(segment.text for segment in read(path).segments)
    assert CHINESE in whole
    assert "GEHEIM" not in whole
    laughs = "".join(f"<!ENTITY l{n + 1} '{f'&l{n};' * 10}'>" for n in range(12))
    path.write_text(f"<!DOCTYPE a [<!ENTITY l0 'ha'>{laughs}]><a><b>{ENGLISH}</b><c>&l12;</c></a>")
    document = read(path)
    assert sum(len(segment.text) for segment in document.segments) < 1_000
    assert ENGLISH in document.segments[0].text


def test_a_workbook_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from desktop_app.documents.text import cells

    monkeypatch.setattr(cells, "MOST_CELLS", 3)
    for name in ("表.ods", "导出.xls", "二进制.xlsb"):
        document = read(MORE[name](tmp_path / name))
        assert document.partial == "partly_read"
        assert "cells_read 2 采购 清单!" in document.detail


def test_members_below_a_dot_are_no_hidden_files(tmp_path: Path) -> None:
    """Some programs put "./" before every member."""
    file = tmp_path / "打包.zip"
    file.write_bytes(zipped({"./说明.txt": CHINESE.encode(), "./.隐藏.txt": b"hidden"}))
    document = read(file)
    assert {segment.locator.part for segment in document.segments} == {"./说明.txt"}


def test_a_plain_mail_that_is_attached_is_read_with_its_head(tmp_path: Path) -> None:
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "boss@example.com", "Budget"
    inner.set_content("The budget is 400 euro.")
    outer = EmailMessage()
    outer["From"], outer["Subject"] = "me@example.com", "FW"
    outer.set_content("See the mail inside.")
    outer.add_attachment(inner)
    path = tmp_path / "转发.eml"
    path.write_bytes(outer.as_bytes())
    document = registry.read(path, quiet)
    assert [(one.locator.part, one.text) for one in document.segments][2:] == [
        ("attachment Budget.eml", "Subject: Budget\nFrom: boss@example.com"),
        ("attachment Budget.eml", "The budget is 400 euro."),
    ]
    assert document.partial == ""


@pytest.mark.parametrize("name", ["charset=utf\x008", "charset=\udcfb\udcfc", "charset*=utf\x008''x", "name*=utf\x008''x.txt"])
def test_a_mail_whose_charset_is_no_word(tmp_path: Path, name: str) -> None:
    path = tmp_path / "信.eml"
    head = "From: a@example.com\nSubject: Charset\nContent-Type: text/plain; "
    path.write_bytes((head + name + "\n\nThe budget is 400 euro.\n").encode("utf-8", "surrogateescape"))
    assert "The budget is 400 euro." in [segment.text for segment in registry.read(path, quiet).segments]


def test_a_member_without_a_name_costs_itself(tmp_path: Path) -> None:
    path = tmp_path / "档案.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "Some plain words.")
        archive.writestr("bb", "x")
    data = path.read_bytes()
    central = data.rindex(b"PK\x01\x02")
    shorter = data[: central + 28] + b"\0\0" + data[central + 30 : central + 46] + data[central + 48 :]
    end = shorter.rindex(b"PK\x05\x06")
    size = int.from_bytes(shorter[end + 12 : end + 16], "little") - 2
    path.write_bytes(shorter[: end + 12] + size.to_bytes(4, "little") + shorter[end + 16 :])
    assert [segment.text for segment in registry.read(path, quiet).segments] == ["Some plain words."]

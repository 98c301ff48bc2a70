# SPDX-License-Identifier: Apache-2.0
"""The right reader for what a file is, and a reason for every file that gives no text."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from desktop_app.contract.document import REASONS, UnreadableDocument
from desktop_app.documents.process import registry, sniffing
from desktop_app.documents.reader import LARGEST_TEXT
from documents.making import MAKERS, csv_file, docx_file, html_file, pdf_file, quiet, scan_file, text_file, xlsx_file

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def reason(path: Path) -> str:
    with pytest.raises(UnreadableDocument) as caught:
        registry.read(path, quiet)
    assert caught.value.reason in REASONS
    return caught.value.reason


def test_every_name_and_suffix_belongs_to_one_reader() -> None:
    names = [reader.name for reader in registry.READERS]
    suffixes = [suffix for reader in registry.READERS for suffix in reader.suffixes]
    assert len(set(names)) == len(names)
    assert sorted(set(suffixes)) == sorted(suffixes)
    assert all(suffix == suffix.lower() and suffix.startswith(".") for suffix in suffixes)
    assert set(MAKERS) <= set(suffixes)


def test_every_format_is_listed() -> None:
    """A module with a reader that the registry does not know would never be asked."""
    folder = Path(registry.__file__).parents[1]
    modules = [file for file in folder.rglob("*.py") if re.search("^READER = ", file.read_text(encoding="utf-8"), re.MULTILINE)]
    assert len(modules) == len(registry.READERS)


def test_scanning_asks_by_name_only() -> None:
    assert registry.readable("没有/这个 文件.PDF")
    assert registry.readable(Path("合同.docx"))
    assert registry.readable("照片.jpg")
    assert registry.is_picture("照片.jpg")
    assert not registry.readable("没有后缀")


def test_scanning_imports_no_document_library() -> None:
    needed = {package for reader in registry.READERS for package in reader.needs} | {"pypdf"}
    assert all(importlib.util.find_spec(package) for package in needed)
    code = (
        f"import sys, desktop_app.documents.process.registry; print([name for name in {sorted(needed)} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("error", ["RuntimeError", "ValueError", "ImportError"])
def test_a_package_that_does_not_load_is_reported_by_the_file_that_needs_it(tmp_path: Path, error: str) -> None:
    """As numpy built for another CPU: the reader process goes on, and other files are read."""
    (tmp_path / "numpy.py").write_text(f"raise {error}('built for another processor')", encoding="utf-8")
    paths = [str(text_file(tmp_path / "好.txt")), str(pdf_file(tmp_path / "文.pdf"))]
    code = (
        "from pathlib import Path\n"
        "from desktop_app.contract.document import UnreadableDocument\n"
        "from desktop_app.documents.process import registry\n"
        "registry.import_common()\n"
        f"for path in {paths}:\n"
        "    try:\n"
        "        print(len(registry.read(Path(path), lambda done, total: None).segments) > 0)\n"
        "    except UnreadableDocument as unreadable:\n"
        "        print(unreadable.reason, unreadable.detail)\n"
    )
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{root}", "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path, env=environment
    )
    assert done.stdout.splitlines() == ["True", f"component_missing {error}: built for another processor"]


@pytest.mark.parametrize(
    ("make", "name", "expected"),
    [
        (pdf_file, "没有后缀", "pdf"),
        (pdf_file, "其实是.docx", "pdf"),
        (docx_file, "其实是.pdf", "docx"),
        (xlsx_file, "其实是.txt", "xlsx"),
        (html_file, "导出的.xlsx", "html"),
        (csv_file, "表.tsv", "delimited"),
        (text_file, "说明.log", "text"),
    ],
)
def test_content_before_name(tmp_path: Path, make: object, name: str, expected: str) -> None:
    path = make(tmp_path / "原来")  # type: ignore[operator]
    path = path.rename(tmp_path / name)
    assert registry.reader_of(path).name == expected
    assert registry.read(path, quiet).segments


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("空.txt", b"", "empty"),
        ("空.pdf", b"", "empty"),
        ("空白.txt", b" \r\n\t\r\n", "empty"),
        ("断电.docx", bytes(5000), "damaged"),
        ("不是.pdf", b"just words", "damaged"),
        ("不是.docx", "甲方".encode() * 50, "damaged"),
        ("断.docx", b"PK\x03\x04" + b"broken" * 50, "damaged"),
        ("断.pdf", b"%PDF-1.7\n1 0 obj << /Type /Catalog", "damaged"),
        ("图.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "damaged"),
        ("程序.txt", bytes(range(256)) * 20, "unknown_format"),
        ("旧.doc", OLE, "damaged"),
        ("旧.xls", b"\xd0\xcf\x11\xe0", "damaged"),
        ("文.rtf", b"{\\rtf1 {\\info nothing}}", "no_text"),
        ("未知.xyz", b"some text", "unknown_format"),
        ("没有段落.html", b"<html><script>1</script></html>", "no_text"),
    ],
)
def test_odd_files_get_their_reason(tmp_path: Path, name: str, data: bytes, expected: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert reason(path) == expected


@pytest.mark.parametrize("name", ["手册.chm", "手册.txt", "手册.doc"])
def test_windows_help_is_named_as_not_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"ITSF\x03\x00\x00\x00" + bytes(range(256)) * 20)
    with pytest.raises(UnreadableDocument) as caught:
        registry.read(path, quiet)
    assert (caught.value.reason, caught.value.detail) == ("unknown_format", "Windows help (.chm)")


def test_text_about_a_format_is_text(tmp_path: Path) -> None:
    path = tmp_path / "说明.md"
    path.write_text("# 格式\n\n每个 PDF 文件以 %PDF-1.7 开头。\n", encoding="utf-8")
    assert registry.reader_of(path).name == "markdown"
    path = tmp_path / "前言.pdf"
    path.write_bytes(b"rubbish of a mail gateway\r\n" + pdf_file(tmp_path / "真.pdf").read_bytes())
    assert registry.reader_of(path).name == "pdf"


def test_other_packages_and_locked_ones(tmp_path: Path) -> None:
    path = tmp_path / "包.docx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("readme.txt", "没有文档")
    assert registry.read(path, quiet).segments[0].locator.part == "readme.txt"
    program = path.rename(tmp_path / "程序.jar")
    assert reason(program) == "unknown_format"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("word/document.xml", "<w:document")
    assert reason(path) == "damaged"


@pytest.mark.parametrize(("suffix", "package"), [(".docx", "lxml"), (".xlsx", "openpyxl"), (".md", "markdown_it")])
def test_a_missing_library_is_no_fault_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str, package: str
) -> None:
    path = MAKERS[suffix](tmp_path / f"合同{suffix}")
    for module in [one for one in sys.modules if one.partition(".")[0] == package]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(UnreadableDocument) as caught:
        registry.read(path, quiet)
    assert caught.value.reason == "component_missing"
    assert package in caught.value.detail


def test_a_package_that_unpacks_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sniffing, "LARGEST_UNPACKED", 1 << 20)
    path = tmp_path / "炸弹.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b"0" * (2 << 20))
    assert reason(path) == "too_big"


def test_too_big_is_told_without_reading(tmp_path: Path) -> None:
    path = tmp_path / "巨大.txt"
    with path.open("wb") as file:
        file.write(b"text")
        file.truncate(LARGEST_TEXT + 1)  # sparse: takes no room
    with pytest.raises(UnreadableDocument) as caught:
        registry.read(path, quiet)
    # In the unit of the system's own display of the file, not 1,024 KB a MB.
    assert (caught.value.reason, caught.value.detail) == ("too_big", f"{(LARGEST_TEXT + 1) / 1e6:.0f} MB")


def test_missing_and_forbidden(tmp_path: Path) -> None:
    assert reason(tmp_path / "没有.txt") == "unreadable"
    assert reason(tmp_path) == "unreadable"
    if hasattr(os, "geteuid") and os.geteuid() != 0:
        path = text_file(tmp_path / "禁.txt")
        path.chmod(0)
        assert reason(path) == "unreadable"


def test_passwords(tmp_path: Path) -> None:
    path = pdf_file(tmp_path / "密.pdf", encrypted="key")
    assert reason(path) == "password"
    assert registry.read(path, quiet, ["wrong", "key"]).segments


@pytest.mark.slow
def test_scans(tmp_path: Path) -> None:
    assert reason(scan_file(tmp_path / "扫描.pdf", text_pages=0, image_pages=2)) == "no_text"
    document = registry.read(scan_file(tmp_path / "半.pdf", text_pages=2, image_pages=1), quiet)
    assert (document.partial, document.detail) == ("partly_read", "1 of 3 pages without text")
    assert document.pages == 3

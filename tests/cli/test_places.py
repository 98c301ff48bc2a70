# SPDX-License-Identifier: Apache-2.0
"""A citation from an archive or a mail names its member, on the command line as in the window."""

from __future__ import annotations

import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest

from cli.command import inkstone

pytestmark = pytest.mark.slow


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Of an archive with two members and a mail with an attachment."""
    folder = tmp_path / "收到"
    folder.mkdir()
    with zipfile.ZipFile(folder / "附件.zip", "w") as archive:
        archive.writestr("采购合同.txt", "产品的质保期为十八个月。")
        archive.writestr("价目表.txt", "每吨价格为三千元。")
    mail = EmailMessage()
    mail["From"] = "seller@example.com"
    mail["Subject"] = "Offer"
    mail.set_content("Please find our offer attached.")
    mail.add_attachment("The delivery time is nine weeks.", filename="offer.txt")
    (folder / "offer.eml").write_bytes(mail.as_bytes())
    made = tmp_path / "库"
    assert inkstone("index", folder, "--embedding", "none", "--library", made).code == 0
    return made


def test_a_citation_names_its_member(library: Path) -> None:
    def cited(question: str, language: str) -> str:
        told = inkstone("ask", question, "--llm", "none", "--library", library, LANG=language)
        return next(line for line in told.out.splitlines() if line.startswith("[1]"))

    assert cited("产品的质保期是多长？", "C.UTF-8") == "[1] 附件.zip, 采购合同.txt · line 1"
    assert cited("产品的质保期是多长？", "zh_CN.UTF-8") == "[1] 附件.zip，采购合同.txt · 第 1 行"
    assert cited("How long is the delivery time?", "C.UTF-8") == "[1] offer.eml, attachment offer.txt · line 1"
    assert cited("How long is the delivery time?", "zh_CN.UTF-8") == "[1] offer.eml，附件 offer.txt · 第 1 行"


def test_a_passage_found_names_its_member(library: Path) -> None:
    assert "附件.zip · 价目表.txt · line 1" in inkstone("search", "每吨价格", "--library", library).out

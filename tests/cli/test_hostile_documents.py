# SPDX-License-Identifier: Apache-2.0
"""A zip, a mail and a PDF whose inner names are written to deceive are read like any other, and command no terminal."""

from __future__ import annotations

import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from tests.cli.command import inkstone

HTML = '<img src="file://10.0.0.1/s/a.png">.docx'
NAMES = [HTML, "a\nb\x1b[2J.docx", "报价\u202efdp.exe", "x" * 4000 + ".docx", "%s{name}&.docx", "../../外面.docx"]


def archive(file: Path, name: str) -> None:
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("合同.txt", "质保期为十八个月。")
        made.writestr(name, b"PK\x03\x04 no document")


def mail(file: Path, name: str) -> None:
    message = EmailMessage()
    message["From"] = "seller@example.com"
    message["Subject"] = "Offer " + name.replace("\n", " ")
    message.set_content("The warranty lasts eighteen months.")
    message.add_attachment(
        b"PK\x03\x04 no document", maintype="application", subtype="octet-stream", filename=name.replace("\n", " ")
    )
    file.write_bytes(message.as_bytes())


def pdf(file: Path, name: str) -> None:
    canvas = Canvas(str(file))
    canvas.setTitle(name)
    canvas.bookmarkPage("here")
    canvas.addOutlineEntry(name, "here")
    canvas.drawString(72, 720, "The notice period is three months.")
    canvas.save()


@pytest.mark.slow
def test_names_inside_documents_do_no_harm(tmp_path: Path) -> None:
    folder = tmp_path / "收到"
    folder.mkdir()
    for number, name in enumerate(NAMES):
        for make, ending in ((archive, "zip"), (mail, "eml"), (pdf, "pdf")):
            make(folder / f"{number}.{ending}", name)
    library = tmp_path / "库"
    run = inkstone("index", folder, "--embedding", "none", "--library", library)
    assert run.code in (0, 1), run.err
    rows = inkstone("files", "--library", library, "--json").lines
    assert {row["state"] for row in rows if row["path"].endswith(("zip", "eml"))} == {"partial"}
    assert {row["state"] for row in rows if row["path"].endswith("pdf")} == {"indexed"}
    assert any(HTML in row["detail"] for row in rows)
    for command in (["files"], ["search", "质保期"], ["ask", "How long is the notice period?", "--llm", "none"]):
        told = inkstone(*command, "--library", library)
        for line in (told.out + told.err).splitlines():
            assert line.replace("\t", "").isprintable(), line
            assert len(line) < 5000
    assert not list(tmp_path.glob("外面*"))

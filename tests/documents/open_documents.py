# SPDX-License-Identifier: Apache-2.0
"""OpenDocument files written by hand: content and styles, as a package or flat in one file."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{of}:1.0"'
    for name, of in {
        "office": "office", "text": "text", "table": "table", "style": "style", "draw": "drawing", "presentation": "presentation",
        "chart": "chart", "number": "datastyle",
    }.items()
) + (
    ' xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xlink="http://www.w3.org/1999/xlink"'
    ' xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0"'
)  # fmt: skip


def package(
    path: Path,
    kind: str,
    body: str,
    automatic: str = "",
    styles: str = "",
    masters: str = "",
    more: Mapping[str, str | bytes] | None = None,
) -> Path:
    """``kind``: "text", "presentation"; ``automatic`` and ``styles``: elements of the styles in content.xml and styles.xml."""
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        made.writestr(
            "content.xml",
            f"<?xml version='1.0' encoding='UTF-8'?><office:document-content {NAMES}><office:automatic-styles>{automatic}</office:automatic-styles>"
            f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>",
        )
        made.writestr(
            "styles.xml",
            f"<?xml version='1.0' encoding='UTF-8'?><office:document-styles {NAMES}><office:styles>{styles}</office:styles><office:automatic-styles>"
            "<style:page-layout style:name='PL'><style:page-layout-properties fo:page-width='28cm' fo:page-height='21cm'/></style:page-layout>"
            f"</office:automatic-styles><office:master-styles>{masters}</office:master-styles></office:document-styles>",
        )
        made.writestr("META-INF/manifest.xml", "<manifest/>")
        for name, data in (more or {}).items():
            made.writestr(name, data)
    return path


def flat(path: Path, kind: str, body: str, automatic: str = "", styles: str = "", masters: str = "") -> Path:
    """The same in one XML file."""
    path.write_text(
        f"<?xml version='1.0' encoding='UTF-8'?><office:document {NAMES} office:mimetype='application/vnd.oasis.opendocument.{kind}'>"
        f"<office:styles>{styles}</office:styles><office:automatic-styles>{automatic}"
        "<style:page-layout style:name='PL'><style:page-layout-properties fo:page-width='28cm' fo:page-height='21cm'/></style:page-layout>"
        f"</office:automatic-styles><office:master-styles>{masters}</office:master-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document>",
        encoding="utf-8",
    )
    return path


def text_style(name: str, properties: str, parent: str = "", family: str = "text") -> str:
    above = f" style:parent-style-name='{parent}'" if parent else ""
    return (
        f"<style:style style:name='{name}' style:family='{family}'{above}><style:text-properties {properties}/></style:style>"
    )


def fill_style(name: str, family: str, properties: str) -> str:
    of = {"table-cell": "table-cell", "paragraph": "paragraph", "section": "section", "drawing-page": "drawing-page"}.get(
        family, "graphic"
    )
    return f"<style:style style:name='{name}' style:family='{family}'><style:{of}-properties {properties}/></style:style>"


def chart(title: str, rows: list[list[str]]) -> str:
    """The content of a chart's object."""
    lines = "".join(
        "<table:table-row>"
        + "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in row)
        + "</table:table-row>"
        for row in rows
    )
    return (
        f"<?xml version='1.0' encoding='UTF-8'?><office:document-content {NAMES}><office:body><office:chart><chart:chart><chart:title><text:p>{title}"
        f"</text:p></chart:title></chart:chart><table:table table:name='local-table'>{lines}</table:table></office:chart></office:body>"
        "</office:document-content>"
    )

# SPDX-License-Identifier: Apache-2.0
"""Long documents with known sections: in each one sentence that the others speak of, among boilerplate, a table and captions."""

from __future__ import annotations

from pathlib import Path

from desktop_app.contract.document import SourceFile
from desktop_app.contract.ledger import StoredChunk
from desktop_app.documents.process import registry
from desktop_app.documents.text import splitting
from desktop_app.library.library import Library

ENGLISH = {
    "Deliveries": (
        "The supplier delivers every order of scales to the warehouse in Bern within ten working days.",
        (
            "The warehouse counts each delivery of scales.",
            "Orders of scales reach the supplier by mail.",
            "Rain is common in the mountains all through spring.",
        ),
    ),
    "Payment": (
        "The buyer pays each invoice of the supplier within thirty days after the invoice has arrived.",
        (
            "An invoice names the buyer.",
            "Late invoices of the supplier cost the buyer interest.",
            "Banks in the old town close early on Fridays.",
        ),
    ),
    "Confidentiality": (
        "Both parties keep all technical drawings confidential for five years after the contract ends.",
        (
            "Technical drawings stay in a locked room.",
            "The contract lists the drawings.",
            "Somebody changes the door locks when spring comes.",
        ),
    ),
    "Termination": (
        "Either party may terminate the contract in writing with notice of three months to the end of a quarter.",
        (
            "A notice in writing may come by courier.",
            "The contract ends with the quarter.",
            "Couriers in this town wear blue coats in winter.",
        ),
    ),
}
CHINESE = {
    "第一章 交货": (
        "供应商应在收到订单后十个工作日内将全部天平送到伯尔尼仓库。",
        ("仓库清点每批天平。", "订单由仓库通过邮件发给供应商。", "当地的天气在整个春天都比较潮湿。"),
    ),
    "第二章 付款": (
        "采购方应在收到发票之日起三十日内向供应商支付全部货款。",
        ("发票写明采购方的名称。", "逾期支付货款的采购方承担利息。", "镇上的银行逢周末都会提早关门。"),
    ),
    "第三章 保密": (
        "双方对全部技术图纸的保密义务在合同终止后持续五年。",
        ("技术图纸存放在上锁的房间。", "合同附有技术图纸清单。", "门锁在天气转暖以后统一更换。"),
    ),
}
FOOTER = "Strictly confidential, all rights reserved, Harrowmere Instruments Ltd."


def english(folder: Path) -> Path:
    """Markdown with a table of contents, a table, a caption and a footer below each section."""
    lines = ["# Supply contract", "", "Contents ........ 1", ""]
    for number, (title, (central, others)) in enumerate(ENGLISH.items(), start=1):
        lines += [f"## {title}", "", others[2], "", f"{others[0]} {central} {others[1]}", ""]
        lines += ["| Item | Price |", "| --- | --- |", f"| Scale {number} | 100 |", f"| Balance {number} | 240 |", ""]
        lines += [f"Figure {number}. {central}", "", FOOTER, ""]
    path = folder / "supply-contract.md"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def chinese(folder: Path) -> Path:
    """Plain text, chapters by their number."""
    blocks = ["供货合同", ""]
    for title, (central, others) in CHINESE.items():
        blocks += [title, "", others[2] + others[0], "", central + others[1], ""]
    path = folder / "供货合同.txt"
    path.write_text("\n".join(blocks), encoding="utf-8")
    return path


def store(library: Library, path: Path) -> list[StoredChunk]:
    """Read a file into the library; its chunks."""
    document = registry.read(path, lambda _done, _total: None, (), "off", ())
    chunks = splitting.split(document, count_tokens=splitting.estimate_tokens, max_tokens=254)
    status = path.stat()
    file = SourceFile(str(path), status.st_size, status.st_mtime_ns, str(path))
    library.catalogue.files.store(file, chunks, state="indexed", document=document, recipe="test")
    return library.catalogue.chunks.of_path(str(path))

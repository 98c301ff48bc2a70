# SPDX-License-Identifier: Apache-2.0
"""ActiveX controls of Word documents: what they show, once, as form fields."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop_app.documents.process import registry
from documents.labelled import Figures, Gold, seen
from documents.making import quiet
from documents.word.packages import Word, para

AX = "http://schemas.microsoft.com/office/2006/activeX"
CHECK, OPTION, TOGGLE = ("8BD21D40", "8BD21D50", "8BD21D60")
TEXT, LIST, COMBO, LABEL = ("8BD21D10", "8BD21D20", "8BD21D30", "978C9E23")


def control(kind: str, **said: str) -> bytes:
    inner = "".join(f'<ax:ocxPr ax:name="{name}" ax:value="{value}"/>' for name, value in said.items())
    return (
        f'<?xml version="1.0"?><ax:ocx ax:classid="{{{kind}-EC42-11CE-9E0D-00AA006002F3}}" ax:persistence="persistPropertyBag" xmlns:ax="{AX}">'
        f"{inner}</ax:ocx>"
    ).encode()


CASES: dict[str, tuple[str, list[bytes], list[Gold]]] = {
    "text": ("Applicant", [control(TEXT, Value="Anna Berg")], [seen("Anna Berg", aside="field")]),
    "文本": ("申请人", [control(TEXT, Value="王小明")], [seen("王小明", aside="field")]),
    "ticked": ("Terms", [control(CHECK, Caption="I agree", Value="1")], [seen("☒ I agree", aside="field")]),
    "未勾选": ("第三页", [control(CHECK, Caption="同意条款", Value="0")], [seen("☐ 同意条款", aside="field")]),
    "options": (
        "Payment",
        [control(OPTION, Caption="By card", Value="0"), control(OPTION, Caption="In cash", Value="1")],
        [seen("☐ By card", aside="field"), seen("☒ In cash", aside="field")],
    ),
    "单选": (
        "付款方式",
        [control(OPTION, Caption="转账", Value="True"), control(OPTION, Caption="现金", Value="False")],
        [seen("☒ 转账", aside="field"), seen("☐ 现金", aside="field")],
    ),
    "combo": ("Town", [control(COMBO, Value="Bern")], [seen("Bern", aside="field")]),
    "下拉": ("城市", [control(COMBO, Value="杭州")], [seen("杭州", aside="field")]),
    "list": ("Unit", [control(LIST, Value="per month")], [seen("per month", aside="field")]),
    "label": ("Note", [control(LABEL, Caption="For office use")], [seen("For office use", aside="field")]),
    "标签": ("备注", [control(LABEL, Caption="由财务填写")], [seen("由财务填写", aside="field")]),
    "toggle": ("Mode", [control(TOGGLE, Caption="Express", Value="-1")], [seen("☒ Express", aside="field")]),
    "damaged and empty": ("State", [b"<ax:ocx", control(TEXT, Value="")], [seen("State")]),
}


def written(path: Path, label: str, controls: list[bytes]) -> Path:
    body = para(label) + "".join(
        f'<w:p><w:r><w:object><v:shape id="s{number}"/><w:control r:id="x{number}" w:name="C{number}" w:shapeid="s{number}"/></w:object></w:r></w:p>'
        for number in range(len(controls))
    )
    others = [("control", f"x{number}", f"activeX/activeX{number}.xml", data) for number, data in enumerate(controls)]
    return Word([], body, others=others).write(path)


@pytest.mark.parametrize("strict", [False, True])
def test_controls_are_form_fields(strict: bool, tmp_path: Path) -> None:
    figures = Figures()
    for number, (name, (label, controls, golds)) in enumerate(CASES.items()):
        path = written(tmp_path / f"{number}.docx", label, controls)
        if strict:
            from documents import decks

            decks.strict(path)
        figures.add(registry.read(path, quiet), [*golds, *([] if golds[0].text == label else [seen(label)])], name)
    figures.hold()

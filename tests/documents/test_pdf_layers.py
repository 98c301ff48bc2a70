# SPDX-License-Identifier: Apache-2.0
"""Text of PDF layers that are switched off is known as hidden, that of the others is seen: each way of switching, Chinese and English."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from desktop_app.documents.process import registry
from documents.labelled import Figures, Gold, seen, unseen
from documents.making import quiet
from documents.raw_pdf import fonts, pdf_of, text

WORDS = {
    "en": ("The total price is 5,000 euro.", "The draft price is 4,000 euro.", "The final offer is open."),
    "zh": ("合同总价为人民币五千元整。", "草案价格为四千元整。", "最终报价有效期三十天。"),
}
MORE_WORDS = {
    "en": ("Delivery is due on 3 May 2027", "Old date: 1 April 2027", "Signed for the buyer"),
    "zh": ("交货日期为二〇二七年五月三日", "原定四月一日交货", "买方代表签字"),
}


@dataclass
class Layered:
    """A page of text operators, with its layers: objects 20 (off, or what the case makes of it) and 21 (on) are groups."""

    content: list[str]
    config: str = "/OFF [20 0 R]"
    groups: str = "/MC0 20 0 R /MC1 21 0 R"
    objects: dict[int, str] = field(default_factory=dict)
    forms: str = ""
    hides: bool = True
    page: str = ""

    def write(self, path: Path, language: str) -> None:
        group = "<</Type /OCG /Name ({})>>"
        objects = {
            1: f"<</Type /Catalog /Pages 2 0 R /OCProperties <</OCGs [20 0 R 21 0 R] /D <<{self.config}>>>>>>",
            2: "<</Type /Pages /Kids [3 0 R] /Count 1>>",
            3: "<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources 7 0 R" + self.page + ">>",
            4: "\n".join(self.content),
            **fonts(language),
            7: f"<</Font <</F1 5 0 R>> /Properties <<{self.groups}>> /XObject <<{self.forms}>>>>",
            20: group.format("Drafts"),
            21: group.format("Final"),
            **self.objects,
        }
        path.write_bytes(pdf_of(objects))


def within(layer: str, inside: str) -> str:
    return f"/OC /{layer} BDC {inside} EMC"


def form(inside: str, more: str = "") -> str:
    return f"<</Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources 7 0 R {more}>>\nstream\n{inside}"


def cases(base: str, draft: str, final: str) -> dict[str, Layered]:
    """The draft stands in a layer that is off, unless the case says that it ``hides`` nothing."""
    first, off, on = text(base, 760), text(draft, 700), text(final, 640)
    plain = [first, within("MC0", off), within("MC1", on)]
    policy = "<</Type /OCMD /OCGs [{}] /P /{}>>"
    usage = "<</Type /OCG /Name (Drafts) /Usage <</{0} <</{0}State /OFF>>>>>>"
    applied = "/AS [<</Event /{0} /Category [/{0}] /OCGs [20 0 R 21 0 R]>>]"
    return {
        "off": Layered(plain),
        "off, on its side": Layered(plain, page=" /Rotate 90"),
        "the base state is off": Layered(plain, "/BaseState /OFF /ON [21 0 R]"),
        "the list stands elsewhere": Layered(plain, "/OFF 30 0 R", objects={30: "[20 0 R]"}),
        "any of them on": Layered(plain, groups="/MC0 30 0 R /MC1 31 0 R", objects={30: policy.format("20 0 R", "AnyOn"), 31: policy.format("20 0 R 21 0 R", "AnyOn")}),
        "all of them on": Layered(plain, groups="/MC0 30 0 R /MC1 21 0 R", objects={30: policy.format("20 0 R 21 0 R", "AllOn")}),
        "shown where all are off": Layered(plain, "/Order [20 0 R]", groups="/MC0 30 0 R /MC1 21 0 R", objects={30: policy.format("20 0 R", "AllOff")}),
        "an expression": Layered(plain, "/Order [20 0 R]", groups="/MC0 30 0 R /MC1 21 0 R", objects={30: "<</Type /OCMD /VE [/Not 20 0 R]>>"}),
        "not to be viewed": Layered(plain, applied.format("View"), objects={20: usage.format("View")}),
        "not to be printed": Layered(plain, applied.format("Print"), objects={20: usage.format("Print")}, hides=False),
        "all on": Layered(plain, "/Order [20 0 R 21 0 R]", hides=False),
        "one in another": Layered([first, within("MC0", within("MC1", off)), within("MC1", on)]),
        "a form": Layered([first, "/X0 Do", "/X1 Do"], forms="/X0 30 0 R /X1 31 0 R", objects={30: form(off, "/OC 20 0 R"), 31: form(on, "/OC 21 0 R")}),
        "within a form": Layered([first, "/X0 Do"], forms="/X0 30 0 R", objects={30: form(f"{within('MC0', off)} {on}")}),
        "a form in a form": Layered([first, "/X0 Do", on], forms="/X0 30 0 R /X1 31 0 R", objects={30: form("/X1 Do", "/OC 20 0 R"), 31: form(off)}),
        "around a form": Layered([first, within("MC0", "/X0 Do"), on], forms="/X0 30 0 R", objects={30: form(off)}),
        "two at one place": Layered([first, within("MC1", text(final, 700)), within("MC0", text(draft, 701))]),
        "over a coloured box": Layered([first, "0.8 0.9 1 rg 50 690 400 30 re f 0 g", within("MC0", off), within("MC1", on)]),
        "behind a word of its line": Layered([first, text(final, 640), within("MC0", text(draft, 640, 330))]),
    }  # fmt: skip


def golds(case: Layered, base: str, draft: str, final: str) -> list[Gold]:
    return [seen(base, page=1), unseen(draft, "layer", page=1) if case.hides else seen(draft, page=1), seen(final, page=1)]


@pytest.mark.parametrize("words", [WORDS, MORE_WORDS], ids=["first", "second"])
def test_layers(tmp_path: Path, words: dict[str, tuple[str, str, str]]) -> None:
    figures = Figures()
    for language, (base, draft, final) in words.items():
        for name, case in cases(base, draft, final).items():
            path = tmp_path / f"{language} {name}.pdf"
            case.write(path, language)
            figures.add(registry.read(path, quiet, ocr="off"), golds(case, base, draft, final), path.name)
    figures.hold()


def test_layers_that_no_one_sees_cost_no_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages without text in layers are not drawn, even where the file has layers."""
    from desktop_app.documents.pdf import pdf_page

    drawn: list[int] = []
    original: Callable[..., object] = pdf_page.picture

    def counted(*arguments: object, **named: object) -> object:
        drawn.append(1)
        return original(*arguments, **named)

    monkeypatch.setattr(pdf_page, "picture", counted)
    base, draft, final = WORDS["en"]
    case = Layered([text(base, 760), text(draft, 700), text(final, 640)])
    case.write(tmp_path / "plain.pdf", "en")
    assert [segment.locator.hidden for segment in registry.read(tmp_path / "plain.pdf", quiet, ocr="off").segments] == [""] * 3
    assert not drawn

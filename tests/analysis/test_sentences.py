# SPDX-License-Identifier: Apache-2.0
"""Where sentences end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.analysis.sentences import sentences


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    "expected",
    [
        ["甲方付款。", "乙方发货！", "何时？", "三日内；", "逾期另计"],
        ["他说：“今天下雨。”", "然后走了。"],
        ["真的吗？！", "是的……", "好"],
        ["价格为3.5元。", "版本2.0已发布。"],
        ["Use e.g. version 3.5 of it.", "See No. 5 and Fig. 2 below.", "Dr. J. Smith agrees."],
        ["He said “stop.”", "Then he left!", "Why?", "Nobody knows."],
        ["It ends here.下一句开始。"[:13], "下一句开始。"],
        ["文件位于 C:\\data\\a.txt 中。", "访问 www.example.com 即可。"],
        ["Das gilt z. B. hier.", "Am 31. Dezember endet es."],
        ["品名: 砚台。优; 单价: 3.5; 备注: 一句。两句。"],
        ["Wait... there is more.", "Done."],
        ["Total incl. VAT 1,339.20 CHF."],
    ],
)
def test_ends(expected: list[str]) -> None:
    joined = expected[0]
    for part in expected[1:]:
        joined += (
            " " if (part[0].isascii() and joined[-1].isascii()) or (joined[-1] == "”" and part[0].isascii()) else ""
        ) + part
    assert cut(joined) == expected


def test_line_breaks() -> None:
    wrapped = (
        "The quick brown fox jumps over the lazy dog and then it\nruns on into the dark wood until it is gone. It sleeps.\n"
    )
    assert len(cut(wrapped)) == 2
    assert cut("会议纪要\n时间：三月一日\n地点：二号楼") == ["会议纪要", "时间：三月一日", "地点：二号楼"]
    assert cut("要点\n1. 第一项\n2. 第二项\n- 第三项") == ["要点", "1. 第一项", "2. 第二项", "- 第三项"]
    assert cut("one paragraph\n\nanother") == ["one paragraph", "another"]


@pytest.mark.parametrize(
    "lines",
    [
        ["Steering committee chaired by Olga Brandt", "Technical team in Lyon", "Auditors of the second half-year in Bern"],
        [
            f"2026-03-0{day} 10:1{day} Backup of the file server {end}"
            for day, end in enumerate(("started", "is done", "failed"), 1)
        ],
        ["North region 510 511 512 514 Coffee and tea beans", "South region 610 611 612 613 Coffee and tea beans"],
        ["指导委员会由王建国担任主席并主持每月的例会", "技术小组设在苏州", "审计小组由第二事业部财务处的李晓梅负责"],
        ["Invoice no. RE-20260417 of 17 April 2026", "Total with tax 1,339.20 CHF", "Payable within 30 days."],
        ["联系人：张伟（华东区销售部经理，常驻上海）", "联系电话：021-5555-1234转8012", "备注：变更须在三日内通知对方。"],
        [
            "Contact person: Weber, sales manager for the east",
            "Phone: 021 5555 1234",
            "Remark: changes are told within three days.",
        ],
    ],
)
def test_short_lines_without_a_full_stop_stay_apart(lines: list[str]) -> None:
    assert cut("\n".join(lines)) == lines


@pytest.mark.parametrize(
    "sentence",
    [
        "The supplier shall replace any part that fails within the\nwarranty period at its own cost and bear the freight to\nLyon or Bern, wherever the machine stands.",
        "Der Auftragnehmer haftet für alle Schäden, die durch seine\nMitarbeiter verursacht werden, soweit sie nicht durch die\nVersicherung gedeckt sind.",
        "甲方应当在收到乙方开具的增值税专用发票后三十日\n内，按照合同约定的方式支付全部货款，逾期付款的按\n日支付违约金。",
    ],
)
def test_wrapped_prose_is_one_sentence(sentence: str) -> None:
    assert cut(sentence) == [sentence]


def test_a_row_stays_whole_among_other_lines() -> None:
    text = "说明。如下。\n品名: 砚台; 备注: 好。很好。\n结束。"
    assert cut(text) == ["说明。", "如下。", "品名: 砚台; 备注: 好。很好。", "结束。"]


@given(st.text(st.sampled_from("甲乙。！？；”“…，.!? \n\t3a1bZ:;-•…)（"), max_size=80))
def test_only_white_space_lies_between(text: str) -> None:
    end = 0
    for start, stop in sentences(text):
        assert not text[end:start].strip()
        assert end <= start < stop
        assert text[start:stop] == text[start:stop].strip()
        end = stop
    assert not text[end:].strip()


@pytest.mark.parametrize(
    "last", ["{question}", "The line goes on in the next one and is as wide as a page of text is, or nearly so"]
)
def test_a_wide_line_may_be_followed_by_nothing(last: str) -> None:
    wide = "Rewrite this as a complete question that can be understood without the conversation. Write only the question, do not answer it."
    for text in (f"{wide}\n{last}\n", f"{last}\n{wide}\n", f"{wide}\n{last}\n \n"):
        assert next(text[start:end] for start, end in sentences(text)) in text


def test_rows_without_headers_stay_apart() -> None:
    """A sheet without a header was one sentence from its first row to its last."""
    rows = [
        "2026-03-01; Muster Bau GmbH Ost; 1,204.50; paid in full",
        "2026-03-02; Weber und Partner AG; 87.00; open since then",
        "3; 端砚一方; 1,200.00",
    ]
    text = "\n".join(rows)
    assert [text[start:end] for start, end in sentences(text)] == rows
    prose = "The tenant shall pay the rent in advance; the landlord shall\nkeep the house in good order; and both shall meet once a year."
    assert len(sentences(prose)) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "The branch offices of the company opened\nin Basel, 2021; Bern; and Zug 2024,\nwhere the lawyers sit. They stay.",
            [
                "The branch offices of the company opened\nin Basel, 2021; Bern; and Zug 2024,\nwhere the lawyers sit.",
                "They stay.",
            ],
        ),
        (
            "Opening hours: 9 to 5; lunch 12 to 1; closed Sunday. On holidays the office is closed. Call the porter.",
            ["Opening hours: 9 to 5; lunch 12 to 1; closed Sunday.", "On holidays the office is closed.", "Call the porter."],
        ),
        (
            "甲方应付 3 万元; 乙方交货; 丙方担保。逾期付款的，每日加收千分之一。",
            ["甲方应付 3 万元; 乙方交货; 丙方担保。", "逾期付款的，每日加收千分之一。"],
        ),
        ("4; St. Gallen; 12.50\n5; Basel; 9.00", ["4; St. Gallen; 12.50", "5; Basel; 9.00"]),
    ],
)
def test_prose_with_semicolons_is_no_row_without_headers(text: str, expected: list[str]) -> None:
    assert cut(text) == expected

# SPDX-License-Identifier: Apache-2.0
"""Chunks become readable text again, and the quote is marked to the character."""

from __future__ import annotations

from desktop_app.contract.document import Locator, Piece
from desktop_app.contract.messages import ContextChunk
from desktop_app.ui.source.running_text import blocks


def chunk(number: int, text: str, trail: tuple[str, ...] = (), locators: list[Locator] | None = None) -> ContextChunk:
    """A chunk whose pieces are its lines."""
    pieces, position = [], 0
    for i, line in enumerate(text.split("\n")):
        locator = locators[i] if locators else Locator(lines=(number * 10 + i, number * 10 + i))
        pieces.append(Piece(position, position + len(line), locator))
        position += len(line) + 1
    return ContextChunk(number, text, Locator(), list(trail), pieces)


def test_paragraphs_keep_their_order_and_the_quote_is_exact() -> None:
    text = "第一条 总则。\n员工申请休假需提前三个工作日填写表单。由经理审批。"
    quote = "员工申请休假需提前三个工作日填写表单。"
    start = text.index(quote)
    found = blocks([chunk(1, "前文。"), chunk(2, text), chunk(3, "后文。")], 2, (start, start + len(quote)))
    assert [block.text for block in found] == ["前文。", "第一条 总则。", text.split("\n")[1], "后文。"]
    assert [block.cited for block in found] == [False, True, True, False]
    marked = [block.text[slice(*mark)] for block in found for mark in block.marks]
    assert marked == [quote]


def test_what_stands_beside_the_body_or_is_hidden_is_told_and_never_joined() -> None:
    """The paragraph of the body goes on in the same line, which is no reason to join a comment or hidden text to it."""
    line = {"lines": (3, 3)}
    locators = [
        Locator(**line),
        Locator(**line, aside="comment", author="Lee"),
        Locator(**line, aside="comment", author="Lee"),
        Locator(**line, hidden="text"),
        Locator(**line),
    ]
    texts = ["The fee is due", "too low", "or too high", "and 900 in secret", "on the first"]
    chunks = [
        ContextChunk(number, text, locator, [], [Piece(0, len(text), locator)])
        for number, (text, locator) in enumerate(zip(texts, locators, strict=True), start=1)
    ]
    found = [(block.kind, block.text, block.beside) for block in blocks(chunks, 4)]
    assert found == [
        ("text", "The fee is due", False),
        ("note", "comment by Lee", True),
        ("text", "too low or too high", True),
        ("note", "hidden text", True),
        ("text", "and 900 in secret", True),
        ("text", "on the first", False),
    ]


def test_hidden_rows_are_a_table_of_their_own() -> None:
    rows = [(2, ""), (3, "row"), (4, "row"), (5, "")]
    chunks = []
    for number, hidden in rows:
        place = Locator(sheet="租赁", cells=f"A{number}:B{number}", hidden=hidden)
        text = f"项目: 押金; 金额: {number}00"
        chunks.append(ContextChunk(number, text, place, [], [Piece(0, len(text), place)]))
    found = blocks(chunks, 3)
    assert [(block.kind, len(block.rows)) for block in found] == [("table", 1), ("note", 0), ("table", 2), ("table", 1)]


def test_what_a_file_says_twice_is_shown_twice() -> None:
    """Lost before: a row that begins a chunk as the one before it ends was taken for an overlap, which chunks do not have."""
    shared = "This sentence stands in both of the chunks."
    found = blocks([chunk(1, f"Start. {shared}"), chunk(2, f"{shared} End.")], 2)
    assert [block.text for block in found] == [f"Start. {shared}", f"{shared} End."]


def test_every_character_is_followed_to_where_it_comes_from() -> None:
    line = Locator(lines=(4, 4))
    rows = [Locator(sheet="差旅", cells="A2:B2")]
    texts = {7: "请假流程\n  提前三天。", 8: "这一段很长，被切", 9: "成了两块。", 10: "城市: 上海; 住宿: 500 元"}
    chunks = [
        chunk(1, texts[7], ("请假流程",)),
        chunk(2, texts[8], ("请假流程",), [line]),
        chunk(3, texts[9], ("请假流程",), [line]),
        chunk(4, texts[10], (), rows),
    ]
    found = blocks(chunks, 0, first=7)
    seen = []
    for block in found:
        cells = [cell for row in block.rows for cell in row.cells.values()]
        for text, origins in [(block.text, block.origins), *((cell.text, [cell.origin]) for cell in cells)]:
            for origin in origins:
                shown = text[origin.at : origin.at + origin.length]
                assert shown == texts[origin.chunk][origin.start : origin.start + origin.length]
                seen.append(shown)
    assert seen == ["请假流程", "提前三天。", "这一段很长，被切", "成了两块。", "上海", "500 元"]


def test_headings_appear_where_they_change_and_are_not_said_twice() -> None:
    found = blocks(
        [
            chunk(1, "总则\n甲。", ("手册", "总则")),
            chunk(2, "乙。", ("手册", "总则")),
            chunk(3, "丙。", ("手册", "请假", "流程")),
        ],
        2,
    )
    assert [(block.kind, block.text, block.level) for block in found] == [
        ("heading", "手册", 1),
        ("heading", "总则", 2),
        ("text", "甲。", 0),
        ("text", "乙。", 0),
        ("heading", "请假", 2),
        ("heading", "流程", 3),
        ("text", "丙。", 0),
    ]


def test_spreadsheet_rows_become_a_table_with_the_cited_cells_marked() -> None:
    text = "城市: 上海; 住宿: 500 元\n城市: 北京; 住宿: 600 元; 备注: 含早餐; 两人"
    locators = [Locator(sheet="差旅", cells="A2:B2"), Locator(sheet="差旅", cells="A3:C3")]
    start = text.index("住宿: 600 元")
    found = blocks([chunk(7, text, (), locators)], 7, (start, start + len("住宿: 600 元")))
    assert [block.kind for block in found] == ["table"]
    table = found[0]
    assert table.columns == ["城市", "住宿", "备注"]
    assert [row.label for row in table.rows] == ["2", "3"]
    assert table.rows[1].cells["备注"].text == "含早餐; 两人"
    marked = [(row.label, header) for row in table.rows for header, cell in row.cells.items() if cell.marked]
    assert marked == [("3", "住宿")]


def test_rows_of_two_sheets_are_two_tables() -> None:
    locators = [Locator(sheet="一月", cells="A2:B2"), Locator(sheet="二月", cells="A2:B2")]
    found = blocks([chunk(1, "项目: 甲; 金额: 1\n项目: 乙; 金额: 2", (), locators)], 1)
    assert [len(block.rows) for block in found] == [1, 1]


def test_prose_with_colons_stays_prose() -> None:
    text = "Two rules: be early; be kind."
    assert [block.kind for block in blocks([chunk(1, text)], 1)] == ["text"]


def test_text_that_no_piece_covers_is_not_lost() -> None:
    bare = ContextChunk(1, "甲段。\n乙段。", Locator(), [], [Piece(0, 3, Locator(lines=(1, 1)))])
    assert [block.text for block in blocks([bare], 1)] == ["甲段。", "乙段。"]


def test_a_long_line_cut_into_two_chunks_is_one_paragraph_again() -> None:
    line = Locator(lines=(4, 4))
    found = blocks([chunk(1, "这一段很长，被切", (), [line]), chunk(2, "成了两块。", (), [line])], 9)
    assert [block.text for block in found] == ["这一段很长，被切成了两块。"]


def test_a_heading_inside_a_chunk_is_not_glued_to_its_text() -> None:
    """Seen in a real Word file: heading and paragraph are neighbours, character by character."""
    text = "三、住宿标准\n住宿费在下表的限额以内据实报销。"
    locators = [Locator(chars=(0, 6), headings=("三、住宿标准",)), Locator(chars=(7, 24), headings=("三、住宿标准",))]
    found = blocks([chunk(1, text, ("三、住宿标准",), locators)], 1)
    assert [(block.kind, block.text) for block in found] == [
        ("heading", "三、住宿标准"),
        ("text", "住宿费在下表的限额以内据实报销。"),
    ]

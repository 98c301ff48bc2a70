# SPDX-License-Identifier: Apache-2.0
"""The source panel: from a citation to the very sentence, in a page or in running text, and what it says when it cannot."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pdf_files import CHINESE, handbook, make_pdf
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from pytestqt.qtbot import QtBot
from stub_client import StubClient
from tooltips import displayed

from desktop_app.contract import messages
from desktop_app.contract.answer import Answer, Citation
from desktop_app.contract.document import Locator, Piece
from desktop_app.contract.passage import Copy, Passage
from desktop_app.documents.viewing import pdf_quote
from desktop_app.foundation import translation
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.foundation.settings import Settings
from desktop_app.ui.look import theme
from desktop_app.ui.source.source_panel import SourcePanel
from desktop_app.ui.widgets import opening

CHUNK = "总则。" + CHINESE + "病假须附医院证明。"


@pytest.fixture
def client() -> StubClient:
    return StubClient()


@pytest.fixture
def panel(qtbot: QtBot, client: StubClient, settings: Settings) -> SourcePanel:
    panel = SourcePanel(client, settings)
    qtbot.addWidget(panel)
    panel.resize(420, 700)
    panel.show()
    return panel


def answer(path: Path, *, page: int | None = 12) -> Answer:
    """Two citations: the handbook's sentence, and a paragraph of a text file beside it."""
    first = Citation(1, 5, str(path), Locator(page=page), CHINESE, 3, 3 + len(CHINESE))
    note = Citation(2, 6, str(path.with_name("说明.docx")), Locator(headings=("附件二", "实习生")), "实习生由导师批准。", 4, 13)
    sent = Passage(5, 1, str(path), CHUNK, Locator(page=page), 0.9, terms=("请假", "休假"))
    return Answer("怎么请假？", "……[1][2]", True, "llm", citations=(first, note), sent=(sent,))


def context(client: StubClient, path: Path, chunk_id: int, text: str, *, exists: bool = True, changed: bool = False) -> None:
    chunk = messages.ContextChunk(chunk_id, text, Locator(), [], [Piece(0, len(text), Locator(lines=(1, 1)))])
    client.answer(
        messages.Context,
        lambda id_: messages.ContextResult(
            id=id_, path=str(path), chunk_id=chunk_id, chunks=[chunk], exists=exists, changed=changed
        ),
    )


def until_marked(qtbot: QtBot, panel: SourcePanel, quote: str) -> None:
    qtbot.waitUntil(lambda: pdf_quote.same(panel.marked_text(), quote), timeout=20_000)


def test_a_pdf_opens_at_the_page_with_the_sentence_marked(
    qtbot: QtBot, panel: SourcePanel, client: StubClient, tmp_path: Path
) -> None:
    book = handbook(tmp_path / "人事" / "员工手册.pdf")
    panel.show_citation(answer(book), 1)
    assert client.all(messages.Context)[0].chunk_id == 5
    context(client, book, 5, CHUNK)
    assert panel.views.pdf is not None
    assert panel.views.currentWidget() is panel.views.pdf
    until_marked(qtbot, panel, CHINESE)
    assert panel._header._place.text == "p. 12"
    assert "请假" in panel._found_by.text()
    assert not panel._note.isVisible()


def test_the_arrows_go_round_through_the_citations(
    qtbot: QtBot, panel: SourcePanel, client: StubClient, tmp_path: Path
) -> None:
    book = handbook(tmp_path / "员工手册.pdf")
    panel.show_citation(answer(book), 1)
    context(client, book, 5, CHUNK)
    with qtbot.waitSignal(panel.citation_changed) as gone:
        qtbot.mouseClick(panel._header._next, Qt.MouseButton.LeftButton)
    assert gone.args == [2]
    context(client, book.with_name("说明.docx"), 6, "第二条 实习生由导师批准。", exists=True)
    assert panel._header._name.text() == "说明.docx"
    assert panel._header._place.text == "§ 附件二 › 实习生"
    assert panel.views.currentWidget() is panel.views.text
    assert panel._header._count.text() == "2/2"
    with qtbot.waitSignal(panel.citation_changed) as gone:
        panel.go(1)
    assert gone.args == [1]


def test_a_file_that_was_moved_opens_at_its_new_place(
    qtbot: QtBot, panel: SourcePanel, client: StubClient, tmp_path: Path
) -> None:
    """An old conversation names the old path; the engine knows the passage by its number, and where its file lies now."""
    book = handbook(tmp_path / "人事" / "手册 2025.pdf")
    panel.show_citation(answer(tmp_path / "员工手册.pdf"), 1)
    context(client, book, 5, CHUNK)
    until_marked(qtbot, panel, CHINESE)
    assert (displayed(panel._header._name.toolTip()), panel._note.isVisible()) == (str(book), False)


def test_running_text_marks_exactly_the_quote(panel: SourcePanel, client: StubClient, tmp_path: Path) -> None:
    book = tmp_path / "员工手册.txt"
    panel.show_citation(answer(book, page=None), 1)
    context(client, book, 5, CHUNK)
    assert panel.marked_text() == CHINESE
    shape = panel.views.text.view.document().find(CHINESE).charFormat()
    assert shape.underlineColor() == theme.current().colour("mark_edge"), "amber alone is too pale on paper"
    cursor = panel.views.text.view.cursorRect()
    assert panel.views.text.view.viewport().rect().intersects(cursor)


def test_a_spreadsheet_marks_the_cells(panel: SourcePanel, client: StubClient) -> None:
    text = "城市: 上海; 住宿: 500 元\n城市: 北京; 住宿: 600 元"
    second = text.index("城市: 北京")
    pieces = [
        Piece(0, second - 1, Locator(sheet="差旅", cells="A2:B2")),
        Piece(second, len(text), Locator(sheet="差旅", cells="A3:B3")),
    ]
    quote = Citation(1, 9, "/资料/差旅.xlsx", Locator(sheet="差旅", cells="A3:B3"), text[second:], second, len(text))
    panel.show_citation(Answer("?", "[1]", True, "llm", citations=(quote,)), 1)
    chunk = messages.ContextChunk(9, text, Locator(sheet="差旅"), [], pieces)
    client.answer(  # the file is gone: one that is there is shown as a grid (test_sheet_view.py)
        messages.Context,
        lambda id_: messages.ContextResult(id=id_, path=quote.path, chunk_id=9, chunks=[chunk], exists=False, changed=False),
    )
    assert panel.marked_text() == "北京600 元"
    assert panel._header._place.text == "Sheet 差旅 A3:B3"
    assert not panel._header._next.isVisible()


def test_a_whole_passage_is_shown_without_a_loud_quote(
    qtbot: QtBot, panel: SourcePanel, client: StubClient, tmp_path: Path
) -> None:
    book = handbook(tmp_path / "员工手册.pdf")
    pieces = (Piece(0, 3, Locator(page=12)), Piece(3, 3 + len(CHINESE), Locator(page=12)))
    panel.show_passage(Passage(5, 1, str(book), CHUNK, Locator(page=12), 0.5, pieces=pieces, terms=("休假",)))
    context(client, book, 5, CHUNK)
    assert panel.views.pdf is not None
    assert panel.views.pdf.pages._softly
    until_marked(qtbot, panel, "总则。" + CHINESE)


def test_a_file_that_is_gone_or_changed_is_said_so(panel: SourcePanel, client: StubClient, tmp_path: Path) -> None:
    gone = tmp_path / "没有了.pdf"
    panel.show_citation(answer(gone), 1)
    context(client, gone, 5, CHUNK, exists=False)
    assert panel.views.currentWidget() is panel.views.text
    assert panel.marked_text() == CHINESE
    assert "no longer there" in panel._note.words.text()
    assert not panel._header._open.isEnabled()
    book = handbook(tmp_path / "员工手册.pdf")
    panel.show_citation(answer(book), 1)
    context(client, book, 5, CHUNK, changed=True)
    assert "has changed" in panel._note.words.text()
    assert panel._header._open.isEnabled()


@pytest.mark.parametrize("kind", ["password", "damaged", "unreadable"])
def test_a_pdf_that_cannot_be_shown_falls_back_to_its_text(
    qtbot: QtBot, panel: SourcePanel, client: StubClient, tmp_path: Path, kind: str
) -> None:
    file = tmp_path / "难读.pdf"
    if kind == "password":
        make_pdf(file, [[CHINESE]], password="密码")
    elif kind == "damaged":
        file.write_bytes(b"%PDF-1.4 nothing")
    panel.show_citation(answer(file), 1)
    context(client, file, 5, CHUNK)
    qtbot.waitUntil(panel._note.isVisible, timeout=20_000)
    assert panel.views.currentWidget() is panel.views.text
    assert panel.marked_text() == CHINESE
    assert {"password": "password", "damaged": "damaged", "unreadable": "cannot be opened"}[kind] in panel._note.words.text()


@pytest.mark.parametrize(
    ("code", "words"), [("view_component_missing", "is missing or does not load"), ("view_stalled", "took too long")]
)
def test_a_page_that_cannot_be_drawn_says_why(
    panel: SourcePanel, client: StubClient, tmp_path: Path, code: str, words: str
) -> None:
    file = make_pdf(tmp_path / "合同.pdf", [[CHINESE]])
    panel.show_citation(answer(file), 1)
    context(client, file, 5, CHUNK)
    panel.views.failed.emit(EnvironmentProblem(code, path=str(file)))
    assert words in panel._note.words.text()
    assert panel._note.words.text().endswith("This is its text as it was read.")


def test_hidden_text_and_what_stands_beside_the_body_say_what_they_are(
    panel: SourcePanel, client: StubClient, tmp_path: Path
) -> None:
    file = tmp_path / "合同.docx"
    file.write_bytes(b"x")
    for locator, where, note in (
        (
            Locator(headings=("价格",), hidden="text"),
            "§ 价格 · hidden text",
            "People who open the file do not see this text: it is formatted as hidden.",
        ),
        (Locator(headings=("价格",), aside="comment", author="李伟"), "§ 价格 · comment by 李伟", ""),
    ):
        panel.show_passage(Passage(7, 1, str(file), "最低价为 900 元。", locator, 0.9))
        chunk = messages.ContextChunk(7, "最低价为 900 元。", locator, [], [Piece(0, 9, locator)])
        client.answer(
            messages.Context,
            lambda id_, chunk=chunk: messages.ContextResult(id_, str(file), 7, [chunk], exists=True, changed=False),  # type: ignore[misc]
        )
        assert panel._header._place.text == where
        assert panel._note.words.text() == note
        assert panel.views.text.view.toPlainText().splitlines()[0] == where.partition(" · ")[2]
        panel.copy()
        assert QGuiApplication.clipboard().text() == f"“最低价为 900 元。” (合同.docx, {where})"


def test_without_the_engine_the_page_is_still_shown(
    qtbot: QtBot, panel: SourcePanel, client: StubClient, tmp_path: Path
) -> None:
    book = handbook(tmp_path / "员工手册.pdf")
    panel.show_citation(answer(book), 1)
    client.fail(messages.Context, EnvironmentProblem("engine_stopped", detail="signal 9"))
    until_marked(qtbot, panel, CHINESE)
    panel.show_citation(answer(book.with_suffix(".txt")), 1)
    client.fail(messages.Context, EnvironmentProblem("engine_stopped", detail="signal 9"))
    assert panel.marked_text() == CHINESE
    assert "Start it again" in panel._note.words.text()


def test_an_answer_that_comes_late_does_not_replace_a_newer_one(panel: SourcePanel, client: StubClient, tmp_path: Path) -> None:
    book = tmp_path / "手册.txt"
    panel.show_citation(answer(book, page=None), 1)
    late = client.open(messages.Context)
    panel.show_citation(answer(book, page=None), 2)
    assert client.cancelled == [late.id]
    chunk = messages.ContextChunk(5, "迟到的", Locator(), [], [])
    late.take(messages.ContextResult(id=late.id, path="x", chunk_id=5, chunks=[chunk], exists=True, changed=False))
    assert panel.views.text.view.toPlainText() == ""


def test_copy_gives_the_quote_with_its_place(panel: SourcePanel, tmp_path: Path) -> None:
    panel.show_citation(answer(tmp_path / "员工手册.pdf"), 1)
    panel._header._copy.click()
    assert QGuiApplication.clipboard().text() == f"“{CHINESE}” (员工手册.pdf, p. 12)"
    try:
        translation.use("zh_CN")
        panel.copy()
        assert QGuiApplication.clipboard().text() == f"“{CHINESE}”（员工手册.pdf，第 12 页）"
    finally:
        translation.use("en")


def test_only_a_local_file_is_ever_opened(
    panel: SourcePanel, client: StubClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url) or True)
    for name in ("员工手册.pdf", "https:"):
        panel.show_citation(answer(tmp_path / name), 1)
        panel.open_outside()
        assert panel._open_line.isVisible()
        panel._open_line.yes.click()
    assert [url.toString() for url in opened] == [
        QUrl.fromLocalFile(str(tmp_path / "员工手册.pdf")).toString(),
        QUrl.fromLocalFile(str(tmp_path)).toString(),
    ]
    context(client, tmp_path, 5, CHUNK, exists=False)
    panel.open_outside()
    assert len(opened) == 2


def test_the_question_goes_with_the_citation_it_was_about(panel: SourcePanel, tmp_path: Path) -> None:
    panel.show_citation(answer(tmp_path / "员工手册.pdf"), 1)
    panel.open_outside()
    panel.show_citation(answer(tmp_path / "员工手册.pdf"), 2)
    assert not panel._open_line.isVisible()


def test_a_long_name_is_cut_in_the_middle_and_kept_whole_in_the_tooltip(
    qtbot: QtBot, panel: SourcePanel, tmp_path: Path
) -> None:
    path = tmp_path / ("关于进一步加强差旅费用报销管理的若干规定（试行）" * 3 + ".docx")
    panel.show_citation(answer(path, page=None), 1)
    qtbot.waitUntil(lambda: "…" in panel._header._name.text())
    assert panel._header._name.text().endswith(".docx")
    assert displayed(panel._header._name.toolTip()) == str(path)
    assert panel.width() == 420


def test_a_name_written_from_the_right_stands_at_the_left(panel: SourcePanel, tmp_path: Path) -> None:
    panel.show_citation(answer(tmp_path / "تقرير سنوي.txt"), 1)
    name = panel._header._name
    image = panel._header.grab(name.geometry()).toImage()
    ink = [x for x in range(image.width()) if any(image.pixelColor(x, y).value() < 120 for y in range(image.height()))]
    assert ink
    assert max(ink) < image.width() // 2


def test_close_and_clear(qtbot: QtBot, panel: SourcePanel, client: StubClient, tmp_path: Path) -> None:
    panel.show_citation(answer(tmp_path / "a.txt", page=None), 1)
    with qtbot.waitSignal(panel.closed):
        qtbot.mouseClick(panel._header._close, Qt.MouseButton.LeftButton)
    panel.clear()
    assert panel.views.currentWidget() is panel.views.empty
    assert panel.marked_text() == ""
    panel.copy()
    panel.go(1)


def test_the_language_changes_at_once(qtbot: QtBot, panel: SourcePanel, client: StubClient, tmp_path: Path) -> None:
    book = handbook(tmp_path / "员工手册.pdf")
    panel.show_citation(answer(book), 1)
    context(client, book, 5, CHUNK, changed=True)
    try:
        translation.use("zh_CN")
        panel.retranslate()
        assert panel._header._place.text == "第 12 页"
        assert "有改动" in panel._note.words.text()
        until_marked(qtbot, panel, CHINESE)
    finally:
        translation.use("en")


def test_more_like_the_selected_text_or_the_quote(panel: SourcePanel, client: StubClient, tmp_path: Path, qtbot: QtBot) -> None:
    shown = answer(tmp_path / "人事" / "员工手册.docx", page=None)
    panel.show_citation(shown, 1)
    context(client, tmp_path / "人事" / "员工手册.docx", 5, CHUNK)
    with qtbot.waitSignal(panel.similar_requested) as asked:
        panel._header._similar.click()
    assert asked.args == [CHINESE, 5]
    cursor = panel.views.text.view.document().find("病假须附")
    panel.views.text.view.setTextCursor(cursor)
    with qtbot.waitSignal(panel.similar_requested) as asked:
        panel.more_like_this()
    assert asked.args == ["病假须附", 5]


def by_meaning(path: Path, text: str, sentence: str) -> Passage:
    start = text.index(sentence)
    pieces = (Piece(0, len(text), Locator(page=12)),)
    place = Locator(page=12)
    best = (start, start + len(sentence))
    return Passage(5, 1, str(path), text, place, 0.4, pieces=pieces, by_meaning=True, language="zh", best=best)


def test_a_passage_found_by_meaning_is_opened_at_its_nearest_sentence(
    qtbot: QtBot, panel: SourcePanel, client: StubClient, tmp_path: Path
) -> None:
    book = handbook(tmp_path / "员工手册.pdf")
    panel.show_passage(by_meaning(book, CHUNK, CHINESE))
    context(client, book, 5, CHUNK)
    until_marked(qtbot, panel, CHINESE)
    assert panel._found_by.text() == "Found by meaning: it shares no word with the question."
    assert panel._found_by.isVisible()
    note = tmp_path / "说明.txt"
    panel.show_passage(by_meaning(note, CHUNK, CHINESE))
    context(client, note, 5, CHUNK)
    assert panel.marked_text() == CHINESE
    translation.use("zh_CN")
    panel.retranslate()
    assert panel._found_by.text() == "按语义找到：与问题没有相同的词语。"


def test_a_citation_of_what_was_found_by_meaning_says_so(panel: SourcePanel, tmp_path: Path) -> None:
    shown = answer(tmp_path / "员工手册.pdf")
    panel.show_citation(replace(shown, sent=tuple(replace(one, terms=(), by_meaning=True) for one in shown.sent)), 1)
    assert panel._found_by.text() == "Found by meaning: it shares no word with the question."


def test_a_protected_pdf_opens_with_its_password(qtbot: QtBot, panel: SourcePanel, client: StubClient, tmp_path: Path) -> None:
    book = tmp_path / "工资.pdf"
    make_pdf(book, [[CHINESE]], password="密码")
    panel.show_citation(answer(book, page=1), 1)
    context(client, book, 5, CHUNK)
    note = panel._note
    qtbot.waitUntil(note.password.isVisible, timeout=20_000)
    assert not note.unlock.isEnabled()
    note.password.setText("falsch")
    qtbot.mouseClick(note.unlock, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: note.words.text() == "This password does not open it.", timeout=20_000)
    assert note.password.text() == ""
    note.password.setText("密码")
    qtbot.keyClick(note.password, Qt.Key.Key_Return)
    until_marked(qtbot, panel, CHINESE)
    assert panel.views.currentWidget() is panel.views.pdf
    assert not note.isVisible()
    panel.show_citation(answer(handbook(tmp_path / "手册.pdf")), 1)
    panel.show_citation(answer(book, page=1), 1)
    context(client, book, 5, CHUNK)
    until_marked(qtbot, panel, CHINESE)
    assert not note.isVisible(), "what was typed holds until the window closes"


def test_words_are_found_in_a_pdf(qtbot: QtBot, panel: SourcePanel, client: StubClient, tmp_path: Path) -> None:
    book = handbook(tmp_path / "员工手册.pdf")
    panel.show_citation(answer(book), 1)
    context(client, book, 5, CHUNK)
    until_marked(qtbot, panel, CHINESE)
    panel.open_find()
    panel._find.field.setText("休假")
    qtbot.waitUntil(lambda: panel._find._told.text() == "1 of 1", timeout=20_000)
    panel.find_step(-1)
    assert panel._find._told.text() == "1 of 1"
    panel._find.dismiss()
    assert panel.views.pdf is not None
    assert panel.views.pdf.pages.finding.hits == []


def test_the_pages_are_turned(qtbot: QtBot, panel: SourcePanel, client: StubClient, tmp_path: Path) -> None:
    book = handbook(tmp_path / "员工手册.pdf")
    panel.show_citation(answer(book), 1)
    context(client, book, 5, CHUNK)
    until_marked(qtbot, panel, CHINESE)
    pages = panel.views.pdf.pages  # type: ignore[union-attr]
    upright = pages._sizes[0]
    panel.views.pdf.zoom.turn.click()  # type: ignore[union-attr]
    assert (pages._sizes[0].width(), pages._sizes[0].height()) == (upright.height(), upright.width())
    assert panel.marked_text() != ""


def test_the_other_places_of_a_passage_open_there(qtbot: QtBot, panel: SourcePanel, client: StubClient, tmp_path: Path) -> None:
    new, old = tmp_path / "制度 2026.txt", tmp_path / "旧" / "制度 2019.txt"
    copies = (
        Copy(31, str(old), Locator(), 1_560_000_000.0, same=False),
        Copy(32, str(tmp_path / "副本.txt"), Locator(), 1_700_000_000.0, same=True),
    )
    found = Passage(30, 1, str(new), CHUNK, Locator(), 0.9, also_in=copies, modified=1_760_000_000.0)
    quote = Citation(1, 30, str(new), Locator(), CHINESE, 3, 3 + len(CHINESE))
    panel.show_citation(Answer("?", "[1]", True, "llm", citations=(quote,), sent=(found,)), 1)
    context(client, new, 30, CHUNK)
    also = panel._also
    assert also.line.text() == "Also in 2 other places"
    assert not panel._note.isVisible()
    qtbot.mouseClick(also.line, Qt.MouseButton.LeftButton)
    rows = [also._rows.itemAt(number).widget() for number in range(2)]
    assert [row.text().split(" · ")[0] for row in rows] == ["副本.txt", "制度 2019.txt"]
    assert rows[0].text().endswith("2023-11-14 · word for word")
    qtbot.mouseClick(rows[1], Qt.MouseButton.LeftButton)
    context(client, old, 31, "总则。休假须提前五天申请。")
    assert panel._header._name.text() == "制度 2019.txt"
    assert panel.marked_text() == ""  # the whole passage is tinted: the sentence does not stand here
    assert panel._note.words.text() == "A newer version of this passage stands in “制度 2026.txt”."
    assert also.line.isChecked()
    first = also._rows.itemAt(0).widget()
    assert first.text().endswith("newest")
    qtbot.mouseClick(first, Qt.MouseButton.LeftButton)
    context(client, new, 30, CHUNK)
    assert panel.marked_text() == CHINESE
    assert not panel._note.isVisible()


def test_a_newer_version_of_the_same_name_is_named_with_its_folder(
    panel: SourcePanel, client: StubClient, tmp_path: Path
) -> None:
    new, old = tmp_path / "2026" / "制度.txt", tmp_path / "2019" / "制度.txt"
    copies = (Copy(31, str(new), Locator(), 1_760_000_000.0, same=False),)
    found = Passage(30, 1, str(old), CHUNK, Locator(), 0.9, also_in=copies, modified=1_560_000_000.0)
    quote = Citation(1, 30, str(old), Locator(), CHINESE, 3, 3 + len(CHINESE))
    panel.show_citation(Answer("?", "[1]", True, "llm", citations=(quote,), sent=(found,)), 1)
    context(client, old, 30, CHUNK)
    assert panel._note.words.text() == "A newer version of this passage stands in “2026/制度.txt”."


def test_the_menu_copies_and_shows_where_the_file_lies(
    panel: SourcePanel, client: StubClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(opening, "reveal", shown.append)
    file = tmp_path / "员工手册.txt"
    panel.show_citation(answer(file, page=None), 1)
    context(client, file, 5, CHUNK)
    entries = [action for action in panel._menu.actions() if not action.isSeparator()]
    assert [action.text() for action in entries] == [
        "Summarize",
        "Copy without its place",
        "Copy the full path",
        "Print…",
        "Show in its folder",
    ]
    entries[1].trigger()
    assert QGuiApplication.clipboard().text() == CHINESE
    entries[2].trigger()
    assert QGuiApplication.clipboard().text() == str(file)
    entries[4].trigger()
    assert shown == [str(file)]
    panel.views.text.view.setTextCursor(panel.views.text.view.document().find("病假须附"))
    panel._header._copy.click()
    assert QGuiApplication.clipboard().text() == "“病假须附” (员工手册.txt, line 1)"
    panel.show_citation(answer(file, page=None), 1)
    context(client, file, 5, CHUNK, exists=False)
    assert not entries[4].isEnabled()

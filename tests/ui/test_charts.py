# SPDX-License-Identifier: Apache-2.0
"""Charts of computed answers: their bars, axis, words for the ear, and pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QGuiApplication, QImageReader
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from desktop_app.contract.answer import Answer
from desktop_app.contract.conversation import DONE, Turn
from desktop_app.contract.form import COUNT, MAX, SUM, Computed, Form
from desktop_app.contract.typed_table import MONEY
from desktop_app.foundation import translation
from desktop_app.library.catalogue import Catalogue
from desktop_app.library.conversation_store import ConversationStore
from desktop_app.ui.charts import chart_view
from desktop_app.ui.charts.axis_steps import axis_for, exactly
from desktop_app.ui.charts.chart_data import ChartData, chart_of
from desktop_app.ui.charts.chart_layout import height_for, laid_out
from desktop_app.ui.charts.chart_painting import runs
from desktop_app.ui.charts.chart_panel import ChartPanel
from desktop_app.ui.look import theme
from desktop_app.ui.turn.turn_view import TurnView
from tests.tables import made_tables
from tests.tables.stored_tables import catalogue_of, chooser_of

CITIES = (("Bern", 12400.0), ("Basel", 8300.0), ("Zürich", 15050.5))
CITY = Form((1,), SUM, "Amount", group="City")


def answer(groups: tuple[tuple[str, float], ...] = CITIES, form: Form = CITY, **more: object) -> Answer:
    computed = Computed(form, groups=groups, unit="CHF", kind=MONEY)
    text = "**Sum of Amount \\(net\\) for each City** [1]\n\nFrom a.xlsx: 3 rows."
    return Answer("q", text, True, "computed", certainty="answer", computed=replace(computed, **more))  # type: ignore[arg-type]


def data_of(given: Answer) -> ChartData:
    data = chart_of(given)
    assert data is not None
    return data


def months(*groups: tuple[str, float]) -> Answer:
    return answer(groups, Form((1,), SUM, "Amount", group="Date", part="month"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    folder = tmp_path_factory.mktemp("made")
    (folder / "files").mkdir()
    catalogue = catalogue_of(made_tables.make(folder / "files"), folder / "library")
    yield catalogue
    catalogue.close()


@pytest.fixture
def panel(day: QApplication, qtbot: QtBot) -> ChartPanel:
    panel = ChartPanel()
    qtbot.addWidget(panel)
    panel.show_answer(answer())
    panel.resize(600, panel.heightForWidth(600))
    panel.show()
    return panel


# ---- the axis ----


@pytest.mark.parametrize(
    ("low", "high", "most", "ticks"),
    [
        (8300, 15050.5, 5, (0, 5000, 10000, 15000, 20000)),
        (3, 97, 6, (0, 20, 40, 60, 80, 100)),
        (-20000, 69000, 4, (-50000, 0, 50000, 100000)),
        (-3, -1, 4, (-3, -2, -1, 0)),
        (0, 0, 4, (0, 0.5, 1)),
        (0.002, 0.0047, 5, (0, 0.001, 0.002, 0.003, 0.004, 0.005)),
        (1, 1e12, 4, (0, 5e11, 1e12)),
    ],
)
def test_the_axis_has_round_steps_with_nought(low: float, high: float, most: int, ticks: tuple[float, ...]) -> None:
    assert axis_for(low, high, most).ticks == pytest.approx(ticks)


def test_things_are_counted_in_whole_numbers() -> None:
    assert axis_for(0, 2, 6, whole=True).ticks == (0, 1, 2)
    assert axis_for(0, 2, 6).ticks == (0, 0.5, 1, 1.5, 2)


@pytest.mark.parametrize(
    ("language", "high", "unit", "last"),
    [
        ("en", 9000, "CHF", "10k"),
        ("en", 800, "CHF", "800"),
        ("en", 3_900_000, "", "4M"),
        ("zh_CN", 9000, "元", "1万"),
        ("zh_CN", 380_000_000, "元", "4亿"),
        ("zh_CN", 38_000, "万元", "40,000"),
        ("en", 38_000, "km", "40,000"),
    ],
)
def test_large_numbers_are_short_on_the_axis(language: str, high: float, unit: str, last: str) -> None:
    translation.use(language)
    assert axis_for(0, high, 4).words(unit)[-1] == last


def test_figures_are_written_as_in_the_table() -> None:
    assert exactly(12400.0, "CHF", percent=False, money=True) == "12,400 CHF"
    assert exactly(0.8341, "%", percent=True, money=False) == "83.41%"
    assert exactly(545600.5, "元", percent=False, money=True) == "545,600.50元"
    assert exactly(-0.00001, "", percent=False, money=False) == "0"


# ---- what is shown ----


def test_groups_stand_as_in_the_answer(day: QApplication) -> None:
    data = data_of(answer())
    assert [(point.label, point.value) for point in data.points] == list(CITIES)
    assert (data.title, data.measure, data.timed) == ("Sum of Amount (net) for each City", "Amount (CHF)", False)
    assert data.said(0) == "Bern: 12,400 CHF"


def test_an_answer_without_groups_has_no_chart() -> None:
    assert chart_of(Answer("q", "a", True, "llm")) is None
    assert chart_of(answer(())) is None
    named = Form((1,), MAX, "Amount", named="City")
    assert chart_of(answer((("Bern", 1.0),), named)) is None, "one name is no comparison"


def test_sums_of_several_currencies_share_no_axis(day: QApplication) -> None:
    stated = Form((), SUM, "amount", group="currency")
    assert chart_of(answer((("CHF", 48_000.0), ("EUR", 12_500.0)), stated)) is None


def test_the_largest_rows_by_name_are_compared(day: QApplication) -> None:
    named = Form((1,), MAX, "Amount", named="City", limit=2)
    data = data_of(answer((("Bern", 2.0), (2025.0, 1.0)), named))  # type: ignore[arg-type]
    assert [point.label for point in data.points] == ["Bern", "2025"]
    assert data.title == "Amount (CHF) · City"


def test_months_are_in_order_and_those_without_rows_are_gaps(day: QApplication) -> None:
    data = data_of(months(("2026-02", 5.0), ("2025-11", 3.0), ("2025-12", 4.0)))
    assert [point.label for point in data.points] == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert [point.value for point in data.points] == [3, 4, None, 5]
    assert data.said(2) == "2026-01: no rows"
    layout = laid_out(data, QRectF(0, 0, 600, 220), QFontMetricsF(theme.font()))
    assert [len(run) for run in runs(layout.dots)] == [2, 1]


def test_quarters_and_years_have_gaps_too() -> None:
    def labels(part: str, *names: str) -> list[str]:
        form = Form((1,), COUNT, group="Date", part=part)
        return [point.label for point in data_of(answer(tuple((name, 1.0) for name in names), form)).points]

    assert labels("quarter", "2025-Q3", "2026-Q1") == ["2025-Q3", "2025-Q4", "2026-Q1"]
    assert labels("year", "2023", "2026") == ["2023", "2024", "2025", "2026"]
    assert len(labels("month", "0001-01", "2026-01")) == 2, "a date by mistake makes no chart of 20,000 months"


def test_days_are_as_far_apart_as_in_time(day: QApplication) -> None:
    given = answer((("2026-03-01", 1.0), ("2026-03-03", 2.0), ("2026-03-11", 3.0)), Form((1,), SUM, "Amount", group="Date"))
    data = data_of(given)
    assert data.timed
    layout = laid_out(data, QRectF(0, 0, 600, 220), QFontMetricsF(theme.font()))
    xs = [dot.x() for dot in layout.dots if dot is not None]
    assert (xs[1] - xs[0]) / (xs[2] - xs[0]) == pytest.approx(0.2)
    assert not data_of(answer((("2026-02-30", 1.0), ("2026-03-01", 1.0)))).timed, "no day of the calendar"


def test_of_many_groups_the_first_are_shown_and_it_is_said() -> None:
    data = data_of(answer(tuple((f"n{number}", 1.0) for number in range(45))))
    assert len(data.points) == 30
    assert data.counted == "Amount (CHF) · the first 30 of 45"


# ---- where it is drawn ----


def test_bars_are_as_long_as_their_figures(made: Catalogue, day: QApplication) -> None:
    chosen = chooser_of(made).answer("Fuel cost for each vehicle", [])
    assert chosen is not None
    data = data_of(Answer("q", "**x**", True, "computed", computed=chosen.computed))
    layout = laid_out(data, QRectF(0, 0, 600, 220), QFontMetricsF(theme.font(theme.SMALL_PX)))
    assert not layout.lying
    assert len(layout.bars) == 3
    points = layout.ticks[0] - layout.ticks[-1]
    for bar, (_, value) in zip(layout.bars, chosen.computed.groups, strict=True):
        assert bar.bottom() == pytest.approx(layout.zero)
        assert bar.height() / points == pytest.approx(value / layout.axis.high)
        assert layout.plot.contains(bar)
    assert [text.text for text in layout.figures] == ["609.95", "415.10", "652.48"]


def test_values_below_nought_hang_from_it(day: QApplication) -> None:
    data = data_of(answer((("Bern", -100.0), ("Basel", 50.0), ("Genf", 0.0))))
    layout = laid_out(data, QRectF(0, 0, 600, 220), QFontMetricsF(theme.font()))
    assert layout.bars[0].top() == layout.zero
    assert layout.bars[1].bottom() == layout.zero
    assert layout.bars[0].height() == pytest.approx(2 * layout.bars[1].height())
    assert layout.bars[2].height() == 0


@pytest.mark.parametrize("width", [240, 600, 1200])
@pytest.mark.parametrize("count", [1, 2, 12, 30])
@pytest.mark.parametrize("sign", [1, -1])
def test_everything_has_its_place(day: QApplication, width: int, count: int, sign: int) -> None:
    """Long names and many bars: nothing leaves the chart, and no name lies on another."""
    groups = tuple((f"松涧化工有限公司第{number}分公司", sign * 1234.5 * number) for number in range(count))
    data, metrics = data_of(answer(groups)), QFontMetricsF(theme.font(theme.SMALL_PX))
    area = QRectF(0, 0, width, height_for(data, width, metrics))
    layout = laid_out(data, area, metrics)
    assert layout.lying or count * 200 <= width
    texts = [text for text in (*layout.texts, *layout.figures) if text.text]
    for text in texts:
        assert area.adjusted(-1, -1, 1, 1).contains(text.box), text
        assert metrics.horizontalAdvance(text.text) <= text.box.width() + 1
    for number, text in enumerate(layout.texts):
        assert not any(text.box.adjusted(1, 1, -1, -1).intersects(other.box) for other in layout.texts[number + 1 :]), text


def test_names_of_a_long_series_are_thinned_out(day: QApplication) -> None:
    data = data_of(months(*((f"{2000 + number // 12}-{number % 12 + 1:02d}", 1.0) for number in range(200))))
    layout = laid_out(data, QRectF(0, 0, 600, 220), QFontMetricsF(theme.font(theme.SMALL_PX)))
    boxes = [text.box for text in layout.texts if "-" in text.text]
    assert 3 < len(boxes) < 20
    assert all(one.right() < other.left() for one, other in pairwise(boxes))


# ---- on the screen ----


def test_a_key_moves_the_mark_and_it_is_said(panel: ChartPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(chart_view, "announce", lambda _widget, words: said.append(words))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_End, Qt.Key.Key_Right, Qt.Key.Key_Home):
        QTest.keyClick(panel.view, key)
    assert said == [
        "Bern: 12,400 CHF",
        "Basel: 8,300 CHF",
        "Zürich: 15,050.50 CHF",
        "Zürich: 15,050.50 CHF",
        "Bern: 12,400 CHF",
    ]
    QTest.keyClick(panel.view, Qt.Key.Key_Escape)
    assert panel.view.mark == -1


def test_the_mouse_marks_what_is_below_it(panel: ChartPanel) -> None:
    layout = panel.view.layout_now()
    assert layout is not None
    before = panel.view.grab().toImage()
    QTest.mouseMove(panel.view, layout.slots[1].center().toPoint())
    assert panel.view.mark == 1
    assert panel.view.grab().toImage() != before
    QTest.mouseMove(panel.view, QPoint(1, 1))
    assert panel.view.mark == -1


def test_a_screen_reader_has_all_figures(panel: ChartPanel) -> None:
    assert panel.view.accessibleName() == "Chart: Sum of Amount (net) for each City"
    assert panel.view.accessibleDescription() == (
        "3 bars, Amount (CHF); Bern: 12,400 CHF; Basel: 8,300 CHF; Zürich: 15,050.50 CHF"
    )
    translation.use("zh_CN")
    panel.retranslate()
    assert panel.view.accessibleDescription().endswith("Bern：12,400 CHF; Basel：8,300 CHF; Zürich：15,050.50 CHF")


def test_a_series_is_a_line_and_can_be_bars(panel: ChartPanel) -> None:
    assert not panel.switch.isVisible(), "cities are no line"
    panel.show_answer(months(("2026-01", 3.0), ("2026-02", 4.0)))
    assert panel.line
    assert panel.switch.accessibleName() == "Show as bars"
    line = panel.view.grab().toImage()
    panel.switch.click()
    assert panel.switch.accessibleName() == "Show as a line"
    assert panel.view.grab().toImage() != line
    panel.show_answer(months(("2026-01", 3.0)))
    assert not panel.switch.isVisible(), "one month is no line"


def test_what_was_asked_for_has_the_colour_of_the_seal(panel: ChartPanel) -> None:
    pick = Form((1,), SUM, "Amount", group="City", pick=MAX)
    panel.show_answer(answer(CITIES, pick, value="Zürich"))
    layout = panel.view.layout_now()
    assert layout is not None
    picture = panel.view.grab().toImage()
    accent = theme.current().colour("accent").rgb()
    assert [picture.pixelColor(bar.center().toPoint()).rgb() == accent for bar in layout.bars] == [False, False, True]
    assert panel.data is not None
    assert panel.data.title == "Amount (CHF) · City"


def test_in_a_line_it_has_a_ring(panel: ChartPanel) -> None:
    form = Form((1,), SUM, "Amount", group="Date", part="month", pick=MAX)
    panel.show_answer(answer((("2026-01", 3.0), ("2026-02", 4.0)), form, value="2026-02"))
    layout = panel.view.layout_now()
    assert layout is not None
    picture = panel.view.grab().toImage()
    inside = [picture.pixelColor(dot.toPoint()).name() for dot in layout.dots if dot is not None]
    assert inside == [theme.LIGHT.accent.lower(), theme.LIGHT.paper.lower()]


def test_it_follows_the_theme(panel: ChartPanel, qapp: QApplication) -> None:
    layout = panel.view.layout_now()
    assert layout is not None
    inside = layout.bars[0].center().toPoint()
    assert panel.view.grab().toImage().pixelColor(inside) == theme.LIGHT.colour("edge")
    theme.apply(qapp, "dark")
    assert panel.view.grab().toImage().pixelColor(inside) == theme.DARK.colour("edge")


def test_it_grows_with_the_text(panel: ChartPanel, qapp: QApplication) -> None:
    before = panel.view.heightForWidth(600)
    try:
        theme.set_text_zoom(qapp, 200)
        assert panel.view.heightForWidth(600) > 1.7 * before
    finally:
        theme.set_text_zoom(qapp, 100)


# ---- as a picture ----


def test_it_is_copied_as_a_picture(panel: ChartPanel) -> None:
    QTest.keyClick(panel.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    image = QGuiApplication.clipboard().image()
    assert (image.width(), image.pixelColor(2, 2).name()) == (1280, "#ffffff")
    assert theme.LIGHT.edge.lower() in {image.pixelColor(x, image.height() - 100).name() for x in range(image.width())}
    assert [action.text() for action in panel.menu_now().actions()] == ["Copy the chart as a picture", "Save the chart…"]


def test_nothing_is_copied_or_saved_where_the_policy_says_no(panel: ChartPanel, policed: Callable[[str], Path]) -> None:
    policed("copy = false\nexport = false\n")
    QGuiApplication.clipboard().setText("before")
    panel.show_answer(answer())
    panel.copy_picture()
    assert QGuiApplication.clipboard().text() == "before"
    assert not panel.copy.isEnabled()
    assert not panel.save.isEnabled()


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_it_is_saved_where_the_person_says(day: QApplication, qtbot: QtBot, tmp_path: Path, kind: str) -> None:
    turn = shown(qtbot, answer())
    assert turn.pane.quotes.chart is not None
    turn.pane.quotes.chart.save.click()
    dialog = turn.findChild(QFileDialog)
    assert dialog is not None
    assert [Path(name).name for name in dialog.selectedFiles()] == ["Sum of Amount (net) for each City.png"]
    file = tmp_path / f"a.{kind}"
    dialog.fileSelected.emit(str(file))
    reader = QImageReader(str(file))
    assert reader.format().data() == kind.encode()
    assert not reader.read().isNull()
    with qtbot.waitSignal(turn.export_failed) as failed:
        dialog.fileSelected.emit(str(tmp_path / "gone" / f"a.{kind}"))
    dialog.reject()
    assert failed.args[0].code == "export_failed"


# ---- in a turn ----


def shown(qtbot: QtBot, *answers: Answer) -> TurnView:
    turn = TurnView("q")
    qtbot.addWidget(turn)
    turn.resize(700, 800)
    turn.show()
    for one in answers:
        turn.show_turn(Turn(1, "q", one, DONE))
    return turn


def test_a_turn_shows_it_above_the_table(day: QApplication, qtbot: QtBot) -> None:
    quotes = shown(qtbot, answer()).pane.quotes
    assert quotes.chart is not None
    assert quotes.chart.isVisible()
    assert quotes.chart.geometry().bottom() < quotes.view.geometry().top()
    assert quotes.chart.view.height() == quotes.chart.view.heightForWidth(quotes.chart.view.width())


def test_a_turn_without_groups_has_none(day: QApplication, qtbot: QtBot) -> None:
    plain = replace(answer(), computed=None, text="Nothing of the kind.")
    assert shown(qtbot, plain).pane.quotes.chart is None
    after = shown(qtbot, answer(), plain).pane.quotes
    assert after.chart is not None
    assert not after.chart.isVisible()


def test_a_kept_answer_has_its_chart(made: Catalogue, day: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    chosen = chooser_of(made).answer("How many claims were registered each month?", [])
    assert chosen is not None
    given = Answer("q", "**Number of rows**", True, "computed", certainty="answer", computed=chosen.computed)
    store = ConversationStore(tmp_path / "conversations.sqlite")
    conversation, turn = store.begin(0, "q")
    store.finish(turn, DONE, given)
    kept = store.read(conversation).turns[0].answer
    store.close()
    assert kept is not None
    chart = shown(qtbot, kept).pane.quotes.chart
    assert chart is not None
    assert chart.line
    assert chart.data == chart_of(given)
    assert [point.label for point in data_of(kept).points][:3] == ["2026-01", "2026-02", "2026-03"]

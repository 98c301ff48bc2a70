# SPDX-License-Identifier: Apache-2.0
"""Choosing models: the choice without one first, what does not fit or cannot be used said, embedding changes confirmed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QLabel
from pytestqt.qtbot import QtBot
from stub_client import StubClient

from desktop_app.contract import messages
from desktop_app.contract.model_entry import ModelEntry, RecommendedModel
from desktop_app.foundation import hardware, translation
from desktop_app.foundation.errors import EnvironmentProblem, UsageProblem
from desktop_app.foundation.settings import Settings
from desktop_app.models import recommended
from desktop_app.models.discovery import gguf_entry
from desktop_app.models.process import ModelProcess
from desktop_app.ui.models.card_list import CardList
from desktop_app.ui.models.model_card import facts
from desktop_app.ui.models.models_dialog import ModelsDialog
from desktop_app.wording import recommended_texts

FOLDER = "/模型 库"
QWEN = ModelEntry(
    f"{FOLDER}/通义千问-7B.gguf",
    "通义千问 7B",
    "llm",
    4_683_073_248,
    5_600_000_000,
    "yes",
    "qwen2",
    7_615_616_512,
    "Q4_K_M",
    32_768,
    True,
)
BIG = ModelEntry(f"{FOLDER}/big.gguf", "Mixtral", "llm", 26_000_000_000, 29_000_000_000, "no")
TIGHT = ModelEntry(f"{FOLDER}/tight.gguf", "Tight", "llm", 9_000_000_000, 11_000_000_000, "tight")
CUT = ModelEntry(
    f"{FOLDER}/半截.gguf",
    "半截",
    "llm",
    5,
    fits="no",
    problem="gguf_truncated",
    data={"path": "x", "expected": "9", "found": "5"},
)
BGE = ModelEntry(f"{FOLDER}/bge-small-zh", "bge-small-zh", "embedding", 95_000_000, 300_000_000, dimension=512)


@pytest.fixture
def client() -> StubClient:
    return StubClient()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "设置" / "settings.toml")


@pytest.fixture
def dialog(qtbot: QtBot, client: StubClient, settings: Settings) -> ModelsDialog:
    settings.put("model_folder", FOLDER)
    dialog = ModelsDialog(client, settings)
    qtbot.addWidget(dialog)
    dialog.open_fresh()
    listed(client, [BIG, CUT, BGE, TIGHT, QWEN])
    overview(client)
    return dialog


def listed(
    client: StubClient,
    entries: list[ModelEntry],
    rates: dict[str, float] | None = None,
    recommended: list[RecommendedModel] | None = None,
) -> None:
    client.answer(
        messages.Models,
        lambda id_: messages.ModelsResult(
            id=id_, folder=FOLDER, entries=entries, rates=rates or {}, recommended=recommended or []
        ),
    )


def overview(client: StubClient, embedding: str = "bundled", coming: str = "") -> None:
    client.answer(
        messages.Overview,
        lambda id_: messages.OverviewResult(
            id=id_, library="", sources=[], counts={"indexed": 7}, chunks=1_912, embedding=embedding, embedding_next=coming
        ),
    )


def names(cards: CardList) -> list[str]:
    return [button.accessibleName() for button in cards.group.buttons()]


def test_without_a_model_comes_first_and_is_chosen_at_the_start(dialog: ModelsDialog) -> None:
    assert not dialog.isModal()
    assert names(dialog.llms)[0].startswith("Without a model")
    assert dialog.llms.group.checkedButton().property("value") == ""
    assert names(dialog.llms)[1:] == ["通义千问-7B", "tight", "big", "半截"]


def test_choosing_a_model_is_remembered_and_told_once(qtbot: QtBot, dialog: ModelsDialog, settings: Settings) -> None:
    told: list[str] = []
    dialog.llm_chosen.connect(told.append)
    with qtbot.waitSignal(dialog.llm_chosen):
        dialog.llms.group.buttons()[2].click()  # walked over
        dialog.llms.group.buttons()[1].click()
    assert told == [QWEN.path]
    assert settings.text("llm") == QWEN.path
    with qtbot.waitSignal(dialog.llm_chosen):
        dialog.llms.group.buttons()[0].click()
    assert settings.text("llm") == ""


def test_an_unusable_model_is_grey_and_says_why(dialog: ModelsDialog) -> None:
    cut = dialog.llms.group.buttons()[-1]
    assert not cut.isEnabled()
    assert "半截.gguf" in cut.accessibleDescription()
    assert FOLDER not in cut.accessibleDescription()


def test_whether_it_fits_is_said_in_words(dialog: ModelsDialog) -> None:
    said = {button.accessibleName(): button.accessibleDescription() for button in dialog.llms.group.buttons()}
    assert said["通义千问-7B"].endswith(" fits")
    assert "close other programs" in said["tight"]
    assert "does not fit" in said["big"]
    assert facts(QWEN) == "4.7 GB · 7.6 billion parameters · Q4_K_M · context 32,768 · needs 5.6 GB of memory"


def test_a_refusal_names_the_figure_of_the_card(tiny_gguf: Path) -> None:
    """Both about one file and one PC: the card counted in powers of 1,000, the refusal in powers of 1,024."""
    small = replace(hardware.detect(), memory_total=40 << 20, memory_available=30 << 20)
    card = facts(gguf_entry(str(tiny_gguf), small))
    with pytest.raises(EnvironmentProblem, match="llm_does_not_fit") as caught:
        ModelProcess(machine=lambda: small).load(str(tiny_gguf))
    assert f"needs {caught.value.data['needed']} of memory" in card


def test_another_embedding_is_asked_about_before_it_is_changed(qtbot: QtBot, dialog: ModelsDialog, client: StubClient) -> None:
    assert names(dialog.embedding.cards)[2] == "bge-small-zh"
    dialog.embedding.cards.group.buttons()[2].click()
    assert dialog.embedding.wish.isVisible()
    assert "1,912" in dialog.embedding._wish_text.text()
    assert client.all(messages.ChooseEmbedding) == []
    dialog.embedding._wish_yes.click()
    assert client.all(messages.ChooseEmbedding)[0].embedding == BGE.path
    with qtbot.waitSignal(dialog.embedding_chosen) as chosen:
        client.done(messages.ChooseEmbedding)
    assert chosen.args == [BGE.path]
    assert not dialog.embedding.wish.isVisible()


def test_both_built_in_models_can_be_chosen(dialog: ModelsDialog, client: StubClient) -> None:
    assert names(dialog.embedding.cards)[:2] == ["Built in: multilingual-e5-small", "Built in, light: all-MiniLM-L6-v2"]
    dialog.embedding.cards.group.buttons()[1].click()
    dialog.embedding._wish_yes.click()
    assert client.all(messages.ChooseEmbedding)[0].embedding == "light"
    client.done(messages.ChooseEmbedding)
    assert dialog.embedding.cards.group.checkedButton().property("value") == "light"


def test_leaving_the_embedding_as_it_is(dialog: ModelsDialog, client: StubClient) -> None:
    dialog.embedding.cards.group.buttons()[-1].click()
    dialog.embedding._wish_no.click()
    assert dialog.embedding.cards.group.checkedButton().property("value") == "bundled"
    assert client.all(messages.ChooseEmbedding) == []


def test_a_refused_embedding_leaves_the_old_one_and_says_why(qtbot: QtBot, dialog: ModelsDialog, client: StubClient) -> None:
    dialog.embedding.wish_for("/别处/模型")
    dialog.embedding._wish_yes.click()
    with qtbot.waitSignal(dialog.problem):
        client.fail(messages.ChooseEmbedding, UsageProblem("model_folder_missing", path="/别处/模型"))
    assert dialog.embedding.cards.group.checkedButton().property("value") == "bundled"
    assert "/别处/模型" in dialog._folder_note.text()


def test_an_embedding_from_elsewhere_that_is_in_use_is_listed(dialog: ModelsDialog, client: StubClient) -> None:
    dialog.refresh()
    listed(client, [])
    overview(client, "/别处/多语模型")
    assert dialog.embedding.cards.group.checkedButton().accessibleName() == "多语模型"


def test_a_model_that_is_being_prepared_is_the_one_chosen_and_can_be_called_off(
    qtbot: QtBot, dialog: ModelsDialog, client: StubClient
) -> None:
    dialog.refresh()
    overview(client, "bundled", BGE.path)
    assert dialog.embedding.cards.group.checkedButton().property("value") == BGE.path
    dialog.embedding.wish_for(BGE.path)
    assert not dialog.embedding.wish.isVisible()
    dialog.embedding.wish_for("bundled")
    assert "stays" in dialog.embedding._wish_text.text()
    dialog.embedding._wish_yes.click()
    assert client.all(messages.ChooseEmbedding)[0].embedding == "bundled"
    with qtbot.waitSignal(dialog.embedding_chosen):
        client.done(messages.ChooseEmbedding)
    assert dialog.embedding.cards.group.checkedButton().property("value") == "bundled"


def test_empty_and_missing_folders_say_the_next_step(dialog: ModelsDialog, client: StubClient) -> None:
    dialog.refresh()
    listed(client, [])
    assert "no model in the folder" in dialog._folder_note.text()
    dialog.use_folder("/没有/的/文件夹")
    client.fail(messages.Models, UsageProblem("model_folder_missing", path="/没有/的/文件夹"))
    assert "/没有/的/文件夹" in dialog._folder_note.text()
    assert names(dialog.llms) == ["Without a model: quotes only"]


def test_a_missing_folder_does_not_hide_what_lies_in_the_caches(dialog: ModelsDialog, client: StubClient) -> None:
    noted = replace(BGE, path="/缓存/m3e-base", name="m3e-base", notes=("mean_pooling",))
    dialog.refresh()
    client.answer(
        messages.Models,
        lambda id_: messages.ModelsResult(id_, FOLDER, [noted], "model_folder_missing", {"path": FOLDER}),
    )
    assert FOLDER in dialog._folder_note.text()
    assert names(dialog.embedding.cards)[2] == "m3e-base"
    assert "mean over all words" in dialog.embedding.cards.group.buttons()[2].accessibleDescription()


def test_a_choice_that_cannot_be_saved_is_told_and_holds(qtbot: QtBot, client: StubClient, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    settings = Settings(tmp_path / "file" / "settings.toml")
    dialog = ModelsDialog(client, settings)
    qtbot.addWidget(dialog)
    with qtbot.waitSignal(dialog.problem):
        dialog.use_folder(FOLDER)
    assert client.all(messages.Models)[-1].folder == FOLDER
    listed(client, [QWEN])
    with qtbot.waitSignals([dialog.problem, dialog.llm_chosen]):
        dialog.choose_llm(QWEN.path)
    assert settings.text("llm") == QWEN.path
    assert "Not a directory" in dialog._folder_note.text() or "File exists" in dialog._folder_note.text()


def test_a_dialog_that_is_closed_stops_looking(dialog: ModelsDialog, client: StubClient) -> None:
    dialog.refresh()
    assert client.is_open(messages.Models)
    dialog.close()
    assert not client.is_open(messages.Models)


def test_the_folder_chosen_is_remembered(dialog: ModelsDialog, client: StubClient, settings: Settings) -> None:
    dialog.use_folder("/新的 模型")
    assert settings.text("model_folder") == "/新的 模型"
    assert client.all(messages.Models)[-1].folder == "/新的 模型"


def test_a_model_chosen_earlier_stays_in_sight(qtbot: QtBot, client: StubClient, settings: Settings) -> None:
    settings.put("llm", "/旧/模型.gguf")
    dialog = ModelsDialog(client, settings)
    qtbot.addWidget(dialog)
    dialog.open_fresh()
    listed(client, [QWEN])
    assert dialog.llms.group.checkedButton().accessibleName() == "模型.gguf"


def test_the_model_in_use_is_in_sight_when_the_dialog_opens(qtbot: QtBot, client: StubClient, settings: Settings) -> None:
    many = [replace(QWEN, path=f"{FOLDER}/{n}.gguf", name=str(n), size=1_000_000_000 - n) for n in range(30)]
    settings.put("llm", many[-1].path)
    dialog = ModelsDialog(client, settings)
    qtbot.addWidget(dialog)
    dialog.open_fresh()
    qtbot.waitUntil(dialog._folder_button.hasFocus)
    listed(client, many)
    chosen = dialog.llms.group.checkedButton()
    assert chosen.property("value") == many[-1].path
    qtbot.waitUntil(lambda: not chosen.visibleRegion().isEmpty())


def test_a_list_made_anew_never_flashes_empty(dialog: ModelsDialog) -> None:
    """No turn of the event loop between the new list and the look at it."""
    dialog.embedding.set_embedding("none", 3)
    assert all(button.isVisible() for cards in (dialog.llms, dialog.embedding.cards) for button in cards.group.buttons())


def test_a_processor_without_avx2_is_told(dialog: ModelsDialog, monkeypatch: pytest.MonkeyPatch) -> None:
    def told() -> bool:
        return any("AVX2" in label.text() for label in dialog.findChildren(QLabel))

    monkeypatch.setattr(hardware, "without_avx2", lambda: False)
    dialog.retranslate()
    assert not told()
    monkeypatch.setattr(hardware, "without_avx2", lambda: True)
    dialog.retranslate()
    assert told()


def test_measured_speeds_are_among_the_facts() -> None:
    entry = ModelEntry("/模型/小.gguf", "Small", "llm", 1_890_000_000, reads=182.4, writes=2.26)
    assert facts(entry).endswith("reads 182, writes 2.3 tokens/s · first word of 1,000 tokens after 5 s")
    assert "tokens/s" not in facts(replace(entry, reads=0.0, writes=0.0)), "nothing is told that was not measured"


# ---- B14: names as in the file, a question that names its time and covers nothing ---------------------------------------


def test_the_question_stands_below_its_card_and_names_the_time(qtbot: QtBot, dialog: ModelsDialog, client: StubClient) -> None:
    dialog.refresh()
    listed(client, [BGE, QWEN], {BGE.path: 3.0})
    dialog.embedding.cards.group.buttons()[2].click()
    wish, card = dialog.embedding.wish, dialog.embedding.cards.group.buttons()[2].parentWidget()
    assert "about 11 min" in dialog.embedding._wish_text.text()
    gap = dialog.embedding.cards.spacing()
    qtbot.waitUntil(lambda: wish.geometry().top() == card.geometry().bottom() + 1 + gap)
    qtbot.waitUntil(lambda: not card.visibleRegion().isEmpty() and not wish.visibleRegion().isEmpty())


def test_a_time_that_was_not_measured_is_not_named(dialog: ModelsDialog) -> None:
    dialog.embedding.wish_for(BGE.path)
    assert "measured as it begins" in dialog.embedding._wish_text.text()


def test_a_model_file_from_anywhere_can_be_chosen(
    qtbot: QtBot, dialog: ModelsDialog, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("/别处/小.gguf", ""))
    with qtbot.waitSignal(dialog.llm_chosen):
        dialog._other.click()
    assert settings.text("llm") == "/别处/小.gguf"
    assert dialog.llms.group.checkedButton().accessibleName() == "小.gguf"


def test_parameters_in_the_number_form_of_the_language() -> None:
    small = replace(QWEN, parameters=630_167_424)
    assert "630 million parameters" in facts(small)
    translation.use("zh_CN")
    assert "6.3 亿参数" in facts(small)
    assert "15 亿参数" in facts(replace(QWEN, parameters=1_543_714_304))


def test_a_checker_is_shown_where_one_was_found(dialog: ModelsDialog, client: StubClient) -> None:
    assert dialog.checker.isHidden()
    dialog.refresh()
    listed(client, [ModelEntry(f"{FOLDER}/MiniCheck", "MiniCheck", "checker", 440_000_000)])
    assert not dialog.checker.isHidden()
    assert "MiniCheck" in {label.text() for label in dialog.checker.findChildren(QLabel)}


# ---- recommended models ---------------------------------------------------------------------------------------------


def test_recommended_models_say_what_is_here_and_where_to_get_the_rest(dialog: ModelsDialog, client: StubClient) -> None:
    here = replace(QWEN, path=f"{FOLDER}/qwen2.5-1.5b-instruct-q4_k_m.gguf")
    dialog.refresh()
    listed(client, [here], recommended=recommended.judged([here], hardware.detect()))
    dialog.tabs[1].click()
    cards = {card.model.name: card for card in dialog.recommended.cards}
    assert cards["Qwen2.5-1.5B-Instruct"].model.path == here.path
    wanted = cards["Qwen3-8B"]
    assert wanted.page.isVisible()
    assert "Qwen3-8B-Q4_K_M.gguf" in wanted.facts.text()
    assert "Apache-2.0" in wanted.facts.text()
    wanted.copy.click()
    assert QGuiApplication.clipboard().text() == wanted.model.page


def test_a_recommended_model_that_this_pc_cannot_hold_says_so() -> None:
    small = replace(hardware.detect(), memory_total=4 << 30, memory_available=2 << 30)
    fits = {model.name: model.fits for model in recommended.judged([], small)}
    assert fits["Qwen2.5-0.5B-Instruct"] == "yes"
    assert fits["Qwen3-8B"] == "no"


def test_each_recommended_model_is_told_in_both_languages() -> None:
    for language in ("en", "zh_CN"):
        translation.use(language)
        for model in recommended.load():
            assert recommended_texts.purpose(model.purpose), model.name
            assert recommended_texts.languages(model.languages)
            assert model.page.startswith("https://"), model.name


def test_a_model_is_timed_on_wish(dialog: ModelsDialog, client: StubClient) -> None:
    card = dialog.llms.group.buttons()[1].parentWidget()
    card.action.click()
    assert client.all(messages.MeasureModel)[0].llm == QWEN.path
    waiting = dialog.llms.group.buttons()[1].parentWidget()
    assert waiting.action.text() == "Measuring…"
    client.answer(messages.MeasureModel, lambda id_: messages.ModelMeasured(id_, 182.4, 22.1))
    measured = dialog.llms.group.buttons()[1].parentWidget()
    assert not hasattr(measured, "action")
    assert "writes 22 tokens/s" in dialog.llms.group.buttons()[1].accessibleDescription()


def test_a_model_that_cannot_be_timed_says_why(dialog: ModelsDialog, client: StubClient) -> None:
    dialog.llms.group.buttons()[1].parentWidget().action.click()
    client.fail(messages.MeasureModel, EnvironmentProblem("llm_no_memory", path=QWEN.path))
    assert "not enough free memory" in dialog._folder_note.text()
    assert dialog.llms.group.buttons()[1].parentWidget().action.text() == "Measure its speed"

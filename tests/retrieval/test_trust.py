"""How far the model can be trusted is measured on the library: an English model in English, and not in Chinese."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from fixtures_embedding import Counting
from library.making import chunk, source_file

from desktop_app.embedding import scale
from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.library.library import Library
from desktop_app.retrieval import trust
from desktop_app.retrieval.retriever import Retriever

ENGLISH = [
    ("{0} are planted in spring, when the soil is warm. Seeds of {0} need plenty of water and light to grow well. "
     "Gardeners harvest the vegetables before the first frost arrives."),
    ("The {0} engine burns fuel in four cylinders. A mechanic checks the oil pressure of the {0} every six months. "
     "Worn pistons make the motor lose power on steep roads."),
    ("The {0} orchestra plays two concerts a week. Violins and cellos of {0} rehearse with the new conductor each morning. "
     "Listeners praised how softly the slow movement ended."),
    ("Nurses of the {0} ward look after feverish patients through long winter nights. A doctor of {0} prescribes medicine against fever and pain. "
     "Visitors may see their relatives in the afternoon."),
]  # fmt: skip
CHINESE = [
    "{0}号合同由甲方保管原件。乙方应当在{0}日内把全部货款汇入指定的银行账户。逾期付款的，每日支付违约金。",
    "{0}号仓库存放易燃物品。保管人员在{0}点以前检查消防器材并且填写值班记录。发现问题立即报告安全主管。",
    "{0}班学生参加期末考试。老师在考试结束{0}天以后公布成绩并且召开家长会议。不及格的学生参加补考。",
    "{0}路公交车经过火车站。乘客在{0}站换乘地铁可以直接到达国际机场的出发大厅。末班车晚上十一点发车。",
]
NAMES = "Alder Birch Cedar Dogwood".split()


def fill(library: Library) -> None:
    for number, name in enumerate(NAMES):
        for kind, (english, chinese) in enumerate(zip(ENGLISH, CHINESE, strict=True)):
            texts = [chunk(english.format(name)), chunk(chinese.format(number + 11))]
            library.catalogue.store_document(source_file(f"/{number}-{kind}.txt"), texts, state="indexed")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with closing(Library(tmp_path / "资料库")) as made:
        fill(made)
        yield made


@pytest.mark.slow
def test_an_english_model_is_trusted_in_english_and_not_in_chinese(library: Library, counting: Counting) -> None:
    measured = trust.measure(library, counting)
    assert set(measured.languages) == {"en", "zh"}
    english, chinese = measured.languages["en"], measured.languages["zh"]
    assert english.related > english.unrelated
    assert english.dense > chinese.dense
    assert chinese.weight <= 0.05
    assert chinese.weight <= english.weight
    assert trust.stored(library) == measured


def pairs_of(folder: Path, texts: list[str], *, at_once: int, dropped: int = 0) -> trust.Pairs:
    """What is measured in a library of these texts, ``at_once`` a file; ``dropped`` more files came and went."""
    with closing(Library(folder)) as library:
        for number in range(dropped):
            library.catalogue.store_document(source_file(f"/0-{number}.txt"), [chunk(f"Gone {number}. Away.")], state="indexed")
        for start in range(0, len(texts), at_once):
            chunks = [chunk(text) for text in texts[start : start + at_once]]
            library.catalogue.store_document(source_file(f"/{start}.txt"), chunks, state="indexed")
        library.catalogue.remove_files([record.id for record in library.catalogue.records("/") if "/0-" in record.file.path])
        return trust._pairs(library, library.catalogue.lookup.sample(2_000))


def test_the_same_texts_are_measured_however_they_came_in(tmp_path: Path) -> None:
    texts = [english.format(f"{name} {number}") for number in range(20) for name in NAMES for english in ENGLISH]
    one = pairs_of(tmp_path / "一", texts, at_once=1)
    assert len(one["en"]) == 48 < len(texts)
    assert pairs_of(tmp_path / "二", texts[::-1], at_once=7, dropped=3) == one


def test_only_a_language_whose_pairs_changed_is_measured_again(library: Library, counting: Counting) -> None:
    first = trust.measure(library, counting)
    counting.texts.clear()
    library.catalogue.store_document(source_file("/新.txt"), [chunk(CHINESE[0].format(99))], state="indexed")
    again = trust.measure(library, counting)
    assert again.languages["en"] == first.languages["en"]
    assert again.languages["zh"] != first.languages["zh"]
    assert len(counting.texts) == again.languages["zh"].pairs == 17


def test_what_holds_is_not_measured_again(tmp_path: Path, counting: Counting) -> None:
    with closing(Library(tmp_path / "资料库")) as library:
        library.catalogue.store_document(source_file("/甲.txt"), [chunk("A word. And another.")], state="indexed")
        not_again(library, counting)


def not_again(library: Library, counting: Counting) -> None:
    first = trust.measure(library, counting)
    counting.texts.clear()
    assert trust.measure(library, counting) == first
    assert not counting.texts
    for number in range(200):
        library.catalogue.store_document(source_file(f"/更多/{number}.txt"), [chunk(f"第{number}段。")], state="indexed")
    assert trust.measure(library, counting) != first


def test_a_small_library_goes_by_the_made_texts(tmp_path: Path, counting: Counting) -> None:
    with closing(Library(tmp_path / "资料库")) as library:
        library.catalogue.store_document(source_file("/甲.txt"), [chunk("A word. And another.")], state="indexed")
        measured = trust.measure(library, counting)
        assert not measured.languages
        facts, known = counting.facts, scale.load(counting.facts.fingerprint)
        assert known is not None
        worth = known.between("en", "en")
        english = trust.of(measured, facts.fingerprint, facts.languages, "en")
        assert english == trust.Trust(trust.PRIOR.weight, worth.unrelated, worth.related)
        assert english.meaning(worth.plain) > 1 > english.meaning(worth.paraphrase) > 0.2
        assert trust.of(measured, facts.fingerprint, facts.languages, "zh") == trust.NO_TRUST
        assert trust.of(measured, facts.fingerprint, ("*",), "zh") == trust.NO_TRUST  # whatever it says of itself
        assert trust.of(measured, facts.fingerprint, facts.languages, "de").weight == 0
        assert trust.of(measured, facts.fingerprint, ("*",), "de") == english  # by the nearer script


def test_a_model_that_was_never_measured_is_believed(counting: Counting) -> None:
    assert trust.of(None, "another model", ("*",), "zh") == trust.PRIOR
    assert trust.of(None, "another model", ("en",), "zh") == trust.NO_TRUST
    own = trust.MeasuredTrust("another model", 0, {"zh": trust.Trust(0.35, 0.7, 0.8, pairs=16)})
    assert trust.of(own, "another model", ("en",), "zh").weight == 0.35


def fixed(unrelated: float, related: float) -> scale.Scale:
    direction = scale.Direction(unrelated, 0.02, plain=related + 0.04, paraphrase=related - 0.04, rank=0.6)
    return scale.Scale("", 3, dict.fromkeys(("zh-zh", "en-en", "zh-en", "en-zh"), direction), {})


def test_a_library_counts_by_its_number_of_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scale, "load", lambda _model: fixed(0.7, 0.9))

    def trusted(pairs: int, weight: float = 0.5, unrelated: float = 0.6, related: float = 0.8) -> trust.Trust:
        own = trust.MeasuredTrust("m", 0, {"zh": trust.Trust(weight, unrelated, related, pairs=pairs)})
        return trust.of(own, "m", ("*",), "zh")

    few, many = trusted(16), trusted(48)
    assert trust.PRIOR.weight < few.weight < many.weight == pytest.approx(0.35)
    assert (many.unrelated, many.related) == (pytest.approx(0.65), pytest.approx(0.85))
    assert (few.unrelated, few.related) == (pytest.approx(0.675), pytest.approx(0.875))
    assert trusted(48, weight=0.0).weight == pytest.approx(0.1)
    # Neighbours that have nothing to do with one another say what unrelated texts have, and no more.
    strangers = trusted(48, weight=0.0, related=0.61)
    assert strangers.weight == trust.PRIOR.weight
    assert (strangers.unrelated, strangers.related) == (pytest.approx(0.65), pytest.approx(0.85))


def test_measuring_can_be_stopped(library: Library, counting: Counting) -> None:
    cancel = Cancellation()
    cancel.cancel()
    with pytest.raises(Cancelled):
        trust.measure(library, counting, cancel.check)
    assert trust.stored(library) is None


def test_a_search_goes_by_what_was_measured(library: Library, counting: Counting) -> None:
    facts = counting.facts
    library.attach_vectors(facts.fingerprint)
    library.put_embedding("bundled", fingerprint=facts.fingerprint, dimension=facts.dimension, languages=facts.languages)
    retriever = Retriever(library, lambda: counting)
    assert retriever.embedder_for("Who prescribes medicine?") is not None
    pairs = {"en": trust.Trust(0.0, 0.1, 0.5, pairs=1000), "zh": trust.Trust(0.5, 0.1, 0.5, pairs=48)}
    pairs["de"] = pairs["zh"]
    none = trust.MeasuredTrust(facts.fingerprint, 0, pairs)
    library.catalogue.put_meta("trust", trust._encode(none).decode())
    assert retriever.embedder_for("Who prescribes medicine?") is None
    assert retriever.embedder_for("Wer verschreibt die Medikamente?") is not None
    assert retriever.embedder_for("谁公布成绩") is None  # it does not know Chinese, whatever a library says
    library.catalogue.put_meta("trust", "{broken")
    assert retriever.embedder_for("Who prescribes medicine?") is not None

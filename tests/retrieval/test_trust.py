# SPDX-License-Identifier: Apache-2.0
"""Which languages the model is trusted with: Chinese and English by made texts, others by the library's own pairs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from fixtures_embedding import Counting
from library.making import chunk, source_file

from desktop_app.embedding import scale
from desktop_app.embedding.scale import Direction, Scale
from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.library.library import Library
from desktop_app.retrieval import trust
from desktop_app.retrieval.retriever import Retriever
from desktop_app.retrieval.trust import LanguageTrust, MeasuredTrust

GERMAN = [
    ("{0} werden im Frühjahr gepflanzt, wenn der Boden warm ist. Die Samen von {0} brauchen viel frisches Wasser und helles Licht, um gut zu wachsen. "
     "Die Gärtner ernten das Gemüse vor dem ersten Frost."),
    ("Der Motor {0} verbrennt den Kraftstoff in vier Zylindern. Ein Mechaniker prüft den Öldruck des {0} alle sechs Monate in der Werkstatt. "
     "Mit abgenutzten Kolben verliert die Maschine auf steilen Straßen an Kraft."),
    ("Das Orchester {0} gibt zwei Konzerte in der Woche. Die Geigen und Celli von {0} proben mit dem neuen Dirigenten an jedem Morgen. "
     "Die Hörer lobten, wie leise der langsame Satz zu Ende ging."),
    ("Die Schwestern der Station {0} pflegen Kranke mit Fieber durch die langen Nächte. Ein Arzt von {0} verschreibt Mittel gegen das Fieber "
     "und die Schmerzen. Besucher dürfen am Nachmittag zu ihren Verwandten."),
]  # fmt: skip
FRENCH = [
    "Le contrat {0} est gardé par le vendeur. L'acheteur de {0} doit verser la somme au compte de la banque dans les dix jours. Un retard coûte cher.",
    "L'entrepôt {0} contient des produits qui brûlent. Le gardien de {0} vérifie les extincteurs avant la nuit et remplit le registre. Il appelle le chef.",
    "La classe {0} passe les examens en juin. Le professeur de {0} publie les notes après une semaine et réunit les parents. Les autres les repassent.",
    "Le bus {0} passe devant la gare. Les voyageurs de {0} prennent le métro pour aller à l'aéroport avec leurs bagages. Le dernier part à minuit.",
]  # fmt: skip
ENGLISH = "The {0} engine burns fuel in four cylinders. A mechanic checks the oil pressure of the {0} every six months. Worn pistons lose power."
CHINESE = "{0}号仓库存放易燃物品。保管人员在{0}点以前检查消防器材并且填写值班记录。发现问题立即报告安全主管。"
NAMES = "Alder Birch Cedar Dogwood".split()


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """16 passages in each of four languages."""
    with closing(Library(tmp_path / "资料库")) as made:
        for number, name in enumerate(NAMES):
            for kind, (german, french) in enumerate(zip(GERMAN, FRENCH, strict=True)):
                own = f"{name}{kind}"
                texts = [german.format(name), french.format(name), ENGLISH.format(own), CHINESE.format(f"{number}{kind}")]
                made.catalogue.files.store(
                    source_file(f"/{number}-{kind}.txt"), [chunk(text) for text in texts], state="indexed"
                )
        yield made


@pytest.mark.slow
def test_an_english_model_is_trusted_in_english_and_not_in_chinese(library: Library, counting: Counting) -> None:
    measured = trust.measure(library, counting)
    assert {code: found.pairs for code, found in measured.languages.items()} == {"de": 16, "fr": 16}
    assert all(0 < found.lexical <= 1 and 0 < found.dense <= 1 for found in measured.languages.values())
    assert trust.stored(library) == measured
    facts = counting.facts
    assert trust.trusts(measured, facts.fingerprint, facts.languages, "en")
    assert not trust.trusts(measured, facts.fingerprint, facts.languages, "zh")


def pairs_of(folder: Path, texts: list[str], *, at_once: int, dropped: int = 0) -> trust.Pairs:
    """What is measured in a library of these texts, ``at_once`` a file; ``dropped`` more files came and went."""
    with closing(Library(folder)) as library:
        for number in range(dropped):
            library.catalogue.files.store(source_file(f"/0-{number}.txt"), [chunk(f"Gone {number}. Away.")], state="indexed")
        for start in range(0, len(texts), at_once):
            chunks = [chunk(text) for text in texts[start : start + at_once]]
            library.catalogue.files.store(source_file(f"/{start}.txt"), chunks, state="indexed")
        library.catalogue.files.remove(
            [record.id for record in library.catalogue.files.records("/") if "/0-" in record.file.path]
        )
        return trust._pairs(library, library.catalogue.lookup.sample(2_000))


def test_the_same_texts_are_measured_however_they_came_in(tmp_path: Path) -> None:
    texts = [german.format(f"{name} {number}") for number in range(20) for name in NAMES for german in GERMAN]
    one = pairs_of(tmp_path / "一", texts, at_once=1)
    assert len(one["de"]) == 48 < len(texts)
    assert pairs_of(tmp_path / "二", texts[::-1], at_once=7, dropped=3) == one


def test_only_a_language_whose_pairs_changed_is_measured_again(library: Library, counting: Counting) -> None:
    first = trust.measure(library, counting)
    counting.texts.clear()
    library.catalogue.files.store(source_file("/新.txt"), [chunk(FRENCH[0].format("Erable"))], state="indexed")
    again = trust.measure(library, counting)
    assert again.languages["de"] == first.languages["de"]
    assert again.languages["fr"] != first.languages["fr"]
    assert len(counting.texts) == again.languages["fr"].pairs == 17


def test_what_holds_is_not_measured_again(tmp_path: Path, counting: Counting) -> None:
    with closing(Library(tmp_path / "资料库")) as library:
        library.catalogue.files.store(source_file("/甲.txt"), [chunk("A word. And another.")], state="indexed")
        first = trust.measure(library, counting)
        counting.texts.clear()
        assert trust.measure(library, counting) == first
        assert not counting.texts
        for number in range(200):
            library.catalogue.files.store(source_file(f"/更多/{number}.txt"), [chunk(f"第{number}段。")], state="indexed")
        assert trust.measure(library, counting) != first


def knowing(zh: float, en: float) -> Scale:
    """A model with these reciprocal ranks in each language."""
    ranks = {"zh-zh": zh, "en-en": en, "zh-en": min(zh, en), "en-zh": min(zh, en)}
    return Scale({}, {}, {}, {name: Direction(0.5, 0.2, 0.0, 0.1, rank) for name, rank in ranks.items()})


def test_chinese_and_english_go_by_the_made_texts_whatever_else_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scale, "load", lambda _model: knowing(zh=0.1, en=0.7))
    flattering = MeasuredTrust("m", 0, {"zh": LanguageTrust(0.5, 0.9, 48), "en": LanguageTrust(0.9, 0.1, 48)})
    assert not trust.trusts(flattering, "m", ("*",), "zh")
    assert trust.trusts(flattering, "m", (), "en")


def test_another_language_goes_by_the_library_as_soon_as_it_holds_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scale, "load", lambda _model: knowing(zh=0.1, en=0.7))

    def trusted(lexical: float, dense: float, *languages: str) -> bool:
        measured = MeasuredTrust("m", 0, {"de": LanguageTrust(lexical, dense, 16)})
        return trust.trusts(measured, "m", languages, "de")

    assert trusted(0.7, 0.6, "*")
    assert not trusted(0.9, 0.5, "*")
    assert not trusted(0.7, 0.72, "en")  # all-MiniLM-L6-v2 in German
    assert trusted(0.7, 0.9, "en")  # a German model's vocabulary looks like an English one's
    other = MeasuredTrust("another", 0, {"de": LanguageTrust(0.7, 0.9, 16)})
    assert not trust.trusts(other, "m", ("en",), "de")


def test_before_it_is_measured_a_model_is_believed_where_the_nearer_made_texts_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scale, "load", lambda _model: knowing(zh=0.1, en=0.7))
    assert trust.trusts(None, "m", ("*",), "de")
    assert not trust.trusts(None, "m", ("*",), "ja")
    assert not trust.trusts(None, "m", ("en",), "de")
    monkeypatch.setattr(scale, "load", lambda _model: None)
    assert trust.trusts(None, "m", ("*",), "zh")
    assert not trust.trusts(None, "m", ("en",), "zh")


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
    german, chinese = "Wer verschreibt die Mittel?", "谁公布成绩"
    assert retriever.embedder_for("Who prescribes medicine?") is not None
    assert [retriever.embedder_for(question) for question in (german, chinese)] == [None, None]
    told = MeasuredTrust(facts.fingerprint, 0, {"de": LanguageTrust(0.7, 0.9, 48), "zh": LanguageTrust(0.7, 0.9, 48)})
    library.catalogue.meta.put("trust", trust._encode(told).decode())
    assert retriever.embedder_for(german) is not None
    assert retriever.embedder_for(chinese) is None
    library.catalogue.meta.put("trust", "{broken")
    assert retriever.embedder_for(german) is None


def test_what_an_older_version_measured_is_read_or_measured_again(library: Library) -> None:
    old = '{"model":"m","words":3,"languages":{"de":{"weight":0.1,"unrelated":0.1,"related":0.5,"lexical":0.7,"dense":0.9,"pairs":20}}}'
    library.catalogue.meta.put("trust", old)
    assert trust.stored(library) == MeasuredTrust("m", 3, {"de": LanguageTrust(0.7, 0.9, 20)})


def test_pairs_are_compared_without_what_all_of_them_share() -> None:
    """Vectors that lie in one narrow direction: a plain cosine finds the longest of them for every question."""

    class Narrow:
        def embed_documents(self, _texts: list[str]) -> np.ndarray:
            return unit(np.add(np.eye(4), [8, 0, 0, 0]))

        def embed_questions(self, _texts: list[str]) -> np.ndarray:
            return unit(np.add(np.eye(4), [1, 0, 0, 0]))

    def unit(rows: np.ndarray) -> np.ndarray:
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    pairs = [(f"word{n} one two", f"word{n} three four") for n in range(4)]
    assert trust._measure(pairs, Narrow(), lambda: None).dense == 1.0

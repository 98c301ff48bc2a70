# SPDX-License-Identifier: Apache-2.0
"""What a cosine is worth is measured on made texts: the centres of a model, and which languages it knows."""

from __future__ import annotations

import itertools
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_app.embedding import scale
from desktop_app.embedding.seam.embedder import Embedder, EmbeddingFacts
from desktop_app.foundation import paths, private
from desktop_app.foundation.cancellation import Cancellation, Cancelled

WIDTH = 32
MADE = json.loads((paths.resources() / "meaning" / "texts.json").read_text(encoding="utf-8"))
CHINESE_TEXTS = [one["text"] for one in MADE["zh"]["passages"]]
CALM = Cancellation().check


class Lookup:
    """Every text has a vector of its own; a question has that of its passage, turned away by as much as its kind says."""

    def __init__(self, kinds: dict[str, float], shared: float = 0.0) -> None:
        self.embedded = 0
        self.facts = EmbeddingFacts("made", "made", "made", WIDTH, 100, "cpu", ("*",), "torch-f32")
        chance = np.random.default_rng(5)
        self._vectors = dict[str, NDArray[np.float32]]()
        everywhere = shared * normal(chance.standard_normal(WIDTH))
        for code, listed in MADE.items():
            for passage in listed["passages"]:
                own = normal(chance.standard_normal(WIDTH))
                self._vectors[passage["text"]] = normal(everywhere + own)
                for kind in ("plain", "paraphrase", "cross"):
                    if kind in passage:
                        near = kinds.get(f"{code} {kind}", kinds.get(kind, 0.0))
                        turned = near * own + 0.3 * normal(chance.standard_normal(WIDTH))
                        self._vectors[passage[kind]] = normal(everywhere + turned)
            for question in listed["absent"]:
                self._vectors[question] = normal(everywhere + normal(chance.standard_normal(WIDTH)))

    def embed_documents(self, texts: Sequence[str], /, *, ahead: bool = False) -> NDArray[np.float32]:
        self.embedded += len(texts)
        return np.array([self._vectors[text] for text in texts])

    def embed_questions(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        return self.embed_documents(texts)


def normal(vector: NDArray[np.float64]) -> NDArray[np.float32]:
    return (vector / np.linalg.norm(vector)).astype(np.float32)


@pytest.fixture
def knows_all() -> Lookup:
    return Lookup({"plain": 1.0, "paraphrase": 0.6, "cross": 0.4})


def same(*scales: scale.Scale | None) -> bool:
    told = [
        one and (dict(one.directions), *(dict(part)[code].tobytes() for part in parts(one) for code in ("zh", "en")))
        for one in scales
    ]
    return all(one is not None and one == told[0] for one in told)


def parts(one: scale.Scale) -> tuple[Mapping[str, NDArray[np.float32]], ...]:
    return one.question_centres, one.passage_centres, one.passages


def file_of(home: Path) -> Path:
    return home / "scales" / "made.msgpack"


@pytest.mark.slow
@pytest.mark.needs("torch", "openvino")
def test_an_english_model_does_not_know_chinese(bundled_embedder: Embedder) -> None:
    found = scale.load(bundled_embedder.facts.fingerprint)
    assert found is not None
    assert {name for name, direction in found.directions.items() if direction.known} == {"en-en"}
    english, chinese = found.between("en", "en"), found.between("zh", "zh")
    assert english.unrelated + english.deviation < english.paraphrase < english.plain == found.plain
    assert chinese.paraphrase < chinese.unrelated + chinese.deviation
    assert chinese.rank < 0.2 < 0.6 < english.rank
    # Any two Chinese texts are alike to it: what they share is most of each.
    assert np.linalg.norm(found.passage_centres["zh"]) > 0.7 > 0.5 > np.linalg.norm(found.passage_centres["en"])


@pytest.mark.slow
def test_the_default_model_knows_both_languages_and_across(default_embedder: Embedder) -> None:
    found = scale.load(default_embedder.facts.fingerprint)
    assert found is not None
    assert {name for name, direction in found.directions.items() if direction.rank > 0.5} == scale._DIRECTIONS
    assert all(abs(direction.unrelated) < 0.02 for direction in found.directions.values())
    assert all(direction.unrelated + 2 * direction.deviation < direction.paraphrase for direction in found.directions.values())
    assert 0.4 < found.plain < 0.6
    # Without its centre a question of one language is nearer to any passage of its own than to most of the other.
    zh, en = (found.passages[code] for code in scale.LANGUAGES)
    assert np.linalg.norm(zh.mean(axis=0) - en.mean(axis=0)) > 0.2


def test_a_model_that_knows_both_languages_is_known_in_every_direction(knows_all: Lookup) -> None:
    measured = scale.measure(knows_all)
    assert all(direction.known for direction in measured.directions.values())
    chinese = measured.between("zh", "zh")
    assert abs(chinese.unrelated) < 0.05
    assert chinese.unrelated + chinese.deviation < chinese.paraphrase < chinese.plain
    across = measured.between("en", "zh")
    assert across.plain == across.paraphrase
    assert measured.between("ja", "de") == measured.between("zh", "en")
    assert measured.plain == pytest.approx((chinese.plain + measured.between("en", "en").plain) / 2)


def test_what_all_texts_of_a_language_share_is_taken_off() -> None:
    """A model whose texts all lie in one direction, as those of real ones do, is judged as one whose texts do not."""
    even, narrow = Lookup({"plain": 1.0, "paraphrase": 0.6}), Lookup({"plain": 1.0, "paraphrase": 0.6}, shared=3.0)
    assert min(float(one @ other) for one, other in itertools.pairwise(narrow.embed_documents(CHINESE_TEXTS))) > 0.7
    plain, shifted = scale._opened(scale._measure(even, CALM)), scale._opened(scale._measure(narrow, CALM))
    for name in ("zh-zh", "en-en"):
        assert shifted.directions[name].rank == pytest.approx(plain.directions[name].rank, abs=0.05)
        assert abs(shifted.directions[name].unrelated) < 0.05
    assert np.linalg.norm(shifted.passage_centres["zh"]) > 0.9


def test_each_direction_is_measured_by_itself() -> None:
    """Questions in English are the cross questions to Chinese passages."""
    measured = scale.measure(Lookup({"zh paraphrase": 1.0, "zh cross": 1.0}))
    assert {name for name, direction in measured.directions.items() if direction.known} == {"zh-zh", "en-zh"}


def test_what_was_measured_is_kept_and_not_measured_again(knows_all: Lookup, home: Path) -> None:
    assert scale.load("made") is None
    measured = scale.measure(knows_all)
    once = knows_all.embedded
    assert once == 4 * 64 + 2 * (64 + 32) + sum("cross" in one for code in MADE for one in MADE[code]["passages"])
    assert same(scale.measure(knows_all), measured, scale.load("made"))
    assert knows_all.embedded == once
    assert file_of(home).stat().st_size < 20_000


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: b"\x00" * len(data),
        lambda data: data.replace(b"zh-en", b"zh-de"),
        lambda data: data.replace(b"dimension\x20", b"dimension\x21"),
        lambda data: data.replace(scale._version().encode(), b"x" * len(scale._version())),
    ],
    ids=["empty", "cut off", "zeros", "a direction missing", "another dimension", "other texts"],
)
def test_a_damaged_or_older_file_is_measured_again(knows_all: Lookup, home: Path, damage: Callable[[bytes], bytes]) -> None:
    measured = scale.measure(knows_all)
    whole = file_of(home).read_bytes()
    assert damage(whole) != whole
    file_of(home).write_bytes(damage(whole))
    assert scale.load("made") is None
    assert same(scale.measure(knows_all), measured, scale.load("made"))
    assert file_of(home).read_bytes() == whole


def test_a_damaged_file_of_this_home_leaves_what_the_set_up_measured(
    knows_all: Lookup, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured = scale.measure(knows_all)
    (tmp_path / "安装").mkdir()
    (home / "scales").rename(tmp_path / "安装" / "scales")
    assert scale.load("made") is None
    monkeypatch.setenv("INKSTONE_PREPARED", str(tmp_path / "安装"))
    assert same(scale.load("made"), measured)
    (home / "scales").mkdir()
    file_of(home).write_bytes(b"x")
    assert same(scale.load("made"), measured)


def test_a_full_disk_costs_another_measurement_later(
    knows_all: Lookup, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, caplog.at_level(logging.WARNING):
        patch.setattr(private, "replace_file", full)
        measured = scale.measure(knows_all)
    assert "not remembered" in caplog.text
    assert scale.load("made") is None
    assert same(scale.measure(knows_all), measured, scale.load("made"))


def test_measuring_can_be_stopped(knows_all: Lookup) -> None:
    cancel = Cancellation()
    cancel.cancel()
    with pytest.raises(Cancelled):
        scale.measure(knows_all, cancel.check)
    assert scale.load("made") is None


def test_centres_are_means_by_the_language_of_the_text(knows_all: Lookup) -> None:
    measured = scale.measure(knows_all)
    made = MADE["zh"]["passages"]
    asked = [one[kind] for kind in ("plain", "paraphrase") for one in made if kind in one] + MADE["zh"]["absent"]
    asked += [one["cross"] for one in MADE["en"]["passages"] if "cross" in one]
    expected = knows_all.embed_questions(asked).mean(axis=0)
    assert measured.question_centres["zh"] == pytest.approx(expected, abs=1e-6)
    texts = knows_all.embed_documents([one["text"] for one in made])
    assert measured.passage_centres["zh"] == pytest.approx(texts.mean(axis=0), abs=1e-3)
    assert measured.passages["zh"] == pytest.approx(texts, abs=1e-3)


def test_centred_vectors_have_length_one() -> None:
    rows, centre = np.array([[1.0, 0.0], [0.6, 0.8]], np.float32), np.array([0.5, 0.0], np.float32)
    assert scale.centred_passages(rows, centre) == pytest.approx(np.array([[1, 0], [0.1, 0.8] / np.hypot(0.1, 0.8)]))
    assert scale.centred_questions(rows[1], centre) == pytest.approx([0.3, 0.8] / np.hypot(0.3, 0.8))
    assert scale.centred_passages(centre[None], centre) == pytest.approx(np.zeros((1, 2)))  # nothing is left of it

# SPDX-License-Identifier: Apache-2.0
"""The figures, by hand-made rankings; and the comparison of models with its recommendation."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from library.making import chunk

from desktop_app.contract.document import SourceFile
from desktop_app.contract.reports.evaluation_report import ArmFigures, ModelFigures, Question, Target
from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.foundation.errors import UsageProblem
from desktop_app.library.library import Library
from desktop_app.retrieval import comparison, evaluation
from desktop_app.retrieval.comparison import recommend


def target(*files: str, chunks: Sequence[int] = ()) -> Target:
    return Target(Question(1, "?"), frozenset(files), frozenset(chunks))


def test_figures_of_known_ranks() -> None:
    ranked = {"q1": ["a"], "q2": ["x", "a"], "q3": [f"x{n}" for n in range(10)] + ["a"], "q4": []}
    targets = [Target(Question(n, name), frozenset("a")) for n, name in enumerate(ranked)]
    ticks = itertools.count()
    ranking = {"arm": lambda question: [(n, path) for n, path in enumerate(ranked[question])]}
    one = evaluation.evaluate(ranking, targets, cancel=Cancellation(), clock=lambda: next(ticks) / 1000)["arm"]
    assert one.ranks == (1, 2, 0, 0)
    assert (one.recall_1, one.recall_5, one.mrr_10) == (0.25, 0.5, 0.375)
    assert one.ndcg_10 == pytest.approx((1 + 0.6309) / 4, abs=1e-4)
    assert (one.p50, one.p95) == pytest.approx((1, 1))


def test_files_count_once_and_passages_each() -> None:
    ranking = {"arm": lambda _: [(1, "x"), (2, "x"), (3, "a"), (4, "a")]}
    by_file = evaluation.evaluate(ranking, [target("a")], cancel=Cancellation())["arm"]
    by_chunk = evaluation.evaluate(ranking, [target("a", chunks=[4])], cancel=Cancellation())["arm"]
    assert (by_file.ranks, by_chunk.ranks) == ((2,), (4,))
    both = evaluation.evaluate(
        {"arm": lambda _: [(4, "a"), (9, "b"), (3, "a")]}, [target("a", chunks=[3, 4])], cancel=Cancellation()
    )
    assert both["arm"].ndcg_10 == pytest.approx((1 + 0.5) / (1 + 0.6309), abs=1e-3)


def test_a_question_that_cannot_be_asked_finds_nothing_and_it_can_be_stopped() -> None:
    def refuse(_question: str) -> list[tuple[int, str]]:
        raise UsageProblem("question_too_long", length=9, limit=8)

    assert evaluation.evaluate({"arm": refuse}, [target("a")], cancel=Cancellation())["arm"].ranks == (0,)
    cancel = Cancellation()
    cancel.cancel()
    with pytest.raises(Cancelled):
        evaluation.evaluate({"arm": lambda _: []}, [target("a")], cancel=cancel)


# ---- recommending ---------------------------------------------------------------------------------------------------------


def arm(ranks: Sequence[int]) -> ArmFigures:
    gain = sum(1 / rank for rank in ranks if rank) / len(ranks)
    return ArmFigures(sum(rank == 1 for rank in ranks) / len(ranks), 0, gain, gain, 1, 1, tuple(ranks))


def model(
    name: str, fused: Sequence[int], *, speed: float = 100, size: int = 80_000_000, lexical: Sequence[int] = ()
) -> ModelFigures:
    arms = {"lexical": arm(lexical or [0] * len(fused)), "dense": arm(fused), "fused": arm(fused)}
    return ModelFigures(name, name, 384, size, speed, ("*",), arms)


def reasons(models: Sequence[ModelFigures]) -> tuple[str, list[str]]:
    made = recommend(models)
    return made.choice, [code for code, _ in made.reasons]


def test_the_clearly_better_one_wins_though_it_is_slow() -> None:
    good, bad = [1] * 45 + [2] * 5, [1] * 20 + [3] * 30
    assert reasons([model("fast", bad, speed=900), model("good", good, speed=9)]) == ("good", ["best"])


def test_within_chance_the_cheaper_one_wins() -> None:
    one, other = [1] * 45 + [2] * 5, [1] * 44 + [2] * 6
    heavy, light = model("heavy", one, speed=5, size=2_000_000_000), model("light", other, speed=100)
    assert reasons([heavy, light]) == ("light", ["as_good", "faster", "smaller"])


def test_words_alone_and_few_questions_are_said() -> None:
    assert reasons([model("a", [1, 1, 2], lexical=[1, 1, 2])]) == ("a", ["only", "words_do", "few"])


# ---- comparing for real -----------------------------------------------------------------------------------------------------

TEXTS = {
    "hotel": "A hotel room may cost up to 140 euros a night in any city.",
    "backup": "Backups of all servers are kept for ninety days in another building.",
    "car": "Employees who drive their own car are paid thirty cents a kilometre.",
}


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with closing(Library(tmp_path / "资料库")) as made:
        for name, text in TEXTS.items():
            made.catalogue.files.store(SourceFile(f"/{name}.txt", 10, 1, name), [chunk(text)], state="indexed")
        yield made


def test_models_are_compared_without_touching_the_library(library: Library, bundled_embedder: Embedder) -> None:
    asked = [
        Question(1, "accommodation price limit", path="hotel.txt"),
        Question(2, "How long are copies of the data preserved?", passage=TEXTS["backup"]),
        Question(3, "mileage allowance", path="car"),
    ]
    before = {file.name: file.read_bytes() for file in library.folder.iterdir() if file.suffix in (".sqlite", ".toml")}
    told: list[str] = []
    compared = comparison.compare(
        library,
        asked,
        ["one", "other"],
        lambda _: bundled_embedder,
        cancel=Cancellation(),
        report=lambda name, *_: told.append(name),
    )
    first, second = compared.models
    assert (first.choice, second.choice, first.name, first.dimension) == ("one", "other", "all-MiniLM-L6-v2", 384)
    assert first.arms["dense"].ranks == (1, 1, 1) == first.arms["fused"].ranks
    assert first.arms["lexical"].recall_1 < 1
    assert first.size > 80_000_000
    assert first.speed > 0
    assert compared.recommended.choice in ("one", "other")
    assert (compared.chunks, compared.all_chunks) == (3, 3)
    assert set(told) == {"all-MiniLM-L6-v2"}
    assert {file.name: file.read_bytes() for file in library.folder.iterdir() if file.suffix in (".sqlite", ".toml")} == before
    assert library.vectors is None


def test_a_large_library_is_represented_by_what_is_asked_and_by_others(
    library: Library, bundled_embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparison, "MOST_CHUNKS", 2)
    asked = [Question(1, "mileage allowance", path="car")]
    compared = comparison.compare(library, asked, ["one"], lambda _: bundled_embedder, cancel=Cancellation())
    assert (compared.chunks, compared.all_chunks) == (2, 3)
    assert compared.models[0].arms["dense"].ranks == (1,)

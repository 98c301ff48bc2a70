# SPDX-License-Identifier: Apache-2.0
"""Centred cosines: languages share one scale, and a library of one file has a background."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from library.making import chunk, source_file
from numpy.typing import NDArray

from desktop_app.embedding.scale import Direction, Scale, unit
from desktop_app.library.library import Library
from desktop_app.library.stores.chunk_rows import text_hash
from desktop_app.retrieval import background

MODEL = "model"
# Where the vectors of each language lie, in a space of eight numbers; texts differ in the last six.
OF = {"zh": np.array([4, 1, 0, 0, 0, 0, 0, 0]), "en": np.array([4, -1, 0, 0, 0, 0, 0, 0])}


def vector(language: str, *meaning: float) -> NDArray[np.float32]:
    return unit(np.asarray(OF[language] + np.array([0, 0, *meaning, *[0] * (6 - len(meaning))]), dtype=np.float32))


def scale(made: Mapping[str, Sequence[Sequence[float]]]) -> Scale:
    rows = {code: np.array([vector(code, *one) for one in some]) for code, some in made.items()}
    centres = {code: some.mean(axis=0) for code, some in rows.items()}
    known = Direction(plain=0.5, paraphrase=0.2, unrelated=0.0, deviation=0.05, rank=0.8)
    return Scale(centres, centres, rows, dict.fromkeys(("zh-zh", "en-en", "zh-en", "en-zh"), known))


SCALE = scale({code: [(*[0] * n, 1) for n in range(6)] for code in ("zh", "en")})


def stored(library: Library, texts: Mapping[str, NDArray[np.float32]]) -> None:
    library.attach_vectors(MODEL)
    for number, (text, row) in enumerate(texts.items()):
        vectors = {text_hash(text): row.astype("<f2").tobytes()}
        library.catalogue.files.store(
            source_file(f"/{number}.txt"), [chunk(text)], state="indexed", model=MODEL, vectors=vectors
        )


def test_a_passage_in_another_language_is_as_near_as_one_in_the_questions_own(tmp_path: Path) -> None:
    with closing(Library(tmp_path / "库")) as library:
        chinese, english = vector("zh", 0, 1), vector("en", 1)
        stored(library, {"保证金为六万元": chinese, "The deposit is 60,000 yuan and is due at once": english})
        found = background.background_of(library, MODEL, SCALE)
        asked = vector("zh", 1)
        assert asked @ chinese > asked @ english  # a plain cosine prefers the language
        centred = found.question(asked, "zh")
        right, wrong = found.similarity(centred, english, "en"), found.similarity(centred, chinese, "zh")
        assert right > 2 * wrong
        assert set(found.languages) == {"zh", "en"}


def test_an_index_is_asked_for_passages_of_one_language(tmp_path: Path) -> None:
    with closing(Library(tmp_path / "库")) as library:
        stored(library, {})
        found = background.background_of(library, MODEL, SCALE)
        centred = found.question(vector("zh", 1), "zh")
        passages = {"zh": vector("zh", 1), "en": vector("en", 1)}
        for code, other in (("zh", "en"), ("en", "zh")):
            toward = found.toward(centred, code)
            assert toward @ passages[code] > toward @ passages[other]


def test_a_library_of_one_text_has_the_background_of_the_made_texts(tmp_path: Path) -> None:
    with closing(Library(tmp_path / "库")) as library:
        only = vector("zh", 1)
        stored(library, {"员工申请休假需填写表单": only})
        found = background.background_of(library, MODEL, SCALE)
        centred = found.question(vector("zh", 1), "zh")
        assert found.similarity(centred, only, "zh") > 0.8  # its own centre would leave nothing of it
        assert np.allclose(found.passages["zh"], SCALE.passage_centres["zh"], atol=0.02)


def test_a_large_library_has_a_centre_of_its_own(tmp_path: Path) -> None:
    with closing(Library(tmp_path / "库")) as library:
        texts = {f"第{n}条 租赁合同约定的内容": vector("zh", 3, 0.01 * n) for n in range(200)}
        stored(library, texts)
        found = background.background_of(library, MODEL, SCALE)
        own = np.mean(list(texts.values()), axis=0)
        assert np.linalg.norm(found.passages["zh"] - own) < 0.5 * np.linalg.norm(SCALE.passage_centres["zh"] - own)
        assert found.languages == ("zh",)


def test_what_a_question_has_with_unrelated_texts(tmp_path: Path) -> None:
    with closing(Library(tmp_path / "库")) as library:
        stored(library, {})
        found = background.background_of(library, MODEL, SCALE)
        near_to_all = found.question(vector("zh", 1, 1, 1, 1, 1, 1), "zh")
        near_to_one = found.question(vector("zh", 1), "zh")
        assert found.noise(near_to_one, "zh") != pytest.approx(found.noise(near_to_all, "zh"), abs=0.01)


def test_it_is_kept_until_something_is_written(tmp_path: Path) -> None:
    with closing(Library(tmp_path / "库")) as library:
        stored(library, {"员工申请休假需填写表单": vector("zh", 1)})
        found = background.background_of(library, MODEL, SCALE)
        assert background.background_of(library, MODEL, SCALE) is found
        stored(library, {"another text in English words for all": vector("en", 1)})
        assert background.background_of(library, MODEL, SCALE) is not found

# SPDX-License-Identifier: Apache-2.0
"""Copies and versions: classes, which is newest, chains, what is left alone, and the made set of the benchmark."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from library.making import chunk
from made_texts import Maker

from desktop_app.contract.document import SourceFile
from desktop_app.contract.reports.duplicate_report import DuplicateGroup
from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.library.catalogue import Catalogue
from desktop_app.library.stores.chunk_rows import text_hash
from desktop_app.retrieval import duplicates, shingles


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    with closing(Catalogue(tmp_path / "catalogue.sqlite")) as made:
        yield made


def put(catalogue: Catalogue, path: str, *chunks: str, day: int = 1, content: str = "") -> None:
    """``content`` stands for the bytes of the file; its text unless told."""
    file = SourceFile(path, 100, day * 86_400 * 10**9, text_hash(content or "\n".join(chunks) + path).hex())
    catalogue.files.store(file, [chunk(text) for text in chunks], state="indexed")


def found(catalogue: Catalogue) -> dict[str, list[list[str]]]:
    groups: dict[str, list[list[str]]] = {"exact": [], "near": []}
    for group in duplicates.find(catalogue).groups:
        groups[group.kind].append([file.path for file in group.files])
    return groups


def near(catalogue: Catalogue) -> DuplicateGroup:
    (group,) = [group for group in duplicates.find(catalogue).groups if group.kind == "near"]
    return group


@pytest.mark.parametrize("chinese", [False, True])
def test_copies_versions_and_strangers(catalogue: Catalogue, chinese: bool) -> None:
    maker = Maker(5)
    units = maker.units(400, chinese=chinese)
    one, two = maker.text(units[:200], chinese=chinese), maker.text(units[200:], chinese=chinese)
    put(catalogue, "/合同.docx", one, two, day=3)
    put(catalogue, "/副本/合同.txt", one + "\n\n" + two, day=5)  # cut into chunks in another way
    put(catalogue, "/合同 v2.docx", maker.text(maker.edited(units, 0.1, chinese=chinese, blocks=False), chinese=chinese), day=9)
    put(catalogue, "/别的.docx", maker.text(maker.units(400, chinese=chinese), chinese=chinese))
    assert found(catalogue) == {
        "exact": [["/副本/合同.txt", "/合同.docx"]],
        "near": [["/合同 v2.docx", "/副本/合同.txt", "/合同.docx"]],
    }
    newest, copy, original = near(catalogue).files
    assert [newest.newest, copy.newest, original.newest] == [True, False, False]
    assert newest.similarity == 1
    assert 0.85 < copy.similarity == original.similarity < 0.96
    assert newest.modified == 9 * 86_400


def test_the_same_bytes_without_text_are_copies(catalogue: Catalogue) -> None:
    put(catalogue, "/扫描.pdf", content="bytes")
    put(catalogue, "/扫描 (1).pdf", content="bytes")
    put(catalogue, "/another.pdf", content="other bytes")
    assert found(catalogue) == {"exact": [["/扫描 (1).pdf", "/扫描.pdf"]], "near": []}


def test_a_change_of_marks_alone_is_another_version(catalogue: Catalogue) -> None:
    put(catalogue, "/a.txt", "The warranty covers two years from the date of delivery, whatever the use.")
    put(catalogue, "/b.txt", "The warranty covers two years from the date of delivery; whatever the use!")
    assert found(catalogue)["exact"] == []
    assert [file.similarity for file in near(catalogue).files] == [1.0, 0.999]


def test_short_texts_are_no_versions(catalogue: Catalogue) -> None:
    put(catalogue, "/a.txt", "合同编号甲一")
    put(catalogue, "/b.txt", "合同编号甲二")
    assert found(catalogue) == {"exact": [], "near": []}


def test_a_chain_of_drafts_is_one_group(catalogue: Catalogue) -> None:
    maker = Maker(6)
    units = maker.units(600, chinese=False)
    for draft in range(6):
        put(catalogue, f"/draft {draft}.txt", maker.text(units, chinese=False), day=draft + 1)
        units = maker.edited(units, 0.12, chinese=False, blocks=True)
    files = near(catalogue).files
    assert [file.path for file in files] == [f"/draft {draft}.txt" for draft in reversed(range(6))]
    assert files[-1].similarity < duplicates.NEAR, "the first draft alone is too far from the last"


def test_many_alike_are_one_group_at_a_cost_that_does_not_square(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    maker = Maker(7)
    units = maker.units(200, chinese=False)
    for number in range(120):
        put(
            catalogue,
            f"/invoice {number:03}.txt",
            maker.text(maker.edited(units, 0.02, chinese=False, blocks=False), chinese=False),
        )
    compared = []
    alike = shingles.alike
    monkeypatch.setattr(shingles, "alike", lambda one, other: compared.append(1) or alike(one, other))
    assert len(near(catalogue).files) == 120
    assert len(compared) < 3 * 120


def test_an_empty_library(catalogue: Catalogue) -> None:
    report = duplicates.find(catalogue)
    assert (report.groups, report.compared) == ((), 0)


def test_it_can_be_stopped(catalogue: Catalogue) -> None:
    put(catalogue, "/a.txt", "text")
    cancel = Cancellation()
    cancel.cancel()
    with pytest.raises(Cancelled):
        duplicates.find(catalogue, cancel=cancel)


def textbook_lcs(one: list[int], other: list[int]) -> int:
    lengths = [0] * (len(other) + 1)
    for token in one:
        before = 0
        for place, beside in enumerate(other, start=1):
            before, lengths[place] = (
                lengths[place],
                before + 1 if token == beside else max(lengths[place], lengths[place - 1]),
            )
    return lengths[-1]


# Hashes use all 64 bits, and those above 2^63 are no signed integers.
TOKENS = st.lists(st.sampled_from([0, 1, 2, 3, 2**61 - 1, 2**63, 2**64 - 1]), max_size=40)


@given(TOKENS, TOKENS)
def test_the_measure_is_the_longest_common_subsequence(one: list[int], other: list[int]) -> None:
    whole = len(one) + len(other)
    expected = 2 * textbook_lcs(one, other) / whole if whole else 1.0
    assert shingles.alike(np.array(one, dtype=np.uint64), np.array(other, dtype=np.uint64)) == expected


@pytest.mark.parametrize("share", [0.02, 0.1, 0.3])
@pytest.mark.parametrize("blocks", [False, True])
def test_the_measure_is_the_share_of_words_kept(share: float, blocks: bool) -> None:
    maker = Maker(8)
    units = maker.units(2_000, chinese=False)
    replaced = list(units)
    for place in range(int(share * 2_000)) if blocks else maker.random.sample(range(2_000), int(share * 2_000)):
        replaced[place] = f"x{place}"
    one, other = (shingles.tokens(" ".join(words)) for words in (units, replaced))
    assert shingles.alike(one, other) == pytest.approx(1 - share, abs=0.01)


def test_long_texts_are_parted_and_still_measured() -> None:
    maker = Maker(9)
    units = [f"w{maker.random.randrange(20_000)}" for _ in range(90_000)]
    edited = ["new"] * 500 + [f"y{n}" if n % 20 == 0 else unit for n, unit in enumerate(units)]
    one, other = shingles.tokens(" ".join(units)), shingles.tokens(" ".join(edited))
    assert shingles.alike(one, other) == pytest.approx(2 * 85_500 / 180_500, abs=0.01)


def test_signatures_estimate_the_jaccard_index() -> None:
    maker = Maker(10)
    for size in (20, 300, 5_000):
        units = maker.units(size, chinese=True)
        one = shingles.tokens("".join(units))
        other = shingles.tokens("".join(units[: size * 3 // 4] + maker.units(size // 4, chinese=True)))
        first, second = (
            {tuple(row) for row in zip(text, text[1:], text[2:], strict=False)} for text in (one.tolist(), other.tolist())
        )
        jaccard = len(first & second) / len(first | second)
        agree = float((shingles.signature(one) == shingles.signature(other)).mean())
        assert agree == pytest.approx(jaccard, abs=0.25 if size == 20 else 0.1)

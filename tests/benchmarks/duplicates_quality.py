# SPDX-License-Identifier: Apache-2.0
"""Copies and versions: does ``inkstone duplicates`` find the right pairs, and does its cost grow in line with the library?

300 made documents, half Chinese: 40 originals each with an exact copy and versions with 1%, 10% and 30% of their words changed
(scattered, or whole sentences), and 100 unrelated ones, some of which share a page of standard terms. Wanted: precision and recall at
least 0.98 for exact copies and 0.95 for versions with up to 10% changed. A pair of an original and its 30% version counts neither way
in "precision" and as wrong in "strict precision".

Then 1,000 and 20,000 chunks of ten a file. Wanted: the cost of a chunk stays about the same (a ratio near 1).
"""

from __future__ import annotations

import tempfile
from contextlib import closing
from itertools import combinations
from pathlib import Path

from desktop_app.contract.document import Document, Locator, Segment, SourceFile
from desktop_app.documents.text.splitting import estimate_tokens, split
from desktop_app.library.catalogue import Catalogue
from desktop_app.library.stores.chunk_rows import text_hash
from desktop_app.retrieval import duplicates
from tests.made_texts import Maker

_FAMILIES = 40
_UNRELATED = 100
_CHANGES = (0.01, 0.10, 0.30)
_PER_FILE = 10
_WORDS = 80  # of a chunk


def main() -> None:
    quality()
    cost()


def quality() -> None:
    maker = Maker(11)
    texts: dict[str, str] = {}
    terms = {chinese: maker.units(150, chinese=chinese) for chinese in (False, True)}
    for family in range(_FAMILIES):
        chinese = family % 2 == 0
        units = maker.units(maker.random.randint(80, 3_000), chinese=chinese)
        texts[f"{family}/original"] = maker.text(units, chinese=chinese)
        texts[f"{family}/copy"] = texts[f"{family}/original"]
        for share in _CHANGES:
            edited = maker.edited(units, share, chinese=chinese, blocks=family % 4 < 2)
            texts[f"{family}/{share:.2f}"] = maker.text(edited, chinese=chinese)
    for number in range(_UNRELATED):
        chinese = number % 2 == 0
        own = maker.units(maker.random.randint(80, 3_000), chinese=chinese)
        texts[f"other {number}/original"] = maker.text(own + (terms[chinese] if number % 3 == 0 else []), chinese=chinese)
    print(f"{len(texts)} documents")
    with tempfile.TemporaryDirectory() as folder, closing(Catalogue(Path(folder) / "catalogue.sqlite")) as catalogue:
        for name, text in texts.items():
            _store(catalogue, name, text)
        report = duplicates.find(catalogue)
    exact = {frozenset(pair) for g in report.groups if g.kind == "exact" for pair in combinations([f.path for f in g.files], 2)}
    near = {
        frozenset(pair) for g in report.groups if g.kind == "near" for pair in combinations([f.path for f in g.files], 2)
    } - exact
    wanted_exact = {frozenset((f"{family}/original", f"{family}/copy")) for family in range(_FAMILIES)}
    wanted: dict[float, set[frozenset[str]]] = {
        share: {
            frozenset((f"{family}/{of}", f"{family}/{share:.2f}")) for family in range(_FAMILIES) for of in ("original", "copy")
        }
        for share in _CHANGES
    }
    up_to_10 = wanted[0.01] | wanted[0.10]
    same_family = {pair for pair in near if len({path.split("/")[0] for path in pair}) == 1}
    third = {pair for pair in near if any(path.endswith("0.30") for path in pair)}
    print(
        f"exact        precision {_share(exact & wanted_exact, exact):.3f}  recall {_share(exact & wanted_exact, wanted_exact):.3f}  wanted: 0.98"
    )
    print(
        f"up to 10%    precision {_share(same_family, near):.3f}  recall {_share(near & up_to_10, up_to_10):.3f}  wanted: 0.95  "
        f"(strict precision {_share(same_family - third, near):.3f})"
    )
    for share, pairs in wanted.items():
        print(f"  {share:4.0%} changed: {_share(near & pairs, pairs):.3f} of the pairs found")


def cost() -> None:
    seconds: dict[int, float] = {}
    for chunks in (1_000, 20_000):
        maker = Maker(12)
        with tempfile.TemporaryDirectory() as folder, closing(Catalogue(Path(folder) / "catalogue.sqlite")) as catalogue:
            _fill(catalogue, maker, chunks // _PER_FILE)
            found = catalogue.chunks.count()
            seconds[chunks] = min(duplicates.find(catalogue).seconds for _ in range(3 if chunks < 5_000 else 1)) / found
            print(f"{found:>6,} chunks: {seconds[chunks] * found:6.2f} s, {seconds[chunks] * 1e6:5.0f} µs a chunk")
    print(f"ratio of the cost of a chunk: {seconds[20_000] / seconds[1_000]:.2f} (1 is linear, 20 would be quadratic)")


def _fill(catalogue: Catalogue, maker: Maker, files: int) -> None:
    """A third of the files are versions of another."""
    units: list[str] = []
    for number in range(files):
        if number % 3 == 2:
            units = maker.edited(units, 0.05, chinese=False, blocks=True)
        else:
            units = maker.units(_WORDS * _PER_FILE, chinese=False)
        parts = [" ".join(units[start : start + _WORDS]) for start in range(0, len(units), _WORDS)]
        segments = tuple(Segment(part, Locator(lines=(line, line))) for line, part in enumerate(parts, start=1))
        _put(catalogue, f"/{number:05d}.txt", segments)


def _store(catalogue: Catalogue, name: str, text: str) -> None:
    _put(catalogue, name, tuple(Segment(line, Locator(lines=(n, n))) for n, line in enumerate(text.split("\n"), start=1)))


def _put(catalogue: Catalogue, path: str, segments: tuple[Segment, ...]) -> None:
    chunks = split(Document(segments), count_tokens=estimate_tokens, max_tokens=254)
    whole = "\n".join(segment.text for segment in segments)
    file = SourceFile(path, len(whole), 1_700_000_000_000_000_000, text_hash(whole).hex())
    catalogue.files.store(file, chunks, state="indexed")


def _share(part: set[frozenset[str]], whole: set[frozenset[str]]) -> float:
    return len(part) / len(whole) if whole else 1.0


if __name__ == "__main__":
    main()

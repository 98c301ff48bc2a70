# SPDX-License-Identifier: Apache-2.0
"""MinHash signatures, and how much of two texts is the same.

    text -> tokens -> shingles (three tokens in a row) -> signature (256 minima) -> bands; texts that share a band are compared

A signature is one-permutation MinHash (Li, Owen, Zhang 2012): the shingles' hashes fall into 256 bins, the least of each bin is
kept, and empty bins borrow from others (Shrivastava 2017), so that the share of equal places estimates the Jaccard index of two
sets of shingles. Bands of three places (locality-sensitive hashing) meet with probability 1 - (1 - J^3)^85: 0.9999 at J = 0.57, which
is one word in ten changed, and 0.0007 at J = 0.02, which is what unrelated texts of one language have.
"""

from __future__ import annotations

import hashlib
import re
from array import array

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq

from desktop_app.analysis import words
from desktop_app.analysis.folding import fold

Hashes = NDArray[np.uint64]
Signature = NDArray[np.uint32]

BINS = 256
BAND = 3
BANDS = BINS // BAND
_SHINGLE = 3  # tokens
# Ideographs, kana and Hangul each stand for themselves; other scripts come in words.
_TOKEN = re.compile(rf"[{words.BIGRAMS}]|[^\W_{words.BIGRAMS}]+")
_MOST_WORDS = 500_000
_MULTIPLIERS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)


class _Words(dict[str, int]):
    """Each word's hash, made once; the same in every process."""

    def __missing__(self, word: str) -> int:
        if len(self) >= _MOST_WORDS:  # tables of numbers know no end of words
            self.clear()
        made = self[word] = int.from_bytes(
            hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little"
        )
        return made


_words = _Words()


def tokens(text: str) -> Hashes:
    """The words of a text (CJK: its characters) in order, as hashes; case, width, diacritics and marks make no difference."""
    found = _TOKEN.findall(fold(text))
    return np.fromiter(map(_words.__getitem__, found), dtype=np.uint64, count=len(found))


def signature(text: Hashes) -> Signature:
    """256 numbers whose share of equal places between two texts estimates the Jaccard index of their shingles. ``text`` must hold
    a token."""
    hashes = shingles(text)
    bins = (hashes >> np.uint64(56)).astype(np.intp)
    least = np.full(BINS, np.iinfo(np.uint64).max, dtype=np.uint64)
    np.minimum.at(least, bins, hashes)
    filled = np.zeros(BINS, dtype=bool)
    filled[bins] = True
    if not filled.all():
        lender = np.argmax(filled[_LENDERS], axis=1)
        source = _LENDERS[np.arange(BINS), lender]
        least = np.where(filled, least, least[source])
    return least.astype(np.uint32)  # the low half: the upper bits only tell the bin


def bands(signatures: NDArray[np.uint32]) -> Hashes:
    """Band keys, (texts, 85), of signatures, (texts, 256)."""
    parts = signatures[:, : BANDS * BAND].astype(np.uint64).reshape(len(signatures), BANDS, BAND)
    return _mixed((parts * _MULTIPLIERS).sum(axis=2, dtype=np.uint64))


def alike(first: Hashes, second: Hashes) -> float:
    """0..1: twice the longest common subsequence over both lengths, in tokens. Nine words in ten kept in place gives 0.9."""
    whole = len(first) + len(second)
    if not whole:
        return 1.0
    return 2 * _common(first, second) / whole


def shingles(text: Hashes) -> Hashes:
    """Three tokens in a row as one hash, at each place: (tokens - 2,), at least one."""
    if len(text) < _SHINGLE:
        text = np.concatenate([text, np.zeros(_SHINGLE - len(text), dtype=np.uint64)])
    rows = np.lib.stride_tricks.sliding_window_view(text, _SHINGLE)
    return _mixed((rows * _MULTIPLIERS).sum(axis=1, dtype=np.uint64))


def _mixed(values: Hashes) -> Hashes:
    """Every bit made to depend on every other (the finalizer of SplitMix64, Steele et al. 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: Hashes = values ^ (values >> np.uint64(31))
    return mixed


def _lenders() -> NDArray[np.intp]:
    """For each bin, all bins in an order of its own: from the first filled one it borrows when it is empty."""
    random = np.random.default_rng(20170803)
    return np.stack([random.permutation(BINS) for _ in range(BINS)]).astype(np.intp)


_LENDERS = _lenders()


# ---- longest common subsequence -------------------------------------------------------------------------------------------

_LONGEST = 30_000  # tokens of one text in one comparison: 0.15 s
_SHORTEST_PART = 64


def _common(first: Hashes, second: Hashes) -> int:
    """Length of the longest common subsequence; a little less for texts of more than 30,000 tokens, which are parted first, at a
    stretch that both have once."""
    if not len(first) or not len(second):
        return 0
    if max(len(first), len(second)) > _LONGEST:
        parted = _parting(first, second)
        if parted is None:
            return 0
        left, right = parted
        return _common(first[:left], second[:right]) + _common(first[left:], second[right:])
    # Arrays of 64 bits are compared by value; other sequences by Python's hash, which is the same for 0 and 2^61 - 1.
    return LCSseq.similarity(array("Q", first.tobytes()), array("Q", second.tobytes()))


def _parting(first: Hashes, second: Hashes) -> tuple[int, int] | None:
    """Where to cut both texts: at the shingle nearest to the middle of the first that stands once in each."""
    mine, my_places, my_counts = np.unique(shingles(first), return_index=True, return_counts=True)
    other, other_places, other_counts = np.unique(shingles(second), return_index=True, return_counts=True)
    _, at, there = np.intersect1d(mine[my_counts == 1], other[other_counts == 1], assume_unique=True, return_indices=True)
    left, right = my_places[my_counts == 1][at], other_places[other_counts == 1][there]
    inside = (left > _SHORTEST_PART) & (right > _SHORTEST_PART)
    inside &= (left < len(first) - _SHORTEST_PART) & (right < len(second) - _SHORTEST_PART)
    if not inside.any():
        return None
    left, right = left[inside], right[inside]
    # A shingle can be moved text; the middle of what lies nearest to the middle is not.
    best = np.argsort(np.abs(left - len(first) // 2))[:9]
    chosen = best[np.argsort(right[best] - left[best])[len(best) // 2]]
    return int(left[chosen]), int(right[chosen])

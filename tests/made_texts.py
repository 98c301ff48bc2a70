# SPDX-License-Identifier: Apache-2.0
"""Made-up documents for tests and benchmarks: English and Chinese with the word frequencies of real text, and edited versions."""

from __future__ import annotations

import random

_SYLLABLES = [c + v for c in "b c d f g l m n p r s t v w st tr pl ch".split() for v in "a e i o u er an in".split()]
_COMMON = 0x4E00


class Maker:
    """Documents that depend on the seed alone."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._words = list(
            dict.fromkeys("".join(self.random.choices(_SYLLABLES, k=self.random.choice((1, 2, 2, 3)))) for _ in range(6_000))
        )
        self._weights = [1 / (rank + 3) for rank in range(len(self._words))]
        self._hanzi = [chr(_COMMON + n) for n in self.random.sample(range(20_000), 3_000)]
        self._hanzi_weights = [1 / (rank + 20) for rank in range(len(self._hanzi))]

    def units(self, count: int, *, chinese: bool) -> list[str]:
        """Words, or for Chinese characters."""
        if chinese:
            return self.random.choices(self._hanzi, self._hanzi_weights, k=count)
        return self.random.choices(self._words, self._weights, k=count)

    def edited(self, units: list[str], share: float, *, chinese: bool, blocks: bool) -> list[str]:
        """``share`` of the units replaced, taken out or added to: scattered, or in ``blocks`` of about a sentence."""
        changes = max(1, round(share * len(units)))
        size = min(changes, 15) if blocks else 1
        starts = self.random.sample(range(0, len(units) - size + 1, size), max(1, changes // size))
        made, done = [], 0
        for start in sorted(starts):
            made += units[done:start]
            kind = self.random.random()
            if kind < 0.7:
                made += self.units(size, chinese=chinese)
            elif kind < 0.85:
                made += units[start : start + size] + self.units(size, chinese=chinese)
            done = start + size
        return made + units[done:]

    def text(self, units: list[str], *, chinese: bool) -> str:
        """Sentences and paragraphs of the units."""
        made = []
        for count, unit in enumerate(units, start=1):
            if chinese:
                made.append(
                    unit + ("。\n" if count % 90 == 0 else "。" if count % 22 == 0 else "，" if count % 11 == 0 else "")
                )
            else:
                made.append(unit + (".\n" if count % 60 == 0 else ". " if count % 15 == 0 else " "))
        return "".join(made).strip()

# SPDX-License-Identifier: Apache-2.0
"""What all reranker backends share: pairs, their text, the fingerprint."""

from __future__ import annotations

from pathlib import Path

from desktop_app.embedding.seam.stamp import stamp

Pair = tuple[str, str]
"""Question and passage."""

LONGEST = 512
"""Tokens of both together; of the longer one the rest is cut."""

BATCH = 4
"""Pairs that are read at once."""

# A converted reranker must score these as torch does before anybody uses it; their scores are kept with the graph, to notice damage.
PROBES: tuple[Pair, ...] = (
    ("When does the warranty end?", "The warranty ends two years after the day of acceptance."),
    ("When does the warranty end?", "Paper, stone, ink and brush are the four treasures of the study."),
    ("质保期多长？", "质保期为十八个月，自每批产品验收合格之日起计算。"),
    ("质保期多长？", "The bank holiday is on Monday."),
    ("x", ""),
    ("Which article is it?", "and so on, item 12, € 3.50 " * 200),
)


def fingerprint(folder: Path) -> str:
    """What a reranker's graphs and measurements are kept under."""
    return f"reranker-{stamp(str(folder))}"

# SPDX-License-Identifier: Apache-2.0
"""``python -m tests.benchmarks [NAME…]``: run all benchmarks, or those named."""

from __future__ import annotations

import importlib
import itertools
import sys

# Run by name only, because they take long: fault_runs, kill_runs, first_word. Each module has ``main() -> None`` and prints its own table.
NAMES = (
    "window_start",
    "window_ticks",
    "page_turning",
    "window_switch",
    "window_memory",
    "large_lists",
    "index_speed",
    "words_first",
    "unchanged_run",
    "table_store",
    "table_cost",
    "question_latency",
    "forecast_error",
    "memory_growth",
    "compaction",
    "embedding_backends",
    "conversion_cost",
    "default_model",
    "reranker_backends",
    "retrieval_quality",
    "office_meaning",
    "planted_errors",
    "followups",
    "answers",
    "search_latency",
    "search_hits",
    "duplicates_quality",
    "pdf_agreement",
    "pdf_table_accuracy",
    "encodings",
    "reader_libraries",
    "reading_speed",
    "reading_keeps_up",
    "ocr_quality",
    "small_libraries",
    "computed_answers",
    "ordinary_questions",
    "summaries",
)


def main() -> int:
    named = list(itertools.takewhile(str.isidentifier, sys.argv[1:]))  # what follows belongs to the benchmark
    for name in named or NAMES:
        print(f"== {name}", flush=True)
        importlib.import_module(f"tests.benchmarks.{name}").main()
        print(flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

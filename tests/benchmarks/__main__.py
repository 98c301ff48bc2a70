"""``python -m tests.benchmarks [NAME…]``: run all benchmarks, or those named."""

from __future__ import annotations

import importlib
import sys

# Each module has ``main() -> None`` and prints its own table.
NAMES = ("window_start", "window_ticks", "pdf_agreement", "reading_speed", "ocr_quality")


def main() -> int:
    for name in sys.argv[1:] or NAMES:
        print(f"== {name}", flush=True)
        importlib.import_module(f"tests.benchmarks.{name}").main()
        print(flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

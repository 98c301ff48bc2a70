# SPDX-License-Identifier: Apache-2.0
"""Get the default embedding model and measure its backends on this PC: the last step of the set-up, and of an installer.

    python packaging/prepare_embedding.py

What it makes lies below ``share/inkstone`` of the environment (``desktop_app.foundation.paths.prepared``), for all users. The light model is
prepared in its place where the default one cannot be had; else it is converted when somebody chooses it. Takes about half a minute.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    sys.path.insert(0, str(ROOT))
    import get_default_model

    get_default_model.main()
    from desktop_app.foundation import offline

    offline.seal()
    from desktop_app.foundation import paths

    os.environ["INKSTONE_HOME"] = str(paths.prepared())
    from desktop_app.embedding import scale
    from desktop_app.embedding.choosing.chosen import ChosenEmbedder
    from desktop_app.embedding.factory import BUNDLED, answering, open_embedder
    from desktop_app.engine import lazy_embedder

    choice_made = answering(BUNDLED, "")
    embedder = open_embedder(choice_made)
    if embedder is not None:
        lazy_embedder.remember(choice_made, embedder.facts)
    if not isinstance(embedder, ChosenEmbedder):
        return 0  # a GPU computes it: nothing to convert
    choice = embedder.settled()
    for direction, worth in scale.measure(embedder).directions.items():
        print(f"{direction}: plain {worth.plain:.2f}, paraphrase {worth.paraphrase:.2f}, rank {worth.rank:.2f}")
    embedder.close()
    for row in choice.rows if choice else ():
        print(f"{row.backend:<14} {row.problem or f'{row.rate:.1f} texts/s, cosine {row.least:.4f}'}")
    print(f"embedding by {choice.backend if choice else embedder.facts.backend}")
    open_to_all(paths.prepared())
    return 0


def open_to_all(folder: Path) -> None:
    """Inkstone closes what it makes to other users; this is for all of them."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


if __name__ == "__main__":
    sys.exit(main())

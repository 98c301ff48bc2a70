# SPDX-License-Identifier: Apache-2.0
"""Draw the program's icon as pictures of the sizes that systems ask for.

    .venv/bin/python packaging/make_icons.py

From ``resources/icons/inkstone.svg`` into ``packaging/icons``, once for each change of the drawing: the installers are built without Qt, so
that the pictures are kept with the source.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SIZES = (16, 24, 32, 48, 64, 128, 256, 512, 1024)


def main() -> int:
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    drawing = QSvgRenderer(str(ROOT / "resources" / "icons" / "inkstone.svg"))
    for size in SIZES:
        picture = QImage(size, size, QImage.Format.Format_ARGB32)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        drawing.render(painter)
        painter.end()
        picture.save(str(ROOT / "packaging" / "icons" / f"inkstone-{size}.png"))
    return 0


if __name__ == "__main__":
    sys.exit(main())

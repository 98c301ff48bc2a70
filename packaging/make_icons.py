# SPDX-License-Identifier: Apache-2.0
"""Draw the program's icon as pictures of the sizes that systems ask for.

    .venv/bin/python packaging/make_icons.py

From ``resources/icons/inkstone.svg`` into ``packaging/icons``, once for each change of the drawing: the installers are built without Qt, so
that the pictures are kept with the source. Two more stand in the Windows set-up program: at the side of its first and last page, and at the
head of the others; twice as large as it shows them at 100 %, in 256 colours.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SIZES = (16, 24, 32, 48, 64, 128, 256, 512, 1024)
PAPER, LINE = "#FBF3EA", "#E3D3C2"


def main() -> int:
    from PySide6.QtCore import QRectF, Qt
    from PySide6.QtGui import QColor, QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    drawing = QSvgRenderer(str(ROOT / "resources" / "icons" / "inkstone.svg"))
    for size in SIZES:
        picture = QImage(size, size, QImage.Format.Format_ARGB32)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        drawing.render(painter)
        painter.end()
        picture.save(str(ROOT / "packaging" / "icons" / f"inkstone-{size}.png"))
    for name, width, height, ground, seal in (
        ("side", 328, 628, PAPER, QRectF(92, 130, 144, 144)),
        ("head", 300, 114, "white", QRectF(206, 20, 74, 74)),
    ):
        picture = QImage(width, height, QImage.Format.Format_RGB32)
        picture.fill(QColor(ground))
        painter = QPainter(picture)
        drawing.render(painter, seal)
        if name == "side":
            painter.fillRect(width - 2, 0, 2, height, QColor(LINE))
        painter.end()
        picture.convertToFormat(QImage.Format.Format_Indexed8).save(str(ROOT / "packaging" / "icons" / f"setup-{name}.bmp"))
    return 0


if __name__ == "__main__":
    sys.exit(main())

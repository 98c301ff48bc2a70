# SPDX-License-Identifier: Apache-2.0
"""The build scripts, importable as their programs import them."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2] / "packaging"))

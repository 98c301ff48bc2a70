# SPDX-License-Identifier: Apache-2.0
"""What is said of a model that cannot be built from its numbers alone."""

from __future__ import annotations


class UnknownArchitectureError(ValueError):
    """An encoder, a module or a head that ``encoders`` does not know; torch may."""

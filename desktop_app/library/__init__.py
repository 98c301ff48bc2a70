# SPDX-License-Identifier: Apache-2.0
"""One library on disk: the catalogue (the truth), vectors derived from it."""

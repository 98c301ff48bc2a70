# SPDX-License-Identifier: Apache-2.0
"""Finds passages: dense, lexical, fused."""

# SPDX-License-Identifier: Apache-2.0
"""Backends that compute embeddings and rerankings, one a file."""

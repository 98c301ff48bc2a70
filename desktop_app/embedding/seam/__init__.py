# SPDX-License-Identifier: Apache-2.0
"""The contract of every embedder, and what all of them share."""

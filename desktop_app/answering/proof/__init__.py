# SPDX-License-Identifier: Apache-2.0
"""Proof of each sentence of an answer by the passages."""

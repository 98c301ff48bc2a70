# SPDX-License-Identifier: Apache-2.0
"""Computes a checked form over the tables of a library."""

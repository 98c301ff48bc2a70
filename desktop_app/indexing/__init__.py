# SPDX-License-Identifier: Apache-2.0
"""Fills a library: scan, plan, read, split, embed, write."""

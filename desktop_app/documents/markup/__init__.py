# SPDX-License-Identifier: Apache-2.0
"""Marked-up text: web pages, Markdown, e-books, rich text, OFD."""

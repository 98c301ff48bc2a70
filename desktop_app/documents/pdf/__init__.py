# SPDX-License-Identifier: Apache-2.0
"""PDF files: pages, columns, rules, tables."""

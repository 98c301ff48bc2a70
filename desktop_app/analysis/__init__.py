# SPDX-License-Identifier: Apache-2.0
"""Text analysis: script, folding, words, codes, numerals, language."""

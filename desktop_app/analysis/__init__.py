# SPDX-License-Identifier: Apache-2.0
"""What is known of text, once: script, folding, words, codes, numerals, language, sentences, matching."""

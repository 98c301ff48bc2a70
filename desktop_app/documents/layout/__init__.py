# SPDX-License-Identifier: Apache-2.0
"""Reading order and paragraphs of text that has positions alone."""

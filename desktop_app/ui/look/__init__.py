# SPDX-License-Identifier: Apache-2.0
"""Colours, icons, labels and the language of the window."""

# SPDX-License-Identifier: Apache-2.0
"""Reads files of every format into segments of text with places."""

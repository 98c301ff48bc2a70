# SPDX-License-Identifier: Apache-2.0
"""Shared by readers: encodings, segments, places, tables, splitting."""

# SPDX-License-Identifier: Apache-2.0
"""Sentences for people: problems, places, sizes and times, translated."""

# SPDX-License-Identifier: Apache-2.0
"""Notices changed files and debounces the events."""

# SPDX-License-Identifier: Apache-2.0
"""Frozen data that crosses a pipe or a floor, and its messages.

Nothing here needs more than its own values.
"""

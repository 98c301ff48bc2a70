# SPDX-License-Identifier: Apache-2.0
"""Frozen data that crosses a pipe or a floor, and the messages that carry it; nothing that needs more than its own values."""

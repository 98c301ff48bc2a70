# SPDX-License-Identifier: Apache-2.0
"""The library in the window: folders, runs, ledger, duplicates, rules."""

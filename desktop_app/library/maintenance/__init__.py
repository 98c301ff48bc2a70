# SPDX-License-Identifier: Apache-2.0
"""Backing up, restoring, moving, checking and repairing libraries."""

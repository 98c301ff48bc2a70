# SPDX-License-Identifier: Apache-2.0
"""The catalogue's tables in SQLite, a store a subject."""

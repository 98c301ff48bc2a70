# SPDX-License-Identifier: Apache-2.0
"""Reader processes: the pool, the worker, and which reader reads a file."""

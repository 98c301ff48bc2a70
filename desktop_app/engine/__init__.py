# SPDX-License-Identifier: Apache-2.0
"""The engine: the facade over one library, its jobs and the stdio server."""

# SPDX-License-Identifier: Apache-2.0
"""The engine: the facade over one library, the stdio server, sentences for people."""

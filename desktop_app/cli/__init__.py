# SPDX-License-Identifier: Apache-2.0
"""The command line: its commands and what they print."""

# SPDX-License-Identifier: Apache-2.0
"""How a question leans on earlier turns, by rules for each language."""

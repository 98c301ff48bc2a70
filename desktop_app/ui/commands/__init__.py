# SPDX-License-Identifier: Apache-2.0
"""What the window can do, by name: the table of commands and its palette."""

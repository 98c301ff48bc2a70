# SPDX-License-Identifier: Apache-2.0
"""One question with its answers."""

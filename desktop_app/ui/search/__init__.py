# SPDX-License-Identifier: Apache-2.0
"""Search without an answer."""

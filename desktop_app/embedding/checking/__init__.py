# SPDX-License-Identifier: Apache-2.0
"""Models that check whether a passage supports a sentence."""

# SPDX-License-Identifier: Apache-2.0
"""The conversation: list, panel, composer, presets."""

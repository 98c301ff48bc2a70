# SPDX-License-Identifier: Apache-2.0
"""What readers share: encodings, segments with their places, tables, splitting."""

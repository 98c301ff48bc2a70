# SPDX-License-Identifier: Apache-2.0
"""What a summary is of, its parts and their central sentences."""

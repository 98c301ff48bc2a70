# SPDX-License-Identifier: Apache-2.0
"""What files state about themselves, by rules, and questions of all."""

# SPDX-License-Identifier: Apache-2.0
"""Models on this PC: found, sized, and run in processes of their own."""

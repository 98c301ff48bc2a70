# SPDX-License-Identifier: Apache-2.0
"""Small widgets that several parts of the window use."""

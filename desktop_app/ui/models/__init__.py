# SPDX-License-Identifier: Apache-2.0
"""The models dialog and its parts."""

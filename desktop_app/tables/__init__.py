# SPDX-License-Identifier: Apache-2.0
"""Questions of figures: read as a form, computed over tables."""

# SPDX-License-Identifier: Apache-2.0
"""Reports on a whole library: copies, evaluation."""

# SPDX-License-Identifier: Apache-2.0
"""The words of answers that no document holds."""

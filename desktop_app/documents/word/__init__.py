# SPDX-License-Identifier: Apache-2.0
"""Word documents: the packages of today, and the binary files of Word 97."""

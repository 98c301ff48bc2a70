# SPDX-License-Identifier: Apache-2.0
"""A spreadsheet in the source panel."""

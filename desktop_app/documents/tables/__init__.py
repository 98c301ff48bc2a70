# SPDX-License-Identifier: Apache-2.0
"""Tables as data: which rows are theirs, and what their cells hold."""

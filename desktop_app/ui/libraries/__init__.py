# SPDX-License-Identifier: Apache-2.0
"""The libraries page: which there are, and what is done with them."""

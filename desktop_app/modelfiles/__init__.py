# SPDX-License-Identifier: Apache-2.0
"""Metadata of model files, read without loading any weights."""

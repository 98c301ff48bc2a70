# SPDX-License-Identifier: Apache-2.0
"""Measures backends on this machine and keeps the fastest that agrees."""

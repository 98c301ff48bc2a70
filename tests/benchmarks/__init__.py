# SPDX-License-Identifier: Apache-2.0
"""Benchmarks: measured side by side in one run, printed as ratios, never asserted in a test. ``make bench`` runs them all."""

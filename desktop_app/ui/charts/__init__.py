# SPDX-License-Identifier: Apache-2.0
"""A computed answer as a chart: bars for groups, a line over time."""

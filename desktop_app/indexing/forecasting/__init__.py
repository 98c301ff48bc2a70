# SPDX-License-Identifier: Apache-2.0
"""How long a run will take and how far it is."""

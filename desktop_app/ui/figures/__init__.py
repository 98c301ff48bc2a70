# SPDX-License-Identifier: Apache-2.0
"""The form of a computed answer as chips, and its rows."""

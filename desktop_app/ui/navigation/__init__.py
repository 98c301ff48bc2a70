# SPDX-License-Identifier: Apache-2.0
"""What leads through an open source: find bar, outline, other places."""

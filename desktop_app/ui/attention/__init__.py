# SPDX-License-Identifier: Apache-2.0
"""Being noticed, and being called, while another window is in front."""

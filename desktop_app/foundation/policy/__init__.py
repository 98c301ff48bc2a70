# SPDX-License-Identifier: Apache-2.0
"""What an administrator of this PC has set for all its users."""

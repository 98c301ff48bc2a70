# SPDX-License-Identifier: Apache-2.0
"""What the formats of workbooks hold beside plain values."""

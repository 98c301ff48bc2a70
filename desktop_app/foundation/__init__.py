# SPDX-License-Identifier: Apache-2.0
"""What every room needs and nothing that needs a room. Light imports only."""

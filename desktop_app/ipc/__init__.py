# SPDX-License-Identifier: Apache-2.0
"""Child processes of our own: roles, pipes, messages, supervision."""

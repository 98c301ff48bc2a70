# SPDX-License-Identifier: Apache-2.0
"""A file becomes text that knows where it stands."""

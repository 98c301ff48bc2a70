# SPDX-License-Identifier: Apache-2.0
"""Question -> passages -> prompt -> model -> checked, cited answer."""

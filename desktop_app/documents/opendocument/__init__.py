# SPDX-License-Identifier: Apache-2.0
"""OpenDocument texts and slides: styles, numbers, frames."""

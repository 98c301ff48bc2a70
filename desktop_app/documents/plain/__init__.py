# SPDX-License-Identifier: Apache-2.0
"""Plain text, code, CSV, subtitles."""

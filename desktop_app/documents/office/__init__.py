# SPDX-License-Identifier: Apache-2.0
"""Office documents of Microsoft, WPS and LibreOffice."""

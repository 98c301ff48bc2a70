# SPDX-License-Identifier: Apache-2.0
"""The source panel: pages, pictures and text with the quote marked."""

# SPDX-License-Identifier: Apache-2.0
"""The viewer process: pages, pictures and sheets for the source panel."""

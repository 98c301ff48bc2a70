# SPDX-License-Identifier: Apache-2.0
"""The steps of ``packaging/build.py``, one file a step."""

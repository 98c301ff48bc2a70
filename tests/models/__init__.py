# SPDX-License-Identifier: Apache-2.0
"""Tests of the model room. A package, because other rooms have files of the same name."""

# SPDX-License-Identifier: Apache-2.0
"""The base of the program: settings, paths, errors, translation.

It imports no other room and nothing heavy, because every process loads it.
"""

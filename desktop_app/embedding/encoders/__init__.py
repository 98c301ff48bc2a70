# SPDX-License-Identifier: Apache-2.0
"""OpenVINO graphs of encoders, built from the numbers in model folders."""

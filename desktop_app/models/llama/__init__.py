# SPDX-License-Identifier: Apache-2.0
"""What runs inside the model process: llama.cpp and its text stream."""

# SPDX-License-Identifier: Apache-2.0
"""What model files say about themselves (GGUF headers, embedding folders), read without loading any weights."""

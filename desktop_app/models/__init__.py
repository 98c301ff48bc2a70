# SPDX-License-Identifier: Apache-2.0
"""What lies in a model folder, whether it fits, and the processes that run GGUF models."""

# SPDX-License-Identifier: Apache-2.0
"""Text becomes vectors, through LangChain's ``Embeddings`` seam."""

"""Text becomes vectors, through LangChain's ``Embeddings`` seam."""

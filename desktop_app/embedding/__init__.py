"""Floor 2: text becomes vectors, through LangChain's ``Embeddings`` seam."""

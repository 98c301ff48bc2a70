"""Floor 1: text becomes vectors, through LangChain's ``Embeddings`` seam."""

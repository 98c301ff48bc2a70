"""Floor 1: what model files say about themselves (GGUF headers, embedding folders), read without loading any weights."""

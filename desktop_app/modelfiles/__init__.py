"""What model files say about themselves (GGUF headers, embedding folders), read without loading any weights."""

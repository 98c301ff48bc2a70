"""The engine: the facade over one library, the stdio server, sentences for people."""

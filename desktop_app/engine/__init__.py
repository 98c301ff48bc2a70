"""Floor 6: the engine: typed messages, the facade over one library, the stdio server, sentences for people."""

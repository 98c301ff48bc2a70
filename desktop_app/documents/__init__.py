"""Floor 1: a file becomes text that knows where it stands."""

"""Floor 2: a file becomes text that knows where it stands."""

"""A file becomes text that knows where it stands."""

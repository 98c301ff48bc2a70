"""One library on disk: the catalogue (the truth) and the vectors (derived)."""

"""Floor 1: what lies in a model folder, whether it fits, and the language model process."""

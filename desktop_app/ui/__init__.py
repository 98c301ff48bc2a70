"""Floor 7: widgets. Talks to the bridge only; holds no thread and no engine."""

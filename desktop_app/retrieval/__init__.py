"""Floor 3: finds passages: dense, lexical, fused."""

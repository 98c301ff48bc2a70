"""Floor 4: finds passages: dense, lexical, fused."""

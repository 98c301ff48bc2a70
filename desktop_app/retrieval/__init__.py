"""Finds passages: dense, lexical, fused."""

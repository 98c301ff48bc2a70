"""Fills a library: scan, plan, read, split, embed, write."""

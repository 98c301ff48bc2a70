"""Floor 4: fills a library: scan, plan, read, split, embed, write."""

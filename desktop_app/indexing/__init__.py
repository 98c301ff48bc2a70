"""Floor 3: fills a library: scan, plan, read, split, embed, write."""

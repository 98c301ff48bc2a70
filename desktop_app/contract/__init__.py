"""Frozen data that crosses a pipe or a floor, and the messages that carry it. No behaviour."""

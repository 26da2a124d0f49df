"""Reads a tenant in a process of its own: whatever happens there is a failed scan, not a dead window."""

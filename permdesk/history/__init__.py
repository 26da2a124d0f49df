"""The user's own memory: scans that were read, and what people said about apps."""

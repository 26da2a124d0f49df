"""Sheets over the window: each asks one thing or tells one thing, and is opened without blocking."""

"""Thin adapters between plain rows and Qt."""

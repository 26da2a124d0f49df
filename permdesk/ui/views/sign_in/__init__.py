"""Signing in as it is seen: choice, wait, code, outcome, accounts, and how to register the app."""

"""Signing in to Microsoft: MSAL, the loopback receiver, and the encrypted store of tokens."""

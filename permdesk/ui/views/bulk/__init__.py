"""Consents in a row and consents on record: lists of them, as a person sees them."""

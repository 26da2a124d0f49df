"""Printing and exporting, as a person sees it: pages, set-up, formats, letterhead."""

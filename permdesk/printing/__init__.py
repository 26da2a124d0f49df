"""Reports on paper: one painter for printer, PDF and preview."""

"""What permdesk knows about tenants, permissions and vendors: frozen facts and pure functions."""

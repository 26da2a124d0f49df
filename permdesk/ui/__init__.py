"""The window: what is seen and what answers to a hand on mouse or keyboard."""

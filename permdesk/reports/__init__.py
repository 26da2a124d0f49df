"""What permdesk hands to other programs and to paper: documents made of comparisons."""

"""What is seen: panes, delegates and dialogs."""

"""History in the window: the timeline of scans, what changed between two, and how long they stay."""

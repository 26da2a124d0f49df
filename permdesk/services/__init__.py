"""The verbs: what a person can do with permdesk, whatever the face."""

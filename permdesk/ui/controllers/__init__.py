"""One controller per panel: each action of a person is one short method, and everything slow goes to the tasks."""

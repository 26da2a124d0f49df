"""permdesk: required versus granted permissions of the apps in a Microsoft 365 tenant."""

__version__ = "0.1.0"

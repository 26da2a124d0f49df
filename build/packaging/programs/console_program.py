"""The program ``permdesk-cli`` of a bundle: the command line."""

import sys

import permdesk_bundle

permdesk_bundle.begin()

from permdesk.__main__ import console  # noqa: E402 - a scan's process ends in the line above

sys.exit(console())

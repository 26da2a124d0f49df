"""The program ``permdesk`` of a bundle: the window."""

import sys

import permdesk_bundle

permdesk_bundle.begin()

from permdesk.__main__ import main  # noqa: E402 - a scan's process ends in the line above

sys.exit(main())

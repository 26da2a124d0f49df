"""What the tests of the verbs share: services on a folder of their own, on the sample tenant."""

from datetime import date

from permdesk.composition import build
from permdesk.paths import Paths

TODAY = date(2026, 11, 22)
EXPRESS = "7d2b6c14-0c3f-4e6a-9a86-51f6d2f0b8e7"
NAKIVO = "c2a94e17-6d30-4f4b-a7f5-90d1c3e8b264"


def services_in(folder, today=TODAY):
    return build(Paths.isolated(folder), today=lambda: today)

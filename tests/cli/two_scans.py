"""Two scans of the sample tenant, a month apart."""

from datetime import timedelta

from msgspec.structs import replace

JANUARY = "6f1f4c0e-6a49-4a0e-9a53-0d6d3f0f6a01"
FEBRUARY = "9c2e7b51-3d2f-4b77-8f0e-5b1a6f2d7c02"


def with_id(snapshot, scan_id):
    return replace(snapshot, scan_id=scan_id)


def later(snapshot):
    """The tenant a month later: one grant went, one app got a new name, one account was switched off."""
    first, *others = snapshot.registrations
    user, *users = snapshot.users
    return replace(
        snapshot,
        read_at=snapshot.read_at + timedelta(days=30),
        registrations=(replace(first, display_name="Renamed \x1b[31m<b>App</b>"), *others),
        app_role_assignments=snapshot.app_role_assignments[1:],
        users=(replace(user, enabled=not user.enabled), *users),
    )

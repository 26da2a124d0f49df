"""Screens of what is asked between two scans: roles and their holders in the open preview, and what goes wrong."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from shooter import Shooter

if TYPE_CHECKING:
    from permdesk.ui.views.dialogs.consent import ReconsentSheet

_APP = "svc-m365-backup"


def _preview(shooter: Shooter) -> "ReconsentSheet":
    from permdesk.ui.views.dialogs.consent import ReconsentSheet

    shooter.tenant()
    shooter.app_named(_APP)
    shooter.window.consent.reconsent()
    shooter.wait(lambda: isinstance(shooter.window.sheets.sheet, ReconsentSheet), 20)
    sheet = shooter.window.sheets.sheet
    if not isinstance(sheet, ReconsentSheet):
        raise SystemExit("the preview did not open")
    return sheet


def _roles_again(shooter: Shooter) -> None:
    sheet = _preview(shooter)
    sheet.who.again.click()
    shooter.wait(lambda: sheet.who.again.isEnabled(), 20)
    shooter.wait()


def _holders(shooter: Shooter) -> None:
    sheet = _preview(shooter)
    sheet.who.holders.click()
    shooter.wait(lambda: sheet.who.holders.isEnabled(), 20)
    shooter.wait()


def _many_holders(shooter: Shooter) -> None:
    """Show the holders of a large tenant: more than are listed, a part of the tenant, and a list that is cut."""
    from permdesk.domain.role_holders import Holder, HolderKind, HoldersRead, RoleHolders
    from permdesk.domain.tenant import HeldRole

    sheet = _preview(shooter)
    names = ("Amelia Thornbury-Wexham of the Identity and Access Management Office", "Joss Reed", "Priya Nair")
    people = [
        Holder(f"p{n}", HolderKind.PERSON, names[n % 3], f"user{n:02}@larkfield.example", n != 4) for n in range(24)
    ]
    group = Holder("g", HolderKind.GROUP, "Privileged access, break glass")
    app = Holder("a", HolderKind.APP, "id-directory-hygiene", None, True)
    refused = "Microsoft refused this read (403 Authorization_RequestDenied)"
    roles = (
        RoleHolders(HeldRole("1", "Privileged Role Administrator"), (people[0], people[4], group, app), 2),
        RoleHolders(HeldRole("2", "Global Administrator"), tuple(people), 0, refused),
    )
    # Nobody is answered before the sheet is drawn.
    shooter.wait()
    sheet.who.show_holders(HoldersRead(roles, sheet.plan.read_at))
    shooter.wait()


def _refused(shooter: Shooter) -> None:
    from permdesk.errors import ReadError

    sheet = _preview(shooter)
    sheet.who.show_problem(
        ReadError(
            "Your directory roles could not be read",
            detail="Microsoft knows no such object (404 Request_ResourceNotFound).",
            remedy="The account is no object of this tenant, as with a partner's account: look up its roles where it "
            "is managed, or sign in with an account of the tenant.",
        )
    )


def _app_not_read(shooter: Shooter) -> None:
    from permdesk.errors import ReadError

    sheet = _preview(shooter)
    sheet.tell_problem(
        ReadError(
            "The app could not be read",
            detail="Microsoft could not answer (503 serviceNotAvailable).",
            remedy="Check the network, then check again.",
        )
    )


ASKING_SCREENS: dict[str, Callable[[Shooter], None]] = {
    "roles-again": _roles_again,
    "role-holders": _holders,
    "role-holders-many": _many_holders,
    "roles-refused": _refused,
    "app-not-read": _app_not_read,
}

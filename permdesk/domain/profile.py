"""What a vendor documents for one app, and which part of it this customer uses."""

from enum import StrEnum

from msgspec import Struct

from permdesk.domain.permission import Kind


class Condition(StrEnum):
    """When a documented permission is needed at all."""

    GROUP_MAILBOX_ONLY = "group-mailbox-only"
    CERTIFICATE_SIGN_IN = "certificate-sign-in"


class ActsFor(StrEnum):
    """For whom a delegated permission acts."""

    ONE_ACCOUNT = "one-account"
    EVERYONE = "everyone"


class RouteKind(StrEnum):
    """How an app is (re-)authorised."""

    VENDOR_CONSOLE = "vendor-console"
    REGISTRATION = "registration"
    ADMIN_CONSENT_LINK = "admin-consent-link"


class ProfileOrigin(StrEnum):
    """Whose file a profile is."""

    SHIPPED = "shipped"
    OWN = "own"


class Route(Struct, frozen=True):
    """One way to (re-)authorise an app.

    Attributes:
        kind: vendor's console, registration page or link.
        label: the route's own name, such as "Re-authorize in AvePoint".
        steps: where to click, in order.
        who: who may take it, in words.
        roles: directory roles the vendor demands for it; empty where it demands none.
        note: what this route does not do; may be empty.
    """

    kind: RouteKind
    label: str
    steps: tuple[str, ...] = ()
    who: str = ""
    roles: tuple[str, ...] = ()
    note: str = ""


class Source(Struct, frozen=True):
    """The vendor's page a profile was taken from.

    Attributes:
        title: the page's title.
        breadcrumb: where it stands in the vendor's documentation.
        date: YYYY-MM or YYYY-MM-DD of its newest statement; None where it gives none.
        retrieved: YYYY-MM or YYYY-MM-DD, when it was read.
    """

    title: str
    breadcrumb: str
    date: str | None
    retrieved: str


class Cell(Struct, frozen=True, order=True):
    """A workload and one of its operations."""

    workload: str
    operation: str

    def __str__(self) -> str:
        return f"{self.workload}/{self.operation}"


class Requirement(Struct, frozen=True):
    """One documented permission.

    Attributes:
        resource_app_id: the API's appId.
        resource: the API's name in our words.
        workloads: workload -> operations that need it; empty where the vendor has no matrix.
        condition: when it is needed at all; None for always.
        preview: the vendor marks it as preview.
        last_update: YYYY-MM the vendor last changed the line; None where it says none.
        newly_required: the vendor's own column; None where it has none.
        acts_for: for whom a delegated permission acts; None for application permissions.
        purpose: why the vendor wants it, in our own few words.
        note: a remark on how the fact was read from the page; may be empty.
    """

    resource_app_id: str
    resource: str
    kind: Kind
    value: str
    workloads: dict[str, tuple[str, ...]] = {}
    condition: Condition | None = None
    preview: bool = False
    last_update: str | None = None
    newly_required: bool | None = None
    acts_for: ActsFor | None = None
    purpose: str = ""
    note: str = ""

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Every workload and operation that needs this permission."""
        return tuple(Cell(w, operation) for w, operations in self.workloads.items() for operation in operations)


class Profile(Struct, frozen=True):
    """What a vendor documents for one app.

    Attributes:
        id: stable word used on the command line.
        app_name: the app's display name in Entra; None where the customer chooses it.
        app_id: the app's appId where it is known.
        directory_roles: roles the app itself needs in the directory.
        notes: sentences a person should know before consenting.
        not_installed: what to say where no app of the tenant bears this profile.
        workloads: the columns of the vendor's matrix, in the page's order; empty where it has none.
        operations: what the matrix asks per workload, in the page's order.
        origin: shipped with permdesk, or a file of the user's own.
        fingerprint: SHA-256 of the profile's content, hexadecimal.
    """

    id: str
    vendor: str
    product: str
    name: str
    edition: str
    source: Source
    app_name: str | None
    requirements: tuple[Requirement, ...]
    app_id: str | None = None
    routes: tuple[Route, ...] = ()
    directory_roles: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    not_installed: str = ""
    workloads: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    origin: ProfileOrigin = ProfileOrigin.SHIPPED
    fingerprint: str = ""

    @property
    def matrix(self) -> tuple[Cell, ...]:
        """Every cell the vendor documents, workloads and operations in the page's order."""
        cells = dict.fromkeys(cell for requirement in self.requirements for cell in requirement.cells)
        workloads = {name: place for place, name in enumerate(self.workloads)}
        operations = {name: place for place, name in enumerate(self.operations)}
        last = len(cells)
        return tuple(
            sorted(cells, key=lambda c: (workloads.get(c.workload, last), operations.get(c.operation, last))),
        )

    @property
    def choosable_conditions(self) -> tuple[Condition, ...]:
        """Conditions a person ticks; the others follow from their workload."""
        used = {requirement.condition for requirement in self.requirements}
        return tuple(c for c in (Condition.CERTIFICATE_SIGN_IN,) if c in used)

    @property
    def has_choices(self) -> bool:
        """True where there is anything to tick."""
        return bool(self.matrix or self.choosable_conditions)


class Uses(Struct, frozen=True):
    """The services in use of one profile: what a person ticked.

    Attributes:
        cells: ticked workloads x operations.
        conditions: ticked conditions.
        chosen: True where a person chose; False where everything is assumed.
    """

    cells: frozenset[Cell]
    conditions: frozenset[Condition] = frozenset()
    chosen: bool = True

    def needs(self, requirement: Requirement) -> bool:
        """True where a ticked cell, or a requirement without cells, needs it and its condition holds."""
        if requirement.condition is Condition.CERTIFICATE_SIGN_IN and requirement.condition not in self.conditions:
            return False
        if not requirement.workloads:
            return True
        return any(cell in self.cells for cell in requirement.cells)


def assumed_uses(profile: Profile, *, certificate: bool) -> Uses:
    """Return what holds until a person chooses: every cell, and conditions as the evidence has them."""
    conditions = profile.choosable_conditions if certificate else ()
    return Uses(frozenset(profile.matrix), frozenset(conditions), chosen=False)

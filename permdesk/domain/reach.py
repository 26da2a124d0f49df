"""What a permission lets an app do to the tenant, and which permission is contained in which: curated facts."""

from enum import StrEnum

from msgspec import Struct

from permdesk.domain.permission import Kind


class Reach(StrEnum):
    """The statements the reach table makes; a permission that is not listed has none."""

    TENANT_CONTROL = "tenant-control"
    ALL_MAIL = "all-mail"
    ALL_FILES = "all-files"
    ALL_SITES = "all-sites"


class ReachRow(Struct, frozen=True):
    """One curated statement, with its source and reason."""

    resource_app_id: str
    kind: Kind
    value: str
    reach: Reach
    source: str
    reason: str


class CoverRow(Struct, frozen=True):
    """One curated hint: within one API and kind, ``broader`` probably does what ``narrower`` does."""

    resource_app_id: str
    kind: Kind
    broader: str
    narrower: str
    reason: str


class ApiName(Struct, frozen=True):
    """A well-known API: its appId and the name used where the tenant has no service principal of it."""

    app_id: str
    name: str


class CatalogFacts(Struct, frozen=True):
    """Everything the catalog states besides profiles."""

    version: str
    reach: tuple[ReachRow, ...] = ()
    covers: tuple[CoverRow, ...] = ()
    apis: tuple[ApiName, ...] = ()

"""A scan without names: what people chose to be called, and who they are, replaced alike in every place.

Replaced: the tenant's name and domain; names, ids and addresses of people; names of apps, publishers and credentials;
reply addresses; titles and descriptions of permissions of APIs that are not Microsoft's; words of reads that repeat one
of these. Left: the tenant's id, appIds and object ids of apps, what APIs publish, grants, roles, dates, coverage.
"""

import hashlib
import hmac
import uuid
from collections.abc import Iterable

from msgspec.structs import replace

from permdesk.domain.application import Credential, Publisher, Registration, ServicePrincipal
from permdesk.domain.coverage import ReadCoverage, ReadName
from permdesk.domain.grant import User
from permdesk.domain.permission import ApiDefinition
from permdesk.domain.snapshot import Snapshot
from permdesk.domain.tenant import MICROSOFT_TENANTS, Account, Tenant

#: A top-level domain that nobody can own (RFC 2606).
_DOMAIN = "redacted.example"
_SHORT = 8


def without_names(snapshot: Snapshot, secret: bytes) -> Snapshot:
    """Return a scan without the names in it.

    Args:
        snapshot: the scan.
        secret: at least 16 random bytes that whoever gets the result does not have. The same secret replaces the same
            person and the same app alike in every scan, so that two of them can still be compared.
    """
    return _Names(snapshot, secret).replaced()


class _Names:
    def __init__(self, snapshot: Snapshot, secret: bytes) -> None:
        self._scan = snapshot
        self._secret = secret
        principals = snapshot.service_principals
        self._microsofts = {p.app_id for p in principals if p.owner_tenant_id in MICROSOFT_TENANTS}
        self._microsofts -= {r.app_id for r in snapshot.registrations}
        self._app_of = {p.object_id: p.app_id for p in principals}

    def replaced(self) -> Snapshot:
        scan = self._scan
        return replace(
            scan,
            scan_id=self._guid("scan", scan.scan_id),
            tenant=Tenant(scan.tenant.id, "Tenant without a name", scan.tenant.cloud, None),
            account=self._account(scan.account),
            registrations=tuple([self._registration(one) for one in scan.registrations]),
            service_principals=tuple([self._principal(one) for one in scan.service_principals]),
            apis=tuple([self._api(one) for one in scan.apis]),
            delegated_grants=tuple(
                [
                    one if one.principal_id is None else replace(one, principal_id=self._person_id(one.principal_id))
                    for one in scan.delegated_grants
                ]
            ),
            users=tuple([self._user(one) for one in scan.users]),
            reads=tuple(self._reads(scan.reads)),
        )

    def _account(self, account: Account) -> Account:
        home = account.home_tenant_id
        return replace(
            account,
            username=self._address(account.object_id or account.username) if account.username is not None else None,
            object_id=self._person_id(account.object_id) if account.object_id is not None else None,
            home_tenant_id=home if home is None or home == self._scan.tenant.id else self._guid("tenant", home),
        )

    def _user(self, user: User) -> User:
        return replace(
            user,
            object_id=self._person_id(user.object_id),
            display_name=f"Person {self._short('person', user.object_id)}" if user.display_name is not None else None,
            username=self._address(user.object_id) if user.username is not None else None,
        )

    def _registration(self, one: Registration) -> Registration:
        return replace(
            one,
            display_name=self._app_name(one.app_id, one.display_name),
            credentials=tuple([self._credential(credential) for credential in one.credentials]),
            publisher=self._publisher(one.publisher),
            reply_urls=self._addresses(one.reply_urls),
        )

    def _principal(self, one: ServicePrincipal) -> ServicePrincipal:
        if one.app_id in self._microsofts:
            return one
        return replace(
            one,
            display_name=self._app_name(one.app_id, one.display_name),
            app_display_name=self._app_name(one.app_id, one.app_display_name) if one.app_display_name else None,
            publisher=self._publisher(one.publisher),
            reply_urls=self._addresses(one.reply_urls),
        )

    def _api(self, api: ApiDefinition) -> ApiDefinition:
        if api.app_id in self._microsofts:
            return api
        return replace(
            api,
            display_name=self._app_name(api.app_id, api.display_name),
            permissions=tuple([replace(one, title="", description="") for one in api.permissions]),
        )

    def _reads(self, reads: Iterable[ReadCoverage]) -> Iterable[ReadCoverage]:
        for read in reads:
            app_id = read.resource_app_id or self._app_of.get(read.client_object_id or "")
            resource = read.resource
            if resource is not None and (app_id is None or app_id not in self._microsofts):
                resource = self._app_name(app_id or resource, resource)
            # What a service answered may repeat any name; what permdesk says of the users' list may name a person.
            told = read.read is ReadName.ORGANIZATION or read.complete
            yield replace(read, resource=resource, detail=None if told else self._detail(read.detail))

    def _detail(self, detail: str | None) -> str | None:
        if detail is None:
            return None
        words = detail.split(maxsplit=1)
        # The number of an HTTP answer tells what went wrong, and names nobody.
        return words[0].rstrip(".:,") if words and words[0].rstrip(".:,").isdigit() else "Left out with the names"

    def _credential(self, one: Credential) -> Credential:
        return replace(one, label=f"Credential {self._short('label', one.label)}") if one.label else one

    def _publisher(self, one: Publisher | None) -> Publisher | None:
        return Publisher(f"Publisher {self._short('publisher', one.name)}") if one is not None else None

    def _addresses(self, addresses: tuple[str, ...]) -> tuple[str, ...]:
        return tuple([f"https://{self._short('address', address)}.{_DOMAIN}" for address in addresses])

    def _app_name(self, app_id: str, name: str) -> str:
        return f"App {self._short('app', app_id)}" if name else ""

    def _address(self, person: str | None) -> str:
        return f"person-{self._short('person', person or '')}@{_DOMAIN}"

    def _person_id(self, object_id: str) -> str:
        return self._guid("person", object_id)

    def _guid(self, of: str, text: str) -> str:
        return str(uuid.UUID(bytes=self._digest(of, text)[:16], version=4))

    def _short(self, of: str, text: str) -> str:
        return self._digest(of, text).hex()[:_SHORT]

    def _digest(self, of: str, text: str) -> bytes:
        return hmac.new(self._secret, f"{of}\0{text}".encode("utf-8", "surrogatepass"), hashlib.sha256).digest()

"""The decoded rows of a tenant as rows of the tables in comparison_tables.sql."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import count

from permdesk.domain.application import CredentialKind
from permdesk.domain.coverage import ReadName
from permdesk.domain.finding import Flag
from permdesk.domain.names import folded
from permdesk.domain.permission import ZERO_ROLE_ID, Kind
from permdesk.domain.profile import ActsFor, Condition
from permdesk.domain.tenant import MICROSOFT_TENANTS
from tests.benchmarks.generator import World

_KIND = {Kind.APPLICATION: 0, Kind.DELEGATED: 1}
_FLAGS = list(Flag)


class Loader:
    """Turns decoded rows into the rows of the tables; the same text gets the same number everywhere."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.number: defaultdict[str, int] = defaultdict(count(1).__next__)
        self.words: dict[str, str] = {}
        self.spelt: dict[str, int] = {}

    def tables(self) -> Iterator[tuple[str, Iterable[tuple[object, ...]]]]:
        """Yield the target of an INSERT and its rows, one table after the other."""
        yield from self._coverage()
        yield from self._apps()
        yield from self._grants()
        yield from self._catalog()
        yield from self._knowledge()
        number = self.number
        yield "word VALUES (?, ?, ?)", [(number[word], value, word) for word, value in self.words.items()]

    def _word(self, value: str) -> int:
        word = value.casefold()
        self.words.setdefault(word, word)
        return self.number[word]

    def _spelt(self, value: str) -> int:
        number = self.spelt.get(value)
        if number is None:
            word = value.casefold()
            self.words[word] = min(value, self.words.get(word, word))
            number = self.spelt[value] = self.number[word]
        return number

    def _coverage(self) -> Iterator[tuple[str, Iterable[tuple[object, ...]]]]:
        snapshot, number = self.world.snapshot, self.number
        coverage = snapshot.coverage
        lists = (ReadName.APPLICATIONS, ReadName.SERVICE_PRINCIPALS, ReadName.OAUTH2_PERMISSION_GRANTS)
        yield "tenant VALUES (?, ?, ?, ?)", [(snapshot.tenant.id, *(int(coverage.list_complete(n)) for n in lists))]
        yield "microsoft_tenant VALUES (?)", [(tenant,) for tenant in MICROSOFT_TENANTS]
        apis = {read.resource_app_id for read in snapshot.reads if read.resource_app_id is not None}
        clients = {read.client_object_id for read in snapshot.reads if read.client_object_id is not None}
        yield "complete_definitions VALUES (?)", [(number[a],) for a in apis if coverage.definitions_complete(a)]
        yield "complete_assignments VALUES (?)", [(number[a],) for a in apis if coverage.assignments_complete(a)]
        yield "complete_client VALUES (?)", [(number[c],) for c in clients if coverage.client_side_complete(c)]

    def _apps(self) -> Iterator[tuple[str, Iterable[tuple[object, ...]]]]:
        snapshot, number = self.world.snapshot, self.number
        yield (
            "registration VALUES (?, ?, ?, ?, ?)",
            (
                (
                    number[r.app_id],
                    r.app_id,
                    folded(r.display_name),
                    1 if r.required else 0,
                    1 if any(c.kind is CredentialKind.CERTIFICATE for c in r.credentials) else 0,
                )
                for r in snapshot.registrations
            ),
        )
        yield (
            "manifest VALUES (?, ?, ?, ?, ?, ?)",
            (
                (number[r.app_id], number[a.resource_app_id], a.resource_app_id, _KIND[a.kind], number[a.id], a.id)
                for r in snapshot.registrations
                for a in r.required
            ),
        )
        yield (
            "principal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    number[p.object_id],
                    p.object_id,
                    number[p.app_id],
                    p.app_id,
                    p.display_name,
                    folded(p.display_name),
                    folded(p.app_display_name) if p.app_display_name else None,
                    p.owner_tenant_id,
                    p.type,
                )
                for p in snapshot.service_principals
            ),
        )

    def _grants(self) -> Iterator[tuple[str, Iterable[tuple[object, ...]]]]:
        snapshot, number = self.world.snapshot, self.number
        yield (
            "assignment VALUES (?, ?, ?, ?, ?)",
            (
                (
                    number[a.client_id],
                    number[a.resource_id],
                    number[a.role_id],
                    a.role_id,
                    a.created.toordinal() if a.created is not None else None,
                )
                for a in snapshot.app_role_assignments
                if a.role_id != ZERO_ROLE_ID
            ),
        )
        grants = snapshot.delegated_grants
        yield (
            "tenant_grant VALUES (?, ?, ?)",
            ((number[g.client_id], number[g.resource_id], number[g.scope]) for g in grants if g.principal_id is None),
        )
        yield (
            "personal_grant VALUES (?, ?, ?, ?)",
            (
                (number[g.client_id], number[g.resource_id], number[g.scope], number[g.principal_id])
                for g in grants
                if g.principal_id is not None
            ),
        )
        word = self._spelt
        yield (
            "scope_value VALUES (?, ?)",
            ((number[scope], word(value)) for scope in {g.scope for g in grants} for value in scope.split()),
        )
        resources = {a.resource_id for a in snapshot.app_role_assignments} | {g.resource_id for g in grants}
        yield "resource VALUES (?, ?)", [(number[object_id], object_id) for object_id in resources]
        yield (
            "person VALUES (?, ?, ?)",
            [(number[u.object_id], None if u.enabled is None else int(u.enabled), int(u.gone)) for u in snapshot.users],
        )

    def _catalog(self) -> Iterator[tuple[str, Iterable[tuple[object, ...]]]]:
        facts, number, word = self.world.facts, self.number, self._word
        yield (
            "published VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    number[api.app_id],
                    _KIND[p.kind],
                    number[p.id],
                    p.id,
                    word(p.value),
                    p.value,
                    int(p.enabled),
                    int(p.user_consentable),
                )
                for api in self.world.snapshot.apis
                for p in api.permissions
            ),
        )
        yield (
            "definition VALUES (?, ?, ?, ?, ?)",
            [
                (number[api.app_id], api.app_id, number[api.object_id], api.object_id, api.display_name)
                for api in self.world.snapshot.apis
            ],
        )
        yield "api_name VALUES (?, ?)", [(api.app_id, api.name) for api in facts.apis]
        yield (
            "reach VALUES (?, ?, ?, ?)",
            [
                (
                    number[row.resource_app_id],
                    _KIND[row.kind],
                    word(row.value),
                    1 << _FLAGS.index(Flag(row.reach.value)),
                )
                for row in facts.reach
            ],
        )
        yield (
            "cover VALUES (?, ?, ?, ?)",
            [(number[c.resource_app_id], _KIND[c.kind], word(c.broader), word(c.narrower)) for c in facts.covers],
        )
        profiles = self.world.profiles.values()
        yield (
            "profile VALUES (?, ?, ?)",
            [(p.id, folded(p.app_name) if p.app_name else None, p.app_id) for p in profiles],
        )
        requirements = [(profile.id, requirement) for profile in profiles for requirement in profile.requirements]
        yield (
            "requirement VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    place,
                    profile_id,
                    number[r.resource_app_id],
                    r.resource_app_id,
                    _KIND[r.kind],
                    self._spelt(r.value),
                    r.value,
                    r.last_update,
                    int(r.acts_for is ActsFor.EVERYONE),
                    int(r.condition is Condition.CERTIFICATE_SIGN_IN),
                    int(bool(r.workloads)),
                )
                for place, (profile_id, r) in enumerate(requirements)
            ],
        )
        yield (
            "requirement_cell VALUES (?, ?)",
            [(place, str(cell)) for place, (_, requirement) in enumerate(requirements) for cell in requirement.cells],
        )

    def _knowledge(self) -> Iterator[tuple[str, Iterable[tuple[object, ...]]]]:
        knowledge, number, word = self.world.knowledge, self.number, self._word
        yield (
            "binding VALUES (?, ?, ?)",
            [
                (app_id, binding.profile_id, int(binding.by_hand))
                for app_id, binding in knowledge.bindings.items()
                if binding.profile_id is None or binding.profile_id in self.world.profiles
            ],
        )
        yield (
            "chosen VALUES (?, ?, ?)",
            [
                (app_id, profile_id, int(Condition.CERTIFICATE_SIGN_IN in uses.conditions))
                for (app_id, profile_id), uses in knowledge.uses.items()
            ],
        )
        yield (
            "chosen_cell VALUES (?, ?, ?)",
            [
                (app_id, profile_id, str(cell))
                for (app_id, profile_id), uses in knowledge.uses.items()
                for cell in uses.cells
            ],
        )
        yield (
            "acceptance VALUES (?, ?, ?, ?, ?, ?)",
            [
                (
                    place,
                    a.app_id,
                    number[a.permission.resource_app_id or ""],
                    _KIND[a.permission.kind],
                    word(a.permission.value),
                    a.until.toordinal() if a.until is not None else None,
                )
                for place, a in enumerate(knowledge.acceptances)
            ],
        )

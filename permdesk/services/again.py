"""Again: roles, holders and one app read anew between two scans, without another scan."""

from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from permdesk.domain.audit import AuditTrail
from permdesk.domain.consent import ConsentPlan
from permdesk.domain.consent_who import roles_enough, you_may
from permdesk.domain.finding import AppComparison, Comparison
from permdesk.domain.one_app import wanted_app, with_app
from permdesk.domain.ports import CancelToken
from permdesk.domain.questions import Questions
from permdesk.domain.role_holders import HoldersRead, RolesRead
from permdesk.domain.snapshot import Snapshot
from permdesk.domain.tenant import Account, Tenant
from permdesk.errors import ReadError, SignInError
from permdesk.services.accounts import Accounts
from permdesk.services.compare import Compare
from permdesk.services.target import ReadTarget, SampleTarget, Target, TokenTarget

#: The clocks of this computer and of Microsoft may differ by so much.
_CLOCKS = timedelta(minutes=5)


class Ask(Protocol):
    """Makes what asks a tenant."""

    def __call__(self, target: ReadTarget) -> Questions:
        """Return it."""
        ...


class AppAgain(Struct, frozen=True):
    """One app read by itself after a consent.

    Attributes:
        comparison: the tenant with that app alone, as it is now; no app where it is gone.
        trail: what the audit log tells of it since the scan before; None where it has no service principal.
    """

    comparison: Comparison
    trail: AuditTrail | None


class Again:
    """Asks a tenant single questions; any thread may.

    Args:
        ask: makes what asks.
        compare: holds an app against its baseline.
        accounts: knows who is signed in to the tenant of a saved scan.
        is_sample: True for a scan of the sample tenant.
    """

    def __init__(
        self, *, ask: Ask, compare: Compare, accounts: Accounts, is_sample: Callable[[Snapshot], bool]
    ) -> None:
        self._ask = ask
        self._compare = compare
        self._accounts = accounts
        self._is_sample = is_sample

    def target(self, target: Target, snapshot: Snapshot) -> ReadTarget:
        """Return where a scan's tenant can be asked.

        Args:
            target: what was opened.
            snapshot: the scan that it brought.

        Raises:
            SignInError: it is a saved scan, and nobody is signed in to its tenant.
            StorageError: the kept sign-ins cannot be read.
        """
        if isinstance(target, SampleTarget | TokenTarget):
            return target
        if self._is_sample(snapshot):
            return SampleTarget()
        return self._signed_in(snapshot.tenant, snapshot.account)

    def _signed_in(self, tenant: Tenant, account: Account) -> TokenTarget:
        found = [
            one.sign_in
            for one in self._accounts.kept()
            if (one.sign_in.cloud.id, one.sign_in.tenant_id) == (tenant.cloud, tenant.id)
        ]
        if not found:
            raise SignInError(
                "Nobody is signed in to this tenant",
                detail="This is a saved scan: what is true now, only the tenant can tell.",
                remedy="Sign in to it, then try again.",
            )
        name = (account.username or "").casefold()
        return self._accounts.target(min(found, key=lambda one: one.username.casefold() != name))

    def roles(
        self, plan: ConsentPlan, account: Account, target: ReadTarget, *, cancel: CancelToken
    ) -> tuple[ConsentPlan, RolesRead]:
        """Return a plan with its answer for the roles that are active now, and those roles.

        Args:
            plan: what the consent asks for is not looked at again.
            account: who read the tenant; a target that knows who signs in says better.
            target: where to ask.
            cancel: asked several times a second.

        Raises:
            SignInError: Microsoft does not accept the token.
            ReadError: they could not be read.
            Cancelled: the person cancelled.
        """
        read = self._ask(target).my_roles(cancel=cancel)
        who = target.token.account if isinstance(target, TokenTarget) else account
        answer = you_may(plan.who, replace(who, roles=read.roles), now=True)
        return replace(plan, you=answer), read

    def holders(self, plan: ConsentPlan, target: ReadTarget, *, cancel: CancelToken) -> HoldersRead:
        """Return who holds the roles that are enough for a plan; it raises as ``roles`` does."""
        return self._ask(target).holders(roles_enough(plan.who), cancel=cancel)

    def app(
        self,
        plan: ConsentPlan,
        before: AppComparison,
        snapshot: Snapshot,
        target: ReadTarget,
        *,
        cancel: CancelToken,
    ) -> AppAgain:
        """Return one app as it is now: read by itself, compared by itself, kept nowhere.

        Args:
            plan: the preview that was made of ``before``.
            before: the app as the scan before has it.
            snapshot: the scan before; the rest of the tenant is taken from it.
            target: where to ask.
            cancel: asked several times a second.

        Raises:
            SignInError: Microsoft does not accept the token.
            ReadError: neither of the app's objects could be read.
            StorageError: catalog or history cannot be opened.
            Cancelled: the person cancelled.
        """
        wanted = wanted_app(before, snapshot)
        if wanted is None:
            raise ReadError(
                "There is no app to read by itself",
                detail="No app of this tenant bears the profile.",
                remedy="Scan the tenant once the app is there.",
            )
        questions = self._ask(target)
        reading = questions.app(wanted, cancel=cancel)
        compared = self._compare.alone(with_app(snapshot, wanted, reading), before)
        # It answers for its own reads; how the rest of the tenant was read, the scan before says.
        comparison = replace(compared, reads=reading.reads)
        principal = next((one.object_id for one in reading.principals), before.object_id)
        trail = None
        if principal is not None:
            trail = questions.trail(principal, since=plan.read_at - _CLOCKS, cancel=cancel)
        return AppAgain(comparison, trail)

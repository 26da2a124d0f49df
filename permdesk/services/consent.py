"""Consent: the plan for re-authorising one app, in the cloud its tenant belongs to."""

from permdesk.domain.cloud import CLOUDS, UNKNOWN_CUSTOM, Cloud
from permdesk.domain.consent import ConsentPlan
from permdesk.domain.consent_plan import plan_consent
from permdesk.domain.finding import AppComparison, Comparison
from permdesk.errors import UsageError


def consent(comparison: Comparison, app: AppComparison, *, cloud: Cloud | None = None) -> ConsentPlan:
    """Return the plan for one app.

    Args:
        comparison: the tenant.
        app: one of its apps.
        cloud: the endpoints a person named; needed for a custom cloud, whose addresses no scan can be trusted with.

    Raises:
        UsageError: ``cloud`` is not the one the tenant was read from.
    """
    if cloud is not None and cloud.id != comparison.tenant.cloud:
        raise UsageError(
            f"The scan was read from the cloud {comparison.tenant.cloud!r}, not from {cloud.id!r}",
            remedy="Leave --cloud out, or name the scan's.",
        )
    known = CLOUDS.get(comparison.tenant.cloud)
    return plan_consent(comparison, app, cloud=known or cloud or UNKNOWN_CUSTOM)

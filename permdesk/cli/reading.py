"""Reads a tenant for a command: shows how far that came, and says what became of it."""

from permdesk.cli.progress import Shown, showing
from permdesk.cli.terminal import complain, note
from permdesk.domain.cloud import GLOBAL_ID
from permdesk.errors import UsageError
from permdesk.presentation.progress import gone_on_words
from permdesk.services.bundle import Services
from permdesk.services.scan import ScanOutcome
from permdesk.services.target import FileTarget, KeptTarget, SampleTarget, Target, TokenTarget


def scanned(
    services: Services, target: Target, *, full: bool, progress: str | None = None, as_json: bool = False
) -> ScanOutcome:
    """Return the scan of a target; say how it was gone on with, and where it could not be kept.

    Args:
        services: the verbs.
        target: what to read or open.
        full: read everything, whatever an interrupted scan left and the last one knows.
        progress: how it is shown, by the name of a ``Shown``; None for what goes with the rest of the output.
        as_json: the output is a JSON document.

    Raises:
        UsageError: ``full``, and the target is a scan that was read before.
    See ``Scan`` for the rest.
    """
    if isinstance(target, FileTarget | KeptTarget):
        if full:
            raise UsageError("--full reads a tenant, and --scan names one that was read", remedy="Leave one out.")
        return services.scan(target)
    how = Shown(progress) if progress is not None else _usual(target, as_json=as_json)
    try:
        with showing(how, before=services.scan.rows_before(target), tenant=_tenant(target)) as told:
            outcome = services.scan(target, progress=told, afresh=full)
    except KeyboardInterrupt:
        # Whose tenant it is has to be known before anything is read, or nobody can go on with it.
        if isinstance(target, TokenTarget) and target.token.tenant_id is not None:
            note("What was read is kept for an hour; the next scan goes on from there.")
        raise
    if words := gone_on_words(outcome.resumed, outcome.anew):
        note(words)
    if outcome.unkept is not None:
        note("This scan is not kept.")
        complain(outcome.unkept)
    return outcome


def _usual(target: Target, *, as_json: bool) -> Shown:
    # The sample is there at once, and what a command prints of it is the same every time.
    if as_json:
        return Shown.NONE if isinstance(target, SampleTarget) else Shown.JSON
    return Shown.LINE


def _tenant(target: Target) -> dict[str, str | None]:
    if isinstance(target, TokenTarget):
        return {"cloud": target.cloud.id, "tenant_id": target.token.tenant_id}
    from permdesk.sample import SAMPLE_TENANT_ID

    return {"cloud": GLOBAL_ID, "tenant_id": SAMPLE_TENANT_ID}

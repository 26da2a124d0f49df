"""What each status and verdict means, in one or two sentences: what the help of every face says."""

from permdesk.domain.finding import Status, Verdict, VerdictReason
from permdesk.presentation.appearance import STATUS, VERDICT, Look, verdict_look

STATUS_MEANING: dict[Status, str] = {
    Status.MISSING: "Needed, and nobody has granted it.",
    Status.PARTIAL: "Needed, and granted to single accounts only.",
    Status.UNVERIFIED: "It could not be read, so nothing is said: neither that it is there nor that it is missing.",
    Status.EXCESS: "Granted, and nothing here needs it: not documented, or only for services that are not in use.",
    Status.DECLARED_ONLY: "Not needed and not granted, but the app asks for it: the next consent would add it.",
    Status.SATISFIED: "Needed, and granted to the whole tenant.",
    Status.GRANTED: "Granted, and listed without judgement: there is nothing to hold the app against, or whether it "
    "is needed could not be read.",
    Status.BASIC: "What every sign-in brings along. Listed, never counted.",
}
VERDICT_MEANING: dict[Verdict, str] = {
    Verdict.UNVERIFIED: "Something it needs could not be read. Nobody can say whether all is granted.",
    Verdict.GAPS: "It lacks something it needs.",
    Verdict.EXCESSIVE: "It holds all it needs, and more.",
    Verdict.COMPLIANT: "It holds what is documented and nothing beyond. This says nothing about harmlessness.",
    Verdict.NOT_INSTALLED: "It is expected in this tenant, and no app bears its profile.",
    Verdict.NO_BASELINE: "There is nothing to hold it against. Bind it to a profile, if it is a vendor’s.",
}
#: What holds of an app that is not confirmed and else has nothing wrong with it.
UNCONFIRMED_MEANING = (
    "Everything fits, but it was matched by name alone. Look at publisher, owner and ID, and confirm once."
)


def status_meanings() -> tuple[tuple[Look, str], ...]:
    """Return look and meaning of every status, in the order of attention."""
    return tuple((look, STATUS_MEANING[status]) for status, look in STATUS.items())


def verdict_meanings() -> tuple[tuple[Look, str], ...]:
    """Return look and meaning of every verdict; the one that waits for a person stands before "as documented"."""
    rows: list[tuple[Look, str]] = []
    for verdict, look in VERDICT.items():
        if verdict is Verdict.COMPLIANT:
            rows.append((verdict_look(Verdict.UNVERIFIED, VerdictReason.IDENTITY), UNCONFIRMED_MEANING))
        rows.append((look, VERDICT_MEANING[verdict]))
    return tuple(rows)

"""The two families of error, the world's and ours, and cancellation, which is neither.

PermdeskError
├── WorldError            the world's fault: shown to the person with its remedy, never a traceback
│   ├── UsageError        a word on the command line or in a dialog that means nothing here
│   ├── SignInError       no token, or one that Microsoft refuses
│   │   └── SignInAgainError   a kept sign-in that only its person can renew
│   ├── ReadError         a tenant could not be read at all
│   ├── FormatError       a file or an answer that is not what it claims to be
│   └── StorageError      a file, folder or database that cannot be read or written
├── BugError              ours: a report, exit code 70
└── Cancelled             the person changed their mind
"""


class PermdeskError(Exception):
    """Base of everything permdesk raises on purpose."""


class WorldError(PermdeskError):
    """Something outside the program is wrong, and a person can be told what and what to do.

    Args:
        title: what is known, in one sentence without a full stop's worth of blame.
        detail: what follows from it, or the technical words for support; may be empty.
        remedy: what to do next; may be empty.
    """

    def __init__(self, title: str, *, detail: str = "", remedy: str = "") -> None:
        super().__init__(title)
        self.title = title
        self.detail = detail
        self.remedy = remedy

    def __str__(self) -> str:
        return " ".join(part for part in (self.title, self.detail, self.remedy) if part)


class UsageError(WorldError):
    """An unknown or ambiguous name: command line exit code 2."""


class SignInError(WorldError):
    """Signing in failed or was refused: command line exit code 4."""


class SignInAgainError(SignInError):
    """A sign-in that was good is not any more; only its person can renew it.

    Attributes:
        sign_in: key of the sign-in.
        claims: what Microsoft demands of the next one, as JSON; None where it demands nothing in particular.
    """

    def __init__(self, title: str, *, detail: str = "", remedy: str = "", sign_in: str, claims: str | None) -> None:
        super().__init__(title, detail=detail, remedy=remedy)
        self.sign_in = sign_in
        self.claims = claims


class ReadError(WorldError):
    """No scan could be made: command line exit code 5."""


class FormatError(WorldError):
    """A file, database or answer whose content is not what it should be."""


class StorageError(WorldError):
    """A file, folder or database that cannot be opened, read or written."""


class BugError(PermdeskError):
    """A state that permdesk itself must not reach."""


class Cancelled(PermdeskError):
    """The person cancelled; callers unwind without a message."""

"""Looks at a file of certificates that a person wants to trust besides those of the computer."""

import os
import stat
from pathlib import Path

from permdesk.errors import UsageError

#: Bytes; the bundles of whole operating systems hold a quarter of a megabyte.
_LARGEST = 8 * 1024 * 1024
_NO_PEM = "A PEM file has a line BEGIN CERTIFICATE; Windows exports one as “Base-64 encoded X.509”."


def check_trust_file(file: Path) -> None:
    """Make sure that a file is PEM and holds at least one certificate; may take as long as a network drive does.

    Raises:
        UsageError: it is missing, cannot be read, or holds no certificate.
    """
    # It takes its time to load, and most people name no file.
    import ssl

    try:
        found = file.stat()
        if stat.S_ISDIR(found.st_mode):
            raise UsageError("This is a folder", remedy="Name the file with the certificates in it.")
        # A pipe or a device would never end.
        if not stat.S_ISREG(found.st_mode) or found.st_size > _LARGEST:
            raise UsageError("This is no file of certificates", remedy=_NO_PEM)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(cafile=os.fspath(file))
    except ssl.SSLError:
        raise UsageError("This file holds no certificate", remedy=_NO_PEM) from None
    except FileNotFoundError:
        raise UsageError("There is no such file", remedy="Give its whole path, or none.") from None
    except (OSError, ValueError) as problem:
        why = problem.strerror if isinstance(problem, OSError) and problem.strerror else str(problem)
        raise UsageError(f"This file cannot be read: {why}", remedy="Name another one.") from None
    if not context.cert_store_stats()["x509"]:
        raise UsageError("This file holds no certificate", remedy=_NO_PEM)

"""Whom permdesk believes to be who they say they are: the operating system's trust anchors, and one file more."""

import os
import ssl
import sys
import threading
from concurrent.futures import Future
from pathlib import Path

import truststore

from permdesk.errors import StorageError

#: Where distributions keep their anchors, for an OpenSSL that was built to look elsewhere, as a packaged one is.
_ANCHORS = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


class Trust:
    """A TLS context that is made in the background: it takes longer than a small answer does.

    Args:
        ca_file: see ``trusting``.

    Raises:
        StorageError: ``ca_file`` cannot be read, or holds no certificate.
    """

    def __init__(self, ca_file: Path | None) -> None:
        if ca_file is not None:
            _add(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), ca_file)
        self._made: Future[ssl.SSLContext] = Future()
        threading.Thread(target=self._make, args=(ca_file,), name="permdesk-trust", daemon=True).start()

    @property
    def context(self) -> ssl.SSLContext:
        """The context, waited for where that is needed; raises as ``trusting`` does."""
        return self._made.result()

    def _make(self, ca_file: Path | None) -> None:
        try:
            self._made.set_result(trusting(ca_file))
        except BaseException as problem:  # told to whoever asks
            self._made.set_exception(problem)


def trusting(ca_file: Path | None) -> ssl.SSLContext:
    """Return a TLS context that trusts what the operating system trusts, and the anchors of a PEM file besides.

    Raises:
        StorageError: ``ca_file`` cannot be read, or holds no certificate.
    """
    context = _of_the_system()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_file is not None:
        _add(context, ca_file)
    return context


def _add(context: ssl.SSLContext, ca_file: Path) -> None:
    try:
        context.load_verify_locations(cafile=os.fspath(ca_file))
    except (OSError, ssl.SSLError):
        raise StorageError(
            f"The trust anchor {ca_file} cannot be used",
            detail="It is missing, unreadable, or no PEM file with a certificate.",
            remedy="Give --ca-file a file that begins with BEGIN CERTIFICATE.",
        ) from None


def _of_the_system() -> ssl.SSLContext:
    if sys.platform in ("win32", "darwin"):
        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # Elsewhere the anchors are a file. truststore would read it anew for each connection (some 40 ms), and let no two
    # connections shake hands at once; here it is read once.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if _finds_anchors():
        context.set_default_verify_paths()
        return context
    for place in _ANCHORS:
        if Path(place).is_file():
            context.load_verify_locations(cafile=place)
            break
    return context


def _finds_anchors() -> bool:
    """Tell whether OpenSSL finds anchors where the environment says, or where it was built to look."""
    places: tuple[str | None, ...] = ssl.get_default_verify_paths()
    file, folder = places[:2]
    return file is not None or (folder is not None and any(Path(folder).glob("*.0")))

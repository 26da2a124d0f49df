"""The record of a consent as a PDF: written whole, and nothing replaced unasked."""

from pathlib import Path

import pytest

from permdesk.composition import build
from permdesk.errors import UsageError
from permdesk.paths import Paths
from permdesk.reports.file_format import FileFormat
from tests.consent_records import record

pytestmark = pytest.mark.usefixtures("qapp")


def test_a_record_is_a_pdf(tmp_path: Path) -> None:
    paths = Paths.isolated(tmp_path / "data")
    paths.ensure()
    consents, path = build(paths).consents, tmp_path / "record.pdf"
    consents.write(record(), path, FileFormat.PDF)
    content = path.read_bytes()
    assert content.startswith(b"%PDF-1.4")
    assert content.rstrip().endswith(b"%%EOF")
    with pytest.raises(UsageError):
        consents.write(record(), path, FileFormat.PDF)
    assert path.read_bytes() == content
    consents.write(record(display_name="Another"), path, FileFormat.PDF, overwrite=True)
    assert path.read_bytes() != content

"""Consents as faces use them: found by a short id, written as files whole or not at all."""

import json
from datetime import UTC, datetime

import pytest

from permdesk.composition import build
from permdesk.errors import StorageError, UsageError
from permdesk.paths import Paths
from permdesk.reports.file_format import FileFormat
from tests.consent_records import record
from tests.schemas import validate


@pytest.fixture
def consents(tmp_path):
    paths = Paths.isolated(tmp_path / "data")
    paths.ensure()
    made = build(paths).consents
    made.keep(record())
    made.keep(record(record_id="6f1fffff-0000", ended=datetime(2020, 1, 1, tzinfo=UTC)))
    return made


def test_a_record_is_named_by_its_id_or_its_beginning(consents):
    assert consents.named("6F1F3c").record_id == record().record_id
    assert consents.named("6f1fffff-0000").record_id == "6f1fffff-0000"
    for word in ("6f1f", "6f1", "nothing"):
        with pytest.raises(UsageError):
            consents.named(word)


# Pages are drawn by Qt, which these tests do without; those of printing draw them.
@pytest.mark.parametrize(("kind", "begins"), [(FileFormat.HTML, b"<!DOCTYPE html>"), (FileFormat.JSON, b"{")])
def test_a_record_is_written_whole_and_replaces_nothing_unasked(consents, tmp_path, kind, begins):
    path = tmp_path / f"record.{kind}"
    consents.write(record(), path, kind)
    content = path.read_bytes()
    assert content.lower().startswith(begins.lower())
    with pytest.raises(UsageError):
        consents.write(record(), path, kind)
    consents.write(record(display_name="Another"), path, kind, overwrite=True)
    assert path.read_bytes() != content
    if kind is FileFormat.JSON:
        validate(json.loads(path.read_bytes()))


def test_a_record_is_no_table_and_goes_nowhere_that_is_not(consents, tmp_path):
    with pytest.raises(UsageError):
        consents.write(record(), tmp_path / "record.csv", FileFormat.CSV)
    with pytest.raises(StorageError):
        consents.write(record(), tmp_path / "no" / "record.html", FileFormat.HTML)
    assert list(tmp_path.glob("*.csv")) == []

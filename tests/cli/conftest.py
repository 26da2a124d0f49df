"""Runs the console program in this process, on folders of its own."""

import json
import shlex

import pytest
from msgspec import Struct
from msgspec.structs import replace

from permdesk.__main__ import console
from permdesk.domain.proof import Happened
from permdesk.history.scan_file import open_scan, save_scan
from permdesk.history.store import HistoryStore
from permdesk.paths import Paths
from permdesk.sample import SAMPLE_TENANT_ID
from tests.cli.two_scans import FEBRUARY, JANUARY, later, with_id
from tests.consent_records import TENANT, record, row
from tests.schemas import validate

EXPRESS = "7d2b6c14-0c3f-4e6a-9a86-51f6d2f0b8e7"
NAKIVO = "svc-m365-backup"


class Outcome(Struct):
    code: int
    out: str
    err: str

    @property
    def json(self):
        """The document on standard output, held against the schema it names."""
        document = json.loads(self.out)
        validate(document)
        return document


@pytest.fixture
def data_dir(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def cli(capsys, data_dir):
    """``cli("check --sample")`` or ``cli("bind", APP, PROFILE, "--sample")``: exit code and both streams."""

    def run(*words, isolated=True):
        arguments = shlex.split(words[0]) if len(words) == 1 else [str(word) for word in words]
        if isolated:
            arguments += ["--data-dir", str(data_dir)]
        code = console(arguments)
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return run


@pytest.fixture
def saved(cli, tmp_path):
    """A scan of the sample tenant in a file."""
    path = tmp_path / "larkfield.permdesk"
    assert cli("scan", "--sample", "--output", path).code == 3
    return path


@pytest.fixture
def two_scans(cli, tmp_path, data_dir):
    """``two_scans()``: two scans of the sample tenant, read completely, in files of tmp_path and in the history.

    Returns the two scans; in the later one a few things are not as they were.
    """

    def keep(change=later):
        path = tmp_path / "read.permdesk"
        assert (
            cli("scan", "--sample=complete", "--output", path, "--data-dir", tmp_path / "apart", isolated=False).code
            == 0
        )
        january = with_id(open_scan(path), JANUARY)
        february = change(with_id(january, FEBRUARY))
        store = HistoryStore(Paths.isolated(data_dir).history_db)
        for name, scan in (("january", january), ("february", february)):
            save_scan(scan, tmp_path / f"{name}.permdesk")
            store.keep(scan)
        return january, february

    return keep


@pytest.fixture
def kept(data_dir):
    """The history with two records of consents, one of them of the sample tenant."""
    paths = Paths.isolated(data_dir)
    paths.ensure()
    store = HistoryStore(paths.history_db)
    here = replace(TENANT, id=SAMPLE_TENANT_ID)
    store.consents.keep(record(tenant=here, display_name=NAKIVO))
    store.consents.keep(
        record(
            row("Mail.Read", Happened.PENDING),
            record_id="7777aaaa-0000",
            app_id="another",
            display_name="An\x1b[31mother",
        )
    )
    return store

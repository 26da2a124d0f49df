import pytest

from permdesk.services.target import SampleTarget
from tests.services.scans import services_in


@pytest.fixture
def services(tmp_path):
    return services_in(tmp_path / "data")


@pytest.fixture
def snapshot(services):
    return services.scan(SampleTarget(complete=True)).snapshot


@pytest.fixture
def comparison(services, snapshot):
    return services.compare(snapshot)

import pytest

from tests.history.scans import make_snapshot


@pytest.fixture
def snapshot():
    return make_snapshot()

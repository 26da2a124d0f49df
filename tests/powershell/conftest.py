"""The service that scripts are run against, as in the tests of reading."""

from tests.reading.conftest import desk, running, service, sitting  # noqa: F401 - pytest finds fixtures by their names
from tests.reading.test_way_back import cloud  # noqa: F401 - likewise

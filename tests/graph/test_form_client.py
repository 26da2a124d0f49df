"""Sign-in requests: the same network as reads, forms instead of JSON, and never to Graph."""

from pathlib import Path

import pytest

from permdesk.domain.cloud import CLOUDS
from permdesk.errors import BugError, ReadError
from permdesk.graph.faults import NoAnswerError
from permdesk.graph.form_client import FormClient
from permdesk.graph.https import HttpsSession


@pytest.fixture
def forms(ca_file: Path) -> FormClient:
    return FormClient(HttpsSession(user_agent="permdesk/test", ca_file=ca_file))


@pytest.mark.parametrize("cloud", CLOUDS.values(), ids=str)
def test_a_form_never_goes_to_graph(forms: FormClient, cloud: object) -> None:
    with pytest.raises(BugError, match="cannot write"):
        forms.post(f"{cloud.graph}/v1.0/applications", data={"a": "b"})


def test_plain_http_is_not_spoken(forms: FormClient) -> None:
    with pytest.raises(BugError, match="https only"):
        forms.get("http://login.example/common")


def test_nobody_there_is_told(forms: FormClient) -> None:
    with pytest.raises(NoAnswerError):
        forms.get("https://localhost:9/tenant/v2.0/.well-known/openid-configuration", params={"a": "b c"})


def test_an_answer_reads_as_msal_reads_it(forms: FormClient, server: str) -> None:
    answer = forms.post(f"{server}/nowhere", data={"grant_type": "refresh_token"}, headers={"x": "y"}, timeout=3)
    assert isinstance(answer.text, str)
    if answer.status_code >= 400:
        with pytest.raises(ReadError):
            answer.raise_for_status()

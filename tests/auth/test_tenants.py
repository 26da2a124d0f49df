"""Which tenant a name stands for, told by a discovery document that may be anything."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permdesk.auth.tenants import ANY_TENANT, is_guid, tenant_id_of
from permdesk.domain.cloud import CLOUDS, custom_cloud
from permdesk.errors import ReadError, SignInError
from permdesk.graph.form_client import FormAnswer
from tests.auth.answers import Answers
from tests.auth.backends import TENANT

GLOBAL = CLOUDS["global"]


def discovery(issuer: object) -> FormAnswer:
    return FormAnswer(200, {}, json.dumps({"issuer": issuer}))


def test_nobody_named_is_whatever_tenant_and_asks_nobody() -> None:
    http = Answers()
    assert tenant_id_of(None, cloud=GLOBAL, http=http) == ANY_TENANT
    assert http.asked == []


def test_an_id_stands_for_itself_and_asks_nobody() -> None:
    http = Answers()
    assert tenant_id_of(f" {TENANT.upper()} ", cloud=GLOBAL, http=http) == TENANT
    assert http.asked == []


@pytest.mark.parametrize(
    "issuer",
    [
        f"https://login.microsoftonline.com/{TENANT}/v2.0",
        f"https://login.partner.microsoftonline.cn/{TENANT.upper()}/v2.0/",
        f"https://localhost:8443/{TENANT}/v2.0",
    ],
)
def test_a_domain_is_asked_for_at_the_clouds_own_login(issuer: str) -> None:
    http = Answers(discovery(issuer))
    cloud = CLOUDS["china"]
    assert tenant_id_of("Larkfield.example", cloud=cloud, http=http) == TENANT
    assert http.asked == [
        "GET https://login.partner.microsoftonline.cn/larkfield.example/v2.0/.well-known/openid-configuration"
    ]


@pytest.mark.parametrize("status", [400, 404])
def test_one_that_the_cloud_does_not_know(status: int) -> None:
    with pytest.raises(SignInError, match=r"There is no tenant nowhere\.example in this cloud"):
        tenant_id_of("nowhere.example", cloud=GLOBAL, http=Answers(FormAnswer(status, {}, "{}")))


@pytest.mark.parametrize(
    "name", ["", " ", "a b", "../x", "a/b", "a?b", "a#b", "tenant@x", "x" * 300, "ä.example", "-a"]
)
def test_what_is_no_name_is_not_asked_for(name: str) -> None:
    http = Answers()
    with pytest.raises(SignInError, match="There is no tenant"):
        tenant_id_of(name, cloud=GLOBAL, http=http)
    assert http.asked == []


@pytest.mark.parametrize(
    "answer",
    [
        FormAnswer(200, {}, "<html>Sign in to the guest network</html>"),
        FormAnswer(302, {"location": "https://portal.example"}, ""),
        FormAnswer(200, {}, "[]"),
        FormAnswer(200, {}, "[" * 100_000),
        discovery(7),
        discovery("https://login.microsoftonline.com/{tenantid}/v2.0"),
        discovery(f"http://login.microsoftonline.com/{TENANT}/v2.0"),
        discovery(f"https://login.microsoftonline.com/{TENANT}/v2.0#"),
    ],
)
def test_whatever_else_answers_is_no_sign_in_service(answer: FormAnswer) -> None:
    with pytest.raises(SignInError, match="no sign-in service"):
        tenant_id_of("larkfield.example", cloud=GLOBAL, http=Answers(answer))


def test_a_service_that_fails_is_not_one_that_does_not_know() -> None:
    with pytest.raises(ReadError, match="busy"):
        tenant_id_of("larkfield.example", cloud=GLOBAL, http=Answers(FormAnswer(503, {}, "busy")))


def test_a_cloud_without_sign_in_says_so() -> None:
    with pytest.raises(SignInError, match="This cloud has no sign-in"):
        tenant_id_of("larkfield.example", cloud=custom_cloud("https://graph.larkfield.example"), http=Answers())


@given(name=st.text(max_size=60), text=st.text() | st.from_regex(r'\{"issuer": "https://[a-f0-9/.-]{0,60}"\}'))
def test_any_name_and_answer_is_an_id_or_refused(name: str, text: str) -> None:
    try:
        found = tenant_id_of(name, cloud=GLOBAL, http=Answers(FormAnswer(200, {}, text), FormAnswer(200, {}, text)))
    except SignInError:
        return
    assert is_guid(found)

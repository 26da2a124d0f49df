"""MSAL's caches as data: what is joined stays MSAL's, and what is taken out is one account's alone."""

import json

import msal
from hypothesis import given
from hypothesis import strategies as st

from permdesk.auth.caches import account_of, cache_key, joined, renewed, without
from permdesk.domain.cloud import CLOUDS, custom_cloud
from tests.auth.backends import a_sign_in

FAMILIES = ("AccessToken", "RefreshToken", "IdToken", "Account", "AppMetadata")

entries = st.fixed_dictionaries(
    {"secret": st.text()}, optional={"home_account_id": st.sampled_from(["a.t", "b.t", "c.t"])}
)
caches = st.dictionaries(st.sampled_from(FAMILIES), st.dictionaries(st.text(max_size=4), entries, max_size=4))


@given(kept=st.none() | caches, fresh=caches)
def test_the_fresh_one_wins_and_nothing_else_is_lost(
    kept: dict[str, dict[str, dict[str, str]]] | None, fresh: dict[str, dict[str, dict[str, str]]]
) -> None:
    both = json.loads(joined(None if kept is None else json.dumps(kept), json.dumps(fresh)))
    for family in FAMILIES:
        assert both.get(family, {}) == {**(kept or {}).get(family, {}), **fresh.get(family, {})}


@given(cache=caches, gone=st.sampled_from(["a.t", "b.t", "nobody"]))
def test_an_account_goes_whole_and_alone(cache: dict[str, dict[str, dict[str, str]]], gone: str) -> None:
    left = json.loads(without(json.dumps(cache), gone))
    assert f'"home_account_id": "{gone}"' not in json.dumps(left)
    for family, before in cache.items():
        assert left[family] == {k: v for k, v in before.items() if v.get("home_account_id") != gone}


@given(cache=caches)
def test_joining_twice_is_joining_once(cache: dict[str, dict[str, dict[str, str]]]) -> None:
    text = json.dumps(cache)
    once = joined(None, text)
    assert joined(once, text) == once


@given(before=caches, fresh=caches, now=caches)
def test_a_renewal_changes_what_nobody_else_changed_meanwhile(
    before: dict[str, dict[str, dict[str, str]]],
    fresh: dict[str, dict[str, dict[str, str]]],
    now: dict[str, dict[str, dict[str, str]]],
) -> None:
    after = json.loads(renewed(json.dumps(before), json.dumps(fresh), json.dumps(now)))
    for family in FAMILIES:
        was, became, kept, left = (cache.get(family, {}) for cache in (before, fresh, now, after))
        for key in {*was, *became, *kept, *left}:
            mine, others = became.get(key) != was.get(key), kept.get(key) != was.get(key)
            assert left.get(key) == (became.get(key) if mine and not others else kept.get(key))


@given(before=caches, fresh=caches)
def test_an_undisturbed_renewal_is_kept_whole(
    before: dict[str, dict[str, dict[str, str]]], fresh: dict[str, dict[str, dict[str, str]]]
) -> None:
    text = json.dumps(before)
    after = json.loads(renewed(text, json.dumps(fresh), text))
    assert {f: e for f, e in after.items() if e} == {f: e for f, e in fresh.items() if e}


@given(before=caches, gone=st.sampled_from(["a.t", "b.t"]))
def test_no_renewal_brings_an_account_back(before: dict[str, dict[str, dict[str, str]]], gone: str) -> None:
    """Another account of the same client is renewed while this one is signed out."""
    fresh = {**before, "RefreshToken": {**before.get("RefreshToken", {}), "mine": {"secret": "new"}}}
    text = json.dumps(before)
    after = renewed(text, json.dumps(fresh), without(text, gone))
    assert f'"home_account_id": "{gone}"' not in json.dumps(json.loads(after))
    assert json.loads(after)["RefreshToken"]["mine"] == {"secret": "new"}


def token_cache(number: int) -> str:
    """Let MSAL itself write a cache with one account in it."""
    cache = msal.SerializableTokenCache()
    cache.add(
        {
            "client_id": "client",
            "scope": ["s"],
            "token_endpoint": "https://login.microsoftonline.com/tenant/oauth2/v2.0/token",
            "response": {
                "access_token": f"access-{number}",
                "refresh_token": f"refresh-{number}",
                "id_token": "e30.e30.e30",
                "expires_in": 3600,
                "client_info": {1: "eyJ1aWQiOiJhIiwidXRpZCI6InQifQ", 2: "eyJ1aWQiOiJiIiwidXRpZCI6InQifQ"}[number],
            },
        },
        now=1000,
    )
    return str(cache.serialize())


def test_msal_reads_what_was_joined_and_cleared() -> None:
    both = joined(token_cache(1), token_cache(2))
    one = without(both, "a.t")
    for text, expected in ((both, {"a.t", "b.t"}), (one, {"b.t"})):
        cache = msal.SerializableTokenCache()
        cache.deserialize(text)
        found = cache.search(msal.TokenCache.CredentialType.REFRESH_TOKEN)
        assert {entry["home_account_id"] for entry in found} == expected
    assert "access-1" in both
    assert "-1" not in one


def test_each_client_and_login_host_has_a_cache_of_its_own() -> None:
    clouds = [*CLOUDS.values(), custom_cloud("https://graph.larkfield.example", "https://login.larkfield.example")]
    keys = {cache_key(cloud, client) for cloud in clouds for client in ("one", "two")}
    # Both clouds of the US government sign in at one host.
    assert len(keys) == 8


def test_an_account_is_the_same_in_every_tenant_but_not_for_every_client() -> None:
    mine = a_sign_in(1)
    assert account_of(mine) == account_of(a_sign_in(1, tenant="another"))
    assert account_of(mine) != account_of(a_sign_in(2))
    assert account_of(mine) != account_of(a_sign_in(1, client="another"))

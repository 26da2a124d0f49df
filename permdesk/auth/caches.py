"""MSAL's serialised caches as data: joined, and cleared of one account (the unified schema of all MSAL libraries)."""

from typing import Any

import msgspec

from permdesk.domain.cloud import Cloud
from permdesk.domain.sign_in import SignIn


def cache_key(cloud: Cloud, client_id: str) -> str:
    """Return the name of the cache in which one client keeps the tokens of one login host."""
    return f"{cloud.login}|{client_id}"


def same_account(one: SignIn, other: SignIn) -> bool:
    """True where both are the same account of the same client, in whatever tenant."""
    return (one.cloud.login, one.client_id, one.account_id) == (other.cloud.login, other.client_id, other.account_id)


def _entries(serialized: str | None) -> dict[str, dict[str, dict[str, Any]]]:
    if not serialized:
        return {}
    return msgspec.json.decode(serialized, type=dict[str, dict[str, dict[str, Any]]])


def joined(kept: str | None, fresh: str) -> str:
    """Return two of MSAL's caches as one: families of entries by key, the fresh ones in place of older ones."""
    families = _entries(kept)
    for family, entries in _entries(fresh).items():
        families.setdefault(family, {}).update(entries)
    return msgspec.json.encode(families).decode()


def without(serialized: str, account_id: str) -> str:
    """Return one of MSAL's caches without anything of one account."""
    families = {
        family: {key: entry for key, entry in entries.items() if entry.get("home_account_id") != account_id}
        for family, entries in _entries(serialized).items()
    }
    return msgspec.json.encode(families).decode()

"""MSAL's serialised caches as data: joined, and cleared of one account (the unified schema of all MSAL libraries)."""

from typing import Any

import msgspec

from permdesk.domain.cloud import Cloud
from permdesk.domain.sign_in import SignIn


def cache_key(cloud: Cloud, client_id: str) -> str:
    """Return the name of the cache in which one client keeps the tokens of one login host."""
    return f"{cloud.login}|{client_id}"


def account_of(sign_in: SignIn) -> tuple[str | None, str, str]:
    """Return what two sign-ins of the same account through the same client have in common, in whatever tenant."""
    return sign_in.cloud.login, sign_in.client_id, sign_in.account_id


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


def renewed(before: str | None, fresh: str, now: str | None) -> str:
    """Return a cache as it is now, with what a renewal changed since it was ``before``.

    What somebody else changed or removed meanwhile, by signing in or out, stays as they left it.

    Args:
        before: what the renewal began with.
        fresh: what it ended with.
        now: what is kept.
    """
    old, new, kept = _entries(before), _entries(fresh), _entries(now)
    for family in {*old, *new}:
        was, became, entries = old.get(family, {}), new.get(family, {}), kept.setdefault(family, {})
        for key in {*was, *became}:
            if entries.get(key) != was.get(key):
                continue
            if key in became:
                entries[key] = became[key]
            else:
                entries.pop(key, None)
    return msgspec.json.encode(kept).decode()


def without(serialized: str, account_id: str) -> str:
    """Return one of MSAL's caches without anything of one account."""
    families = {
        family: {key: entry for key, entry in entries.items() if entry.get("home_account_id") != account_id}
        for family, entries in _entries(serialized).items()
    }
    return msgspec.json.encode(families).decode()

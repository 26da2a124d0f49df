"""Mixes of faults that end: whoever asks again often enough gets every answer."""

from hypothesis import strategies as st

from tests.graph_service.faults import Fault

#: How often one and the same request fails in a mix at most.
MOST = 3

_SLOWING = st.tuples(st.sampled_from(["429", "503", "509"]), st.sampled_from(["seconds", "date", "none"]))
_STATUSES = st.one_of(
    _SLOWING.map(lambda chosen: {"kind": chosen[0], "retry_after": chosen[1], "seconds": 0.0}),
    st.sampled_from([{"kind": kind} for kind in ("500", "502", "504")]),
)
_BODIES = st.sampled_from([{"kind": kind} for kind in ("html", "short-json", "empty-body", "bad-utf8")])
_LINES = st.sampled_from(
    [{"kind": kind} for kind in ("reset", "reset-middle", "close", "truncate", "chunk-cut")]
    + [{"kind": kind, "seconds": 5.0} for kind in ("stall", "stall-middle")]
)
_RATES = st.sampled_from([0.1, 0.4, 1.0])


def _whole() -> st.SearchStrategy[list[Fault]]:
    """Whole requests fail: each list's page at most once by each fault, of all batches one."""
    parts = st.one_of(_STATUSES, _BODIES, _LINES)
    return st.lists(
        st.builds(
            lambda part, rate, where: Fault(
                **part, rate=rate, where=where, each=1, times=1 if where == "batch" else None
            ),
            parts,
            _RATES,
            st.sampled_from(["get", "batch"]),
        ).map(_few_stalls),
        max_size=MOST,
    )


def _few_stalls(fault: Fault) -> Fault:
    # Each of them takes as long as one waits for an answer.
    if fault.kind.startswith("stall"):
        fault.times = 2
    return fault


def _inner() -> st.SearchStrategy[list[Fault]]:
    """Requests inside batches fail, each at most once by each fault."""
    return st.lists(
        st.builds(lambda part, rate: Fault(**part, rate=rate, where="inner", each=1), _STATUSES, _RATES), max_size=MOST
    )


def _pages() -> st.SearchStrategy[list[Fault]]:
    """Pages are empty or bring rows again; one list's page tokens expire; one token is not taken."""
    odd = st.builds(
        lambda kind, rate: Fault(kind=kind, rate=rate, each=1),
        st.sampled_from(["empty-page", "duplicate-rows"]),
        _RATES,
    )
    once = st.sampled_from(
        [
            Fault(kind="expired-page-token", path="oauth2PermissionGrants", after=1, times=1),
            Fault(kind="expired-page-token", path="appRoleAssignedTo", after=2, times=1),
            Fault(kind="expired-page-token", path="^/servicePrincipals\\?", after=1, times=1),
            Fault(kind="401", after=3, times=1),
            Fault(kind="401-claims", where="get", times=1),
        ]
    )
    return st.tuples(st.lists(odd, max_size=2), st.lists(once, max_size=1)).map(lambda both: [*both[0], *both[1]])


def ending_faults() -> st.SearchStrategy[list[Fault]]:
    """Return mixes of faults, each of which ends by itself."""
    return st.tuples(_whole(), _inner(), _pages()).map(lambda parts: [fault for part in parts for fault in part])

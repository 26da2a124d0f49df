"""Scripts to read and run: every value is one quoted literal, every name stands in a comment, whatever it is."""

import re
import shlex
import subprocess
from collections.abc import Iterator

import pytest
import tree_sitter_bash
import tree_sitter_powershell
from hypothesis import given, settings
from hypothesis import strategies as st
from tree_sitter import Language, Node, Parser

from permdesk.domain.cloud import CLOUDS
from permdesk.domain.permission import EXCHANGE_APP_ID, GRAPH_APP_ID, Kind, Permission
from permdesk.domain.repair import Deed, Move, Repair
from permdesk.domain.tenant import Tenant
from permdesk.presentation.scripts import ScriptForm, script

CLIENT, API, ROLE, PERSON = (f"{number:08x}-1111-4111-8111-000000000000" for number in range(4))
TENANT = "5b1f7c0e-88d2-4a35-9d61-2f0c6be3a417"
PARSERS = {
    ScriptForm.POWERSHELL: Parser(Language(tree_sitter_powershell.language())),
    ScriptForm.AZURE_CLI: Parser(Language(tree_sitter_bash.language())),
    ScriptForm.CURL: Parser(Language(tree_sitter_bash.language())),
}
SHELLS = (ScriptForm.AZURE_CLI, ScriptForm.CURL)
NASTY = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "'; rm -rf / #",
            "$(touch harm)",
            "`touch harm`",
            "#>\nRemove-Item *",
            "\u2018 ; Remove-Item * \u2019",
            "name\r\nline",
            "\u202eevil",
            "x" * 10_000,
        ]
    ),
)
#: What a scope may be: printable ASCII without a blank; quotes are the hard ones.
SCOPES = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=40)


def role(resource: str = "Microsoft Graph", *, app_id: str = GRAPH_APP_ID, value: str = "Mail.Read") -> Permission:
    return Permission(app_id, API, resource, Kind.APPLICATION, value, ROLE)


def scope(value: str) -> Permission:
    return Permission(GRAPH_APP_ID, API, "Microsoft Graph", Kind.DELEGATED, value, ROLE)


def repair(*moves: Move, app: str = "Backup", tenant: str = "Larkfield Instruments", cloud: str = "global") -> Repair:
    return Repair(Tenant(TENANT, tenant, cloud), CLOUDS[cloud], CLIENT, app, "It gives back.", moves, ())


def nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from nodes(child)


def calls(text: str) -> list[str]:
    """Return the lines that make a move."""
    return [line for line in text.splitlines() if re.match(r"(?:Add|Remove)-|(?:give|take)_(?:role|scope) '", line)]


@pytest.mark.parametrize("form", ScriptForm)
@settings(max_examples=60, deadline=None)
@given(app=NASTY, tenant=NASTY, resource=NASTY, label=NASTY)
def test_names_stand_in_comments_alone(form: ScriptForm, app: str, tenant: str, resource: str, label: str) -> None:
    named = repair(Move(Deed.GIVE, role(resource, value=label)), app=app, tenant=tenant)
    plain = repair(Move(Deed.GIVE, role()))
    text = script(named, form)
    root = PARSERS[form].parse(text.encode()).root_node
    assert not root.has_error

    def code(script_text: str) -> list[str]:
        return [line for line in script_text.splitlines() if not line.startswith("#") or line.startswith("#Requires")]

    assert code(text) == code(script(plain, form))


@pytest.mark.parametrize("form", SHELLS)
@settings(max_examples=60, deadline=None)
@given(value=SCOPES, account=st.sampled_from([None, PERSON]))
def test_values_are_one_word_to_a_shell(form: ScriptForm, value: str, account: str | None) -> None:
    for deed in Deed:
        (call,) = calls(script(repair(Move(deed, scope(value), account)), form))
        assert shlex.split(call) == [f"{deed.value}_scope", API, account or "", value]


@settings(max_examples=100, deadline=None)
@given(value=SCOPES | st.text("'\u2018\u2019\u201a\u201bx", min_size=1))
def test_values_are_one_verbatim_literal_to_powershell(value: str) -> None:
    text = script(repair(Move(Deed.TAKE, scope(value), PERSON)), ScriptForm.POWERSHELL)
    root = PARSERS[ScriptForm.POWERSHELL].parse(text.encode()).root_node
    (command,) = [
        node
        for node in nodes(root)
        if node.type == "command" and node.text is not None and node.text.startswith(b"Remove-Scope '")
    ]
    literals = [node.text.decode() for node in nodes(command) if node.type == "string_literal" and node.text]
    assert len(literals) == 3
    assert literals[-1] == "'" + re.sub("(['\u2018\u2019\u201a\u201b])", r"\1\1", value) + "'"


@pytest.mark.linux
@pytest.mark.parametrize("form", SHELLS)
def test_bash_finds_nothing_wrong(form: ScriptForm) -> None:
    moves = (Move(Deed.TAKE, scope("it's")), Move(Deed.GIVE, role()), Move(Deed.GIVE, scope("Mail.Read"), PERSON))
    done = subprocess.run(["bash", "-n"], input=script(repair(*moves), form), text=True, check=False, timeout=60)
    assert done.returncode == 0


@pytest.mark.parametrize("form", ScriptForm)
def test_it_says_what_it_changes_and_what_it_needs(form: ScriptForm) -> None:
    text = script(repair(Move(Deed.GIVE, role()), Move(Deed.TAKE, scope("Mail.Read"), PERSON)), form)
    assert "# gives Mail.Read (Microsoft Graph, application)" in text
    assert f"# takes Mail.Read (Microsoft Graph, delegated) for the account {PERSON}" in text
    assert "Run it as Privileged Role Administrator or Global Administrator." in text
    assert "AppRoleAssignment.ReadWrite.All, DelegatedPermissionGrant.ReadWrite.All" in text
    assert len(calls(text)) == 2


@pytest.mark.parametrize("form", ScriptForm)
def test_less_is_enough_for_what_is_not_of_microsoft_graph(form: ScriptForm) -> None:
    for move in (Move(Deed.GIVE, role(app_id=EXCHANGE_APP_ID)), Move(Deed.TAKE, role()), Move(Deed.GIVE, scope("a"))):
        assert "Run it as Cloud Application Administrator, Application Administrator, " in script(repair(move), form)


@pytest.mark.parametrize("form", ScriptForm)
def test_nothing_to_do_is_said(form: ScriptForm) -> None:
    text = script(repair(), form)
    assert "There is nothing to do." in text
    assert calls(text) == []


@pytest.mark.parametrize(
    ("cloud", "host", "words"),
    [
        ("usgov", "https://graph.microsoft.us", ("-Environment USGov ", "az cloud set --name AzureUSGovernment")),
        ("usgov-dod", "https://dod-graph.microsoft.us", ("-Environment USGovDoD ", "AzureUSGovernment")),
        ("china", "https://microsoftgraph.chinacloudapi.cn", ("-Environment China ", "AzureChinaCloud")),
    ],
)
def test_each_cloud_has_its_own_hosts(cloud: str, host: str, words: tuple[str, str]) -> None:
    moves = repair(Move(Deed.GIVE, role()), cloud=cloud)
    assert words[0] in script(moves, ScriptForm.POWERSHELL)
    assert words[1] in script(moves, ScriptForm.AZURE_CLI)
    assert f"origin={host}\n" in script(moves, ScriptForm.CURL)

"""Scripts that a person reads and runs: they give an app single permissions, or take them away."""

from collections.abc import Callable
from enum import StrEnum

from permdesk.domain.repair import Repair
from permdesk.presentation.scripts.posix import azure_cli_script, curl_script
from permdesk.presentation.scripts.powershell import powershell_script


class ScriptForm(StrEnum):
    """What runs a script."""

    POWERSHELL = "powershell"
    AZURE_CLI = "azure-cli"
    CURL = "curl"


_WRITERS: dict[ScriptForm, Callable[[Repair], str]] = {
    ScriptForm.POWERSHELL: powershell_script,
    ScriptForm.AZURE_CLI: azure_cli_script,
    ScriptForm.CURL: curl_script,
}
#: How a file of each form is called.
SUFFIX = {ScriptForm.POWERSHELL: ".ps1", ScriptForm.AZURE_CLI: ".sh", ScriptForm.CURL: ".sh"}


def script(repair: Repair, form: ScriptForm) -> str:
    """Return the text of a script; every value in it is one quoted literal, and every name stands in a comment."""
    return _WRITERS[form](repair)

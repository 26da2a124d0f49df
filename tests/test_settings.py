"""Settings survive: broken files, newer versions, other running copies, full disks."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import ValidationError

from permdesk.domain.cloud import CLOUDS, custom_cloud
from permdesk.domain.sign_in import Client, ClientSource, SignInRequest
from permdesk.errors import StorageError
from permdesk.settings import Density, Reached, Settings, Theme, WindowLayout

LAYOUT = WindowLayout(geometry="AAEC", state="AwQ=", panes={"main": "BQY="}, columns={"apps": [240, 80, 0]})


def test_what_is_saved_is_what_is_loaded(tmp_path: Path) -> None:
    file = tmp_path / "config" / "settings.json"
    settings = Settings.load(file)
    settings.theme = Theme.DARK
    settings.density = Density.COMPACT
    settings.show_microsoft = True
    settings.last_cloud = "usgov"
    settings.remember_window("main", LAYOUT)
    settings.remember_window("help", WindowLayout(geometry="CQ=="))
    settings.save()
    again = Settings.load(file)
    assert (again.theme, again.density, again.show_microsoft, again.last_cloud) == ("dark", "compact", True, "usgov")
    assert again.window("main") == LAYOUT
    assert again.window("help").geometry == "CQ=="
    assert again.window("never seen") == WindowLayout()
    assert again.warnings == ()
    assert sorted(path.name for path in file.parent.iterdir()) == ["settings.json"]


def test_nothing_is_written_before_something_changes(tmp_path: Path) -> None:
    Settings.load(tmp_path / "settings.json").save()
    assert list(tmp_path.iterdir()) == []


def test_every_setting_is_declared_with_a_sentence_and_a_default_of_its_type() -> None:
    declared = list(Settings.declared())
    assert {"theme", "density", "less_motion", "show_microsoft", "windows"} <= {setting.name for setting in declared}
    for setting in declared:
        assert setting.description.endswith(".")
        Settings().change(setting, setting.default())


def test_a_value_of_another_type_is_refused_at_once() -> None:
    settings = Settings()
    with pytest.raises(ValidationError):
        settings.theme = "purple"  # type: ignore[assignment]
    assert settings.theme is Theme.SYSTEM


def test_keys_of_a_newer_version_stay(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    file.write_text('{"future": {"deep": [1, 2.50]}, "theme": "dark"}')
    settings = Settings.load(file)
    settings.show_microsoft = True
    settings.save()
    assert json.loads(file.read_text()) == {"future": {"deep": [1, 2.5]}, "theme": "dark", "show_microsoft": True}


def test_a_value_of_a_newer_version_is_said_and_stays_until_changed(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    file.write_text('{"theme": "sepia"}')
    settings = Settings.load(file)
    assert settings.theme is Theme.SYSTEM
    assert "theme" in settings.warnings[0]
    settings.show_microsoft = True
    settings.save()
    assert json.loads(file.read_text())["theme"] == "sepia"


def test_two_running_copies_do_not_undo_each_other(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    one, other = Settings.load(file), Settings.load(file)
    one.theme = Theme.DARK
    one.save()
    other.density = Density.COMPACT
    other.save()
    assert (Settings.load(file).theme, Settings.load(file).density) == ("dark", "compact")


@given(st.binary(max_size=200))
def test_any_file_at_all_opens_and_a_broken_one_is_kept(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    file = tmp_path_factory.mktemp("settings") / "settings.json"
    file.write_bytes(content)
    settings = Settings.load(file)
    settings.theme = Theme.LIGHT
    settings.save()
    assert Settings.load(file).theme is Theme.LIGHT
    kept = [path for path in file.parent.iterdir() if ".broken-" in path.name]
    if settings.warnings:
        assert [path.read_bytes() for path in kept] == [content]
        assert kept[0].name in settings.warnings[0]
    else:
        assert isinstance(json.loads(content), dict)


def test_a_second_broken_file_does_not_replace_the_first(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    for content in ("{", "["):
        file.write_text(content)
        assert Settings.load(file).warnings
    assert sorted(path.read_text() for path in tmp_path.glob("*.broken-*")) == ["[", "{"]


def test_deeply_nested_json_is_a_broken_file_and_no_crash(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    file.write_text('{"windows": ' + "[" * 100_000)
    assert Settings.load(file).warnings


@pytest.mark.skipif(sys.platform == "win32", reason="files there have no mode")
def test_an_unreadable_file_is_said_and_never_overwritten(tmp_path: Path) -> None:
    # A child, so that root can become nobody without taking this process along.
    file = tmp_path / "settings.json"
    file.write_text('{"theme": "dark"}')
    file.chmod(0)
    code = (
        "import os, sys, tempfile\nfrom pathlib import Path\n"
        "from permdesk.errors import StorageError\nfrom permdesk.settings import *\n"
        "import msgspec.json, locale\n"
        "os.geteuid() or os.seteuid(65534)\n"
        "settings = Settings.load(Path(sys.argv[1]))\n"
        "print(settings.warnings[0])\n"
        "settings.theme = Theme.LIGHT\n"
        "try:\n    settings.save()\nexcept StorageError as error:\n    print(error.title)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, file], capture_output=True, text=True, check=True)
    assert "cannot be read" in done.stdout
    assert "permdesk cannot write to" in done.stdout
    file.chmod(0o600)
    assert file.read_text() == '{"theme": "dark"}'


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on file sizes there")
def test_a_full_disk_leaves_the_old_file_whole(tmp_path: Path) -> None:
    # A limit of the size of files stands in for the end of the disk: the write fails in the same place.
    file = tmp_path / "settings.json"
    file.write_text('{"theme": "dark"}')
    code = (
        "import resource, sys\nfrom pathlib import Path\n"
        "from permdesk.errors import StorageError\nfrom permdesk.settings import *\n"
        "settings = Settings.load(Path(sys.argv[1]))\n"
        "settings.theme = Theme.LIGHT\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4, 4))\n"
        "try:\n    settings.save()\nexcept StorageError as error:\n    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, file], capture_output=True, text=True, check=True)
    assert "Free some space" in done.stdout
    assert file.read_text() == '{"theme": "dark"}'
    assert [path.name for path in tmp_path.iterdir()] == ["settings.json"]


def test_a_folder_in_the_place_of_the_file_is_a_clear_error(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    file.mkdir()
    settings = Settings.load(file)
    assert settings.warnings
    settings.theme = Theme.DARK
    with pytest.raises(StorageError):
        settings.save()


def test_a_client_is_remembered_once_for_each_tenant(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.json")
    for client_id, tenant in (("one", "a.example"), ("two", "b.example"), ("three", "a.example")):
        client = Client(client_id, "usgov", tenant)
        settings.remember_sign_in(SignInRequest(CLOUDS["usgov"], client_id, tenant), client)
    borrowed = Client("borrowed", "china", "c.example", ClientSource.BORROWED)
    settings.remember_sign_in(SignInRequest(CLOUDS["china"], "borrowed", "c.example"), borrowed)
    settings.save()
    kept = Settings.load(tmp_path / "settings.json")
    assert [(c.client_id, c.tenant) for c in kept.clients] == [("two", "b.example"), ("three", "a.example")]
    assert kept.last_cloud == "china"
    assert kept.last_client == "three"


def test_how_a_cloud_was_reached_is_remembered_for_each(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.json")
    client = Client("one", "custom")
    custom = custom_cloud("https://graph.cloud.example:8443", "https://login.cloud.example")
    settings.remember_sign_in(SignInRequest(custom, "one", ca_file=Path("/etc/ssl/cloud.pem")), client)
    settings.remember_sign_in(SignInRequest(CLOUDS["usgov"], "one", ca_file=Path("/etc/ssl/proxy.pem")), client)
    settings.save()
    kept = Settings.load(tmp_path / "settings.json").reached
    assert kept["custom"] == Reached(
        "https://graph.cloud.example:8443", "https://login.cloud.example", str(Path("/etc/ssl/cloud.pem"))
    )
    assert kept["usgov"] == Reached(ca_file=str(Path("/etc/ssl/proxy.pem")))
    # Without a file next time, none is offered the time after that.
    settings.remember_sign_in(SignInRequest(CLOUDS["usgov"], "one"), client)
    assert settings.reached["usgov"] == Reached()
    assert settings.reached["custom"].ca_file

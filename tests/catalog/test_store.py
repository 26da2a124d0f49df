"""Opening the catalog: read-only, with clear words for a file that is missing, broken, newer or something else."""

import contextlib
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from permdesk.catalog.problem import Severity
from permdesk.catalog.schema import APPLICATION_ID, SCHEMA_VERSION
from permdesk.catalog.store import CatalogStore, SearchHit
from permdesk.domain.ports import Catalog
from permdesk.domain.profile import ProfileOrigin
from permdesk.errors import FormatError, StorageError, WorldError
from permdesk.paths import catalog_file, repair
from tests.catalog.places import DATABASE, OWN_PROFILE, ROOT, SOURCES


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    folder = tmp_path / "with space #1 % ü"
    folder.mkdir()
    return Path(shutil.copy(DATABASE, folder / "catalog.sqlite"))


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    return folder


def change(path: Path, *statements: str) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def refused(path: Path) -> WorldError:
    with pytest.raises(WorldError) as caught:
        CatalogStore(path)
    error = caught.value
    assert str(path) in error.detail
    assert error.remedy
    return error


def test_the_shipped_catalog_opens(copy: Path) -> None:
    catalog: Catalog = CatalogStore(copy)
    assert list(catalog.profiles()) == [
        "avepoint-azure",
        "avepoint-azure-ad-b2c",
        "avepoint-dynamics-ce",
        "avepoint-dynamics-uo",
        "avepoint-express",
        "nakivo",
    ]
    assert catalog.facts().version == CatalogStore(copy).version == "2026.11"
    assert {profile.origin for profile in catalog.profiles().values()} == {ProfileOrigin.SHIPPED}


def test_nothing_is_written_and_no_file_appears(copy: Path) -> None:
    before = (hashlib.sha256(copy.read_bytes()).digest(), copy.stat().st_mtime_ns)
    store = CatalogStore(copy)
    store.search("mail")
    assert (hashlib.sha256(copy.read_bytes()).digest(), copy.stat().st_mtime_ns) == before
    assert [path.name for path in copy.parent.iterdir()] == ["catalog.sqlite"]


def test_the_profiles_cannot_be_changed(copy: Path) -> None:
    profiles = CatalogStore(copy).profiles()
    with pytest.raises(TypeError):
        profiles["nakivo"] = profiles["avepoint-azure"]  # type: ignore[index]
    with pytest.raises(AttributeError):
        profiles["nakivo"].vendor = "x"  # type: ignore[misc]


@pytest.mark.linux
def test_a_folder_that_nobody_may_write_to() -> None:
    # Root may write anywhere, so root runs this as nobody; in a folder of its own, because those of pytest are private.
    code = (
        "import os, sys\n"
        f"sys.path[:0] = {sys.path!r}\n"
        "from pathlib import Path\n"
        "from permdesk.catalog.store import CatalogStore\n"
        "if os.geteuid() == 0: os.setresuid(65534, 65534, 65534)\n"
        "path = Path(sys.argv[1])\n"
        "assert not os.access(path.parent, os.W_OK)\n"
        "store = CatalogStore(path)\n"
        "print(len(store.profiles()), len(store.search('Mail.Read')) > 0)\n"
    )
    with tempfile.TemporaryDirectory() as name:
        path = Path(shutil.copy(DATABASE, name))
        path.chmod(0o444)
        path.parent.chmod(0o555)
        try:
            done = subprocess.run(
                [sys.executable, "-c", code, str(path)], capture_output=True, text=True, timeout=60, check=False
            )
        finally:
            path.parent.chmod(0o755)
    assert (done.returncode, done.stdout, done.stderr) == (0, "6 True\n", "")


def test_a_missing_catalog(tmp_path: Path) -> None:
    error = refused(tmp_path / "catalog.sqlite")
    assert isinstance(error, StorageError)
    assert error.title == "The catalog is missing"
    assert error.remedy == repair()


def test_the_remedy_is_one_for_a_missing_and_for_a_damaged_catalog(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    with pytest.raises(StorageError) as missing:
        catalog_file()
    assert catalog_file(missing_ok=True) == tmp_path / "catalog.sqlite"
    (tmp_path / "catalog.sqlite").write_bytes(b"rain")
    assert missing.value.remedy == refused(catalog_file()).remedy == "Install permdesk again."


@pytest.mark.parametrize("found", [None, b"", b"rain", DATABASE.read_bytes()[:9000]])
def test_the_remedy_of_a_source_tree_helps(tmp_path: Path, found: bytes | None) -> None:
    assert "python3 build/dev.py catalog" in repair()
    path = tmp_path / "catalog.sqlite"
    if found is not None:
        path.write_bytes(found)
    command = [sys.executable, str(ROOT / "build" / "make_catalog.py"), "--output", str(path)]
    subprocess.run(command, check=True, capture_output=True)
    assert len(CatalogStore(path).profiles()) == 6


def test_a_folder_in_its_place(tmp_path: Path) -> None:
    error = refused(tmp_path)
    assert isinstance(error, StorageError)
    assert error.title == "The catalog cannot be read"


@pytest.mark.parametrize("content", [b"", b"SQLite", b"PK\x03\x04" + b"\0" * 4096, b"\xff" * 100])
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "catalog.sqlite"
    path.write_bytes(content)
    error = refused(path)
    assert isinstance(error, FormatError)
    assert error.title == "The catalog file is no permdesk catalog"


def test_another_programs_database(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    change(path, "CREATE TABLE profiles (id TEXT)")
    assert refused(path).title == "The catalog file is no permdesk catalog"


def test_a_newer_catalog_asks_for_a_newer_permdesk(copy: Path) -> None:
    change(copy, f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    error = refused(copy)
    assert isinstance(error, FormatError)
    assert error.title == "The catalog was made by a newer permdesk"
    assert error.remedy.startswith("Update permdesk")


def test_an_older_catalog(copy: Path) -> None:
    change(copy, "PRAGMA user_version = 0")
    assert refused(copy).title == "The catalog was made by an older permdesk"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE requirements SET value = 'Mail.Send' WHERE value = 'Mail.Read'",
        "DELETE FROM requirement_cells WHERE rowid = 1",
        "UPDATE reach SET reason = CAST(x'ff' AS TEXT) WHERE rowid = 1",
        "UPDATE reach SET reason = x'00' WHERE rowid = 1",
        "DELETE FROM meta",
        "DROP TABLE covers",
        "ALTER TABLE profiles RENAME COLUMN vendor TO seller",
    ],
)
def test_a_catalog_that_was_tampered_with_is_refused(copy: Path, statement: str) -> None:
    change(copy, statement)
    error = refused(copy)
    assert isinstance(error, FormatError)
    assert error.title == "The catalog is damaged"


@pytest.mark.parametrize("kept", [0.05, 0.3, 0.6, 0.95])
def test_a_catalog_that_was_cut_short_is_refused(copy: Path, kept: float) -> None:
    content = copy.read_bytes()
    copy.write_bytes(content[: int(len(content) * kept)])
    with pytest.raises(FormatError):
        CatalogStore(copy)


def test_overwritten_pages_are_refused_or_harmless(copy: Path) -> None:
    content = copy.read_bytes()
    whole = dict(CatalogStore(copy).profiles())
    for page in range(1, len(content) // 4096):
        copy.write_bytes(content[: page * 4096] + b"\xa5" * 4096 + content[(page + 1) * 4096 :])
        with contextlib.suppress(FormatError):
            store = CatalogStore(copy)
            assert dict(store.profiles()) == whole
            store.search("mail")


def test_marks_of_the_committed_file() -> None:
    header = DATABASE.read_bytes()[:100]
    assert int.from_bytes(header[68:72]) == APPLICATION_ID
    assert int.from_bytes(header[60:64]) == SCHEMA_VERSION
    assert header[18:20] == b"\1\1", "journal mode is not WAL, which would need a writable folder"


def hits(store: CatalogStore, text: str) -> list[tuple[str, str | None]]:
    return [(hit.profile_id, hit.requirement.value if hit.requirement else None) for hit in store.search(text)]


def test_search_by_permission_purpose_and_vendor() -> None:
    store = CatalogStore(DATABASE)
    assert ("nakivo", "Mail.Read") in hits(store, "Mail.Read")
    assert ("nakivo", "Mail.ReadWrite") in hits(store, "mail.read")
    assert hits(store, "Mail.Read nothing-of-the-kind") == []
    assert {profile for profile, value in hits(store, "avepoint") if value is None} == {
        "avepoint-azure",
        "avepoint-azure-ad-b2c",
        "avepoint-dynamics-ce",
        "avepoint-dynamics-uo",
        "avepoint-express",
    }
    assert hits(store, "conditional access")[0] == ("avepoint-azure", "Policy.ReadWrite.ConditionalAccess")
    assert hits(store, "calend") == [("nakivo", "Calendars.Read"), ("nakivo", "Calendars.ReadWrite")]
    assert store.search("") == store.search('" * ( )') == ()


def test_search_hits_carry_the_whole_requirement() -> None:
    store = CatalogStore(DATABASE)
    (hit,) = [h for h in store.search("full_access_as_app") if h.requirement]
    assert hit == SearchHit("nakivo", hit.requirement)
    assert hit.requirement in store.profiles()["nakivo"].requirements


def test_own_profiles_come_after_the_shipped_ones(own: Path) -> None:
    (own / "quillnote.yaml").write_text(OWN_PROFILE, "utf-8")
    store = CatalogStore(DATABASE, own=(own,))
    assert list(store.profiles())[-1] == "quillnote-backup"
    assert store.problems == ()
    profile = store.profiles()["quillnote-backup"]
    assert profile.origin is ProfileOrigin.OWN
    assert len(profile.fingerprint) == 64
    assert hits(store, "quillnote") == [("quillnote-backup", None)]
    assert hits(store, "stored account recognize") == [("quillnote-backup", "User.Read")]
    assert ("quillnote-backup", "Mail.Read") in hits(store, "Mail.Read")


def test_a_broken_own_file_does_not_stop_the_rest(own: Path) -> None:
    (own / "a-broken.yaml").write_text("id: [", "utf-8")
    (own / "b-good.yml").write_text(OWN_PROFILE, "utf-8")
    (own / "c-wrong.yaml").write_text(
        OWN_PROFILE.replace("id: quillnote-backup", "id: other").replace("kind: app", "kind: xpp"), "utf-8"
    )
    store = CatalogStore(DATABASE, own=(own,))
    assert len(store.profiles()) == 7
    assert {Path(p.file).name for p in store.problems if p.severity is Severity.ERROR} == {
        "a-broken.yaml",
        "c-wrong.yaml",
    }


def test_an_own_profile_cannot_take_a_shipped_id(own: Path) -> None:
    file = own / "mine.yaml"
    file.write_text("# mine\n" + OWN_PROFILE.replace("id: quillnote-backup", "id: nakivo"), "utf-8")
    store = CatalogStore(DATABASE, own=(own,))
    assert store.profiles()["nakivo"] == CatalogStore(DATABASE).profiles()["nakivo"]
    (problem,) = store.problems
    assert str(problem) == f'{file}:2: the id "nakivo" is taken by a profile that permdesk ships; give yours another'


def test_validating_named_files_lets_a_shipped_profile_be_itself(own: Path) -> None:
    store = CatalogStore(DATABASE)
    shipped = ROOT / "resources" / "catalog" / "profiles"
    validation = store.validate([shipped])
    assert (validation.problems, validation.files, len(validation.profiles)) == ((), 6, 6)
    file = own / "mine.yaml"
    file.write_text(OWN_PROFILE.replace("id: quillnote-backup", "id: nakivo"), "utf-8")
    (problem,) = store.validate([file]).problems
    assert (problem.line, problem.severity) == (1, Severity.ERROR)
    assert store.validate([file]).problems == CatalogStore(DATABASE, own=(file,)).problems


def test_a_copy_of_a_shipped_profile_adds_nothing_and_harms_nothing(own: Path) -> None:
    file = Path(shutil.copy(SOURCES / "profiles" / "nakivo.yaml", own))
    store = CatalogStore(DATABASE, own=(own,))
    assert (store.problems, store.own.files) == ((), 1)
    assert store.profiles() == CatalogStore(DATABASE).profiles()
    file.write_text(file.read_text("utf-8").replace("kind: delegated", "kind: deligated", 1), "utf-8")
    (problem,) = store.validate([own]).problems
    assert "deligated" in problem.message, "a slip in a copy is told for what it is"


def test_a_file_that_two_places_name_is_read_once(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (own / "quillnote.yaml").write_text(OWN_PROFILE, "utf-8")
    monkeypatch.chdir(own)
    store = CatalogStore(DATABASE, own=(own, Path(), own / "quillnote.yaml", own / ".." / own.name))
    assert (store.problems, store.own.files) == ((), 1)
    assert "quillnote-backup" in store.profiles()


def test_two_own_profiles_of_one_id_in_two_folders(own: Path, tmp_path: Path) -> None:
    second = tmp_path / "second"
    second.mkdir()
    for folder in (own, second):
        (folder / "profile.yaml").write_text(OWN_PROFILE, "utf-8")
    store = CatalogStore(DATABASE, own=(own, second))
    assert len(store.profiles()) == 7
    (problem,) = store.problems
    assert problem.file == str(second / "profile.yaml")
    assert problem.message == f'the id "quillnote-backup" is taken by {own / "profile.yaml"}'


def test_a_folder_of_own_profiles_that_is_not_there(tmp_path: Path) -> None:
    store = CatalogStore(DATABASE, own=(tmp_path / "none",))
    assert len(store.profiles()) == 6
    assert [problem.message for problem in store.problems] == ["there is no such file or folder"]


def test_the_same_content_has_the_same_fingerprint_wherever_it_lies(own: Path) -> None:
    first, second = own / "first.yaml", own / "second.yaml"
    first.write_text(OWN_PROFILE, "utf-8")
    fingerprint = CatalogStore(DATABASE, own=(first,)).profiles()["quillnote-backup"].fingerprint
    second.write_text("# another file\n" + OWN_PROFILE.replace("[Restore, Backup]", "[Backup, Restore]"), "utf-8")
    assert CatalogStore(DATABASE, own=(second,)).profiles()["quillnote-backup"].fingerprint == fingerprint
    for changed in ("Back up messages", "4.2", "Setup", "last_update: 2026-09", "Open Settings", "in the tenant"):
        second.write_text(OWN_PROFILE.replace(changed, changed[:-1] + "8", 1), "utf-8")
        other = CatalogStore(DATABASE, own=(second,)).profiles()["quillnote-backup"].fingerprint
        assert other != fingerprint, changed


def test_opening_loads_neither_yaml_nor_the_builder() -> None:
    code = (
        "import sys; from pathlib import Path; from permdesk.catalog.store import CatalogStore; "
        "CatalogStore(Path(sys.argv[1])).search('mail'); "
        "print(sorted({'yaml', 'sqlite_utils', 'click', 'requests', 'PySide6'} & set(sys.modules)))"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code, str(DATABASE)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env=environment,
    )
    assert done.stdout.strip() == "[]"

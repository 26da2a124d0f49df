"""What a profile is called beside its vendor's name."""

import pytest

from permdesk.presentation.profile_name import name_beside_vendor
from tests.ui import made


@pytest.mark.parametrize(
    ("vendor", "name", "shown"),
    [
        ("AvePoint", "AvePoint Cloud Backup Express", "Cloud Backup Express"),
        ("NAKIVO", "nakivo Backup & Replication", "Backup & Replication"),
        ("AvePoint", "AvePoint", "AvePoint"),
        ("AvePoint", "AvePointless Backup", "AvePointless Backup"),
        ("AvePoint", "AvePoint \u202eevil", "\ufffdevil"),
        ("Quillnote Ltd.", "Quillnote Sync", "Quillnote Sync"),
    ],
)
def test_the_vendor_is_not_said_twice(vendor: str, name: str, shown: str) -> None:
    assert name_beside_vendor(made.profile(vendor=vendor, name=name)) == shown

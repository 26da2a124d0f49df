"""Where this project's own catalog lies, and a small profile file to bend."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "resources" / "catalog"
DATABASE = ROOT / "catalog.sqlite"

OWN_PROFILE = """\
id: quillnote-backup
vendor: Quillnote
product: Quillnote Backup
name: Quillnote Backup
edition: "4.2"
app_name: Quillnote Backup
app_id: null
source:
  title: Permissions for Microsoft 365
  breadcrumb: Help > Setup
  date: 2026-09
  retrieved: 2026-11
workloads: [Mailboxes, Sites]
operations: [Backup, Restore]
directory_roles: []
notes: []
not_installed: No app of this name is in the tenant.
routes:
  - kind: vendor-console
    label: Re-authorize in Quillnote
    who: Global Administrator
    roles: [Global Administrator]
    steps: [Open Settings > Connections, Choose Authorize]
    note: null
requirements:
  - api: Microsoft Graph
    value: Mail.Read
    kind: application
    workloads:
      Mailboxes: [Backup]
    condition: null
    preview: false
    last_update: 2026-09
    newly_required: null
    purpose: Back up messages
    note: null
  - api: 00000003-0000-0ff1-ce00-000000000000
    value: Sites.FullControl.All
    kind: application
    workloads:
      Sites: [Restore, Backup]
    condition: certificate-sign-in
    newly_required: true
    purpose: Put sites back
  - api: Microsoft Graph
    value: User.Read
    kind: delegated
    acts_for: one-account
    purpose: Recognize the stored account
"""

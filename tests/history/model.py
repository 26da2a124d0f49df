"""What a journal keeps, told a second time: plain lists in memory."""

from msgspec import Struct
from msgspec.structs import replace

from permdesk.domain.coverage import ReadCoverage, ReadName, ReadStatus
from permdesk.domain.page import rows_of
from tests.history.scans import make_snapshot

FIELDS = {
    ReadName.APPLICATIONS: "registrations",
    ReadName.SERVICE_PRINCIPALS: "service_principals",
    ReadName.DEFINITIONS: "apis",
    ReadName.APIS: "role_apis",
    ReadName.APP_ROLE_ASSIGNMENTS: "app_role_assignments",
    ReadName.OAUTH2_PERMISSION_GRANTS: "delegated_grants",
    ReadName.DIRECTORY_ROLES: "directory_roles",
    ReadName.USERS: "users",
}


class ModelJournal(Struct):
    """Pages by list, marks by list, and lists that begin with the base's pages, not to be kept yet."""

    scan_id: str
    read_at: object
    base: "ModelJournal | None" = None
    pages: dict = {}
    marks: dict = {}
    taken: dict = {}

    def kept(self, name):
        return self.taken.get(name) or self.pages.get(name, [])

    def settle(self, name):
        if name in self.taken:
            self.pages[name] = self.taken.pop(name)

    def add(self, name, page):
        self.settle(name)
        self.pages.setdefault(name, []).append(page)

    def drop(self, name):
        self.taken.pop(name, None)
        self.pages.pop(name, None)
        self.marks.pop(name, None)

    def mark(self, name, link):
        self.settle(name)
        self.marks[name] = link

    def take_over(self, name):
        self.taken[name] = list(self.base.pages.get(name, []))

    def interrupted(self):
        self.taken.clear()
        self.pages = {name: pages for name, pages in self.pages.items() if pages}

    def finished(self):
        for name in list(self.taken):
            self.settle(name)
        self.pages = {
            name: [replace(page, next_link=None) for page in pages] for name, pages in self.pages.items() if pages
        }

    def snapshot(self, **head):
        """Return the scan that these pages make, its rows list by list."""
        rows = dict.fromkeys(FIELDS.values(), ())
        for name in sorted({*self.pages, *self.taken}):
            if name.read in FIELDS:
                found = rows_of(self.kept(name)).values()
                rows[FIELDS[name.read]] += tuple(row for row in found if row is not None)
        reads = (ReadCoverage(ReadName.APPLICATIONS, ReadStatus.COMPLETE, len(rows["registrations"])),)
        return replace(make_snapshot(self.scan_id, read_at=self.read_at), **{**rows, "reads": reads, **head})

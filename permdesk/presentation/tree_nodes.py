"""The nodes of the permission tree: plain objects that know their words, their place and their neighbours."""

from permdesk.domain.finding import Baseline, Finding, Status
from permdesk.domain.permission import Kind
from permdesk.domain.text import inert
from permdesk.presentation.app_rows import LONGEST_NAME
from permdesk.presentation.appearance import (
    ACCEPTED_STATUS,
    ATTENTION_ORDER,
    KIND,
    KIND_MEANING,
    NEEDS_ATTENTION,
    STATUS,
    Look,
    Tag,
)
from permdesk.presentation.haystack import Haystack
from permdesk.presentation.news import NOTHING_NEW, PermissionName, permission_name
from permdesk.presentation.requirement import NeedCounts, need_counts
from permdesk.presentation.tree_rows import NEW_TAG, Cell, cells_of, spoken, tags_of


class PermissionNode:
    """One permission of the app: a leaf of the tree.

    Its words are made by ``prepare``, before anybody shows it: of 100,000 leaves few are ever seen.

    Attributes:
        parent: the kind it belongs to.
        row: its place among the shown leaves of its kind; kept by whoever shows it.
        cells: Documented, Configured, Granted and Since; Status has its own look.
    """

    __slots__ = ("_cells", "_tags", "finding", "label", "parent", "row")

    #: A leaf has nothing below it.
    handed: tuple[()] = ()

    def __init__(self, finding: Finding, label: str, parent: "KindNode") -> None:
        self.finding = finding
        self.label = label
        self.parent = parent
        self.row = 0
        self._cells: tuple[Cell, Cell, Cell, Cell] | None = None
        self._tags: tuple[Tag, ...] = ()

    def prepare(self) -> None:
        """Make its words, once."""
        if self._cells is None:
            finding = self.finding
            self._cells = cells_of(finding, self.parent.parent.unreadable)
            if finding.flags or finding.remedy or finding.requirement:
                self._tags = tags_of(finding)
            if self.new:
                self._tags = (NEW_TAG, *self._tags)

    @property
    def cells(self) -> tuple[Cell, Cell, Cell, Cell]:
        """Documented, Configured, Granted and Since; Status has its own look."""
        if self._cells is None:
            self.prepare()
        return self._cells or cells_of(self.finding, self.parent.parent.unreadable)

    @property
    def tags(self) -> tuple[Tag, ...]:
        """Short words beside its name."""
        self.prepare()
        return self._tags

    @property
    def new(self) -> bool:
        """True where it was configured or granted since the scan before."""
        new = self.parent.parent.new
        return bool(new) and permission_name(self.finding.permission) in new

    @property
    def look(self) -> Look:
        """Word, glyph and tone of its status; quiet where a person accepts it."""
        return (STATUS if self.finding.accepted is None else ACCEPTED_STATUS)[self.finding.status]

    @property
    def needs_attention(self) -> bool:
        """True where a person has to do something about it."""
        finding = self.finding
        return finding.status in NEEDS_ATTENTION and finding.counts and finding.accepted is None

    @property
    def spoken(self) -> str:
        """What a screen reader says."""
        return spoken(self.label, self.finding, self.look, self.tags)

    @property
    def purpose(self) -> str:
        """Why the vendor wants it; empty where nobody documents it."""
        requirement = self.finding.requirement
        return inert(requirement.purpose, LONGEST_NAME) if requirement is not None else ""


Leaf = Haystack[PermissionNode]


class KindNode:
    """Application or delegated permissions of one API.

    Attributes:
        leaves: every permission, attention first.
        shown: those the filter lets through.
        handed: those whoever shows the tree has taken so far, from the first on.
        label, meaning: its words; the meaning is what it lets an app do, and how many are needed.
    """

    __slots__ = ("handed", "kind", "label", "leaves", "meaning", "parent", "row", "shown")

    def __init__(self, kind: Kind, parent: "ApiNode", findings: list[Finding]) -> None:
        self.kind = kind
        self.parent = parent
        self.row = 0
        self.handed: list[PermissionNode] = []
        self.label = KIND[kind]
        nodes = [PermissionNode(f, inert(f.permission.label, LONGEST_NAME), self) for f in findings]
        nodes.sort(key=attention)
        self.arrange(nodes)
        counts = need_counts(findings, parent.baseline)
        self.meaning = f"{KIND_MEANING[kind]} · {_need_words(counts, len(findings))}"

    def arrange(self, nodes: list[PermissionNode]) -> None:
        """Put the leaves into an order; their haystacks are made anew, side by side, and filter twice as fast."""
        leaves: list[Leaf] = []
        for node in nodes:
            leaf: Leaf = Haystack(node.label.casefold())
            leaf.of = node
            leaves.append(leaf)
        self.leaves = self.shown = leaves

    @property
    def spoken(self) -> str:
        """What a screen reader says."""
        return f"{self.label} permissions of {self.parent.label}, {self.meaning.replace(' · ', ', ')}"


class ApiNode:
    """One API of which the app has permissions.

    Attributes:
        kinds: application first; those with something shown are in ``shown``.
        unreadable: what stands for a manifest that is out of reach.
        new: the permissions of the app that were configured or granted since the scan before.
        counts: number of permissions by status, for the statuses that occur, attention first.
    """

    __slots__ = ("baseline", "counts", "kinds", "label", "new", "row", "shown", "spoken", "unreadable")

    def __init__(
        self,
        label: str,
        baseline: Baseline,
        findings: list[Finding],
        unreadable: Cell,
        new: frozenset[PermissionName] = NOTHING_NEW,
    ) -> None:
        self.label = label
        self.baseline = baseline
        self.unreadable = unreadable
        self.new = new
        self.row = 0
        by_kind: dict[Kind, list[Finding]] = {}
        numbers: dict[Status, int] = {}
        for finding in findings:
            by_kind.setdefault(finding.permission.kind, []).append(finding)
            numbers[finding.status] = numbers.get(finding.status, 0) + 1
        self.counts = tuple((status, numbers[status]) for status in STATUS if status in numbers)
        self.kinds = [KindNode(kind, self, by_kind[kind]) for kind in Kind if kind in by_kind]
        self.shown = self.kinds
        said = ", ".join(f"{number} {STATUS[status].label.lower()}" for status, number in self.counts)
        self.spoken = f"{label}, {said}"


Node = ApiNode | KindNode | PermissionNode


def attention(leaf: PermissionNode) -> tuple[int, str]:
    """Return where a leaf stands within its kind: what needs a person first, then by name."""
    return ATTENTION_ORDER[leaf.finding.status], leaf.label.casefold()


def _need_words(counts: NeedCounts, total: int) -> str:
    if counts.needed and counts.beyond:
        return f"{counts.needed} needed, {counts.beyond} more granted"
    if counts.needed:
        return f"{counts.needed} needed"
    return f"{counts.beyond} granted beyond the need" if counts.beyond else f"{total} listed"


def row_as_text(leaf: PermissionNode) -> str:
    """Return a row with its columns separated by tabs, for a spreadsheet."""
    return "\t".join((leaf.label, *(cell.text for cell in leaf.cells[:3]), leaf.look.label, leaf.cells[3].text))

"""Lays a report out on pages: what stays together, what is repeated, and where a page ends."""

from collections.abc import Callable, Iterator
from typing import Final

from msgspec import Struct

from permdesk.domain.ports import CancelToken
from permdesk.errors import Cancelled
from permdesk.printing import faces
from permdesk.printing.flow import pieces_of
from permdesk.printing.furniture import Furniture
from permdesk.printing.measures import Sheet, sheet_of
from permdesk.printing.piece import Piece
from permdesk.printing.text_pieces import Continued
from permdesk.reports.choice import Letterhead, Page
from permdesk.reports.document import Document, Part

#: Told how much is done, from 0 to 1.
Progress = Callable[[float], None]

#: Lines of a paragraph that stand alone neither at the foot nor at the head of a page.
_TOGETHER: Final = 2
#: How much smaller a part may be set to stay on one page; below that its notes could not be read.
_SMALLER: Final = (0.96, 0.92, 0.88, 0.84, 0.8, 0.76)
#: And how much less air it has between its blocks then.
_CLOSER: Final = 0.62
#: A row taller than this share of a page may be divided rather than leave the page empty.
_TALL: Final = 0.45


class Placed(Struct, frozen=True, gc=False):
    """Lines of a piece on a page.

    Attributes:
        y: of the upper edge, in tenths of a point from that of the paper.
        scale: less than 1 where it is set smaller.
    """

    piece: Piece
    y: float
    first: int
    last: int
    scale: float = 1.0

    @property
    def end(self) -> float:
        """Where its lower edge is, as ``y``."""
        return self.y + self.piece.height(self.first, self.last) * self.scale


class Bookmark(Struct, frozen=True):
    """Where a part begins.

    Attributes:
        number: of the page, from 0.
    """

    title: str
    level: int
    number: int


class Pages(Struct, frozen=True):
    """A report on pages; what they show is painted when somebody asks for it.

    Attributes:
        sheets: what stands on each page, from top to bottom.
        bookmarks: one for each part.
    """

    document: Document
    page: Page
    sheet: Sheet
    furniture: Furniture
    sheets: tuple[tuple[Placed, ...], ...]
    bookmarks: tuple[Bookmark, ...]

    @property
    def count(self) -> int:
        """How many pages there are."""
        return len(self.sheets)


def layout(
    document: Document,
    page: Page,
    letterhead: Letterhead,
    *,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> Pages:
    """Lay a report out; any thread may, and on a large tenant it takes seconds.

    Args:
        document: of any length.
        page: the paper.
        letterhead: stands on the first page; its footer on every one.
        progress: told after each part, and now and then within a long one.
        cancel: asked as often.

    Raises:
        Cancelled: somebody cancelled.
        FormatError: the logo is no picture that can be printed.
        WorldError: this computer has no font.
    """
    faces.make_ready()
    sheet = sheet_of(page)
    furniture = Furniture(document, letterhead, sheet, colour=page.colour)
    maker = _Maker(sheet, furniture)
    bookmarks = []
    for place, part in enumerate(document.parts):
        bookmarks.append(Bookmark(part.title, part.level, len(maker.sheets)))
        size = 2 * len(part.blocks) + sum(len(getattr(block, "rows", ())) for block in part.blocks)
        maker.begin(part)
        for done, cluster in enumerate(_clusters(pieces_of(part, sheet.inner))):
            maker.add(cluster)
            if done % 64 == 0:
                if cancel is not None and cancel.is_set():
                    raise Cancelled
                if progress is not None:
                    progress((place + min(1.0, done / max(size, 1))) / len(document.parts))
        maker.end()
        if part.one_page and len(maker.sheets) > bookmarks[-1].number + 1:
            _set_smaller(maker, part, sheet, bookmarks[-1].number)
    return Pages(document, page, sheet, furniture, tuple(maker.sheets), tuple(bookmarks))


def _set_smaller(maker: "_Maker", part: Part, sheet: Sheet, count: int) -> None:
    """Set the part that begins on the page ``count`` smaller, if it fits on one page then."""
    large = maker.sheets[count:]
    del maker.sheets[count:]
    for scale in _SMALLER:
        maker.begin(part, scale)
        for cluster in _clusters(pieces_of(part, int(sheet.inner / scale))):
            maker.add(cluster)
        maker.end()
        if len(maker.sheets) == count + 1:
            return
        del maker.sheets[count:]
    maker.sheets += large


def _clusters(pieces: Iterator[Piece]) -> Iterator[list[Piece]]:
    """Gather the pieces that stay together."""
    cluster: list[Piece] = []
    for piece in pieces:
        cluster.append(piece)
        if not piece.keep:
            yield cluster
            cluster = []
    if cluster:
        yield cluster


class _Maker:
    """Fills page after page."""

    def __init__(self, sheet: Sheet, furniture: Furniture) -> None:
        self._furniture, self._sheet = furniture, sheet
        self.sheets: list[tuple[Placed, ...]] = []
        self._here: list[Placed] = []
        self._y, self._bottom = 0.0, furniture.bottom
        self._fresh = True
        self._scale = 1.0
        self._continued: Piece | None = None
        self._late: list[list[Piece]] = []

    def begin(self, part: Part, scale: float = 1.0) -> None:
        """Begin a part on a page of its own, ``scale`` as large as usual."""
        self._scale = scale
        self._y = self._furniture.top(len(self.sheets))
        self._fresh = True
        self._continued = Continued(part.title, int(self._sheet.inner / scale))

    def end(self) -> None:
        """Finish a part: what found no room where it belongs stands at its end."""
        late, self._late = self._late, []
        for cluster in late:
            self._place(cluster)
        self._finish()

    def _finish(self) -> None:
        """Finish the page that was begun."""
        if self._here:
            self.sheets.append(tuple(self._here))
            self._here = []

    def add(self, cluster: list[Piece]) -> None:
        """Place pieces that stay together, or put off those that may come late and have no room here."""
        if cluster[-1].late and not self._fits_here(cluster, self._tall(cluster)):
            self._late.append(cluster)
        else:
            self._place(cluster)

    def _place(self, cluster: list[Piece]) -> None:
        """Place pieces that stay together; divide them only where no page could hold them."""
        tall = self._tall(cluster)
        if self._fits_here(cluster, tall):
            self._put_all(cluster)
        elif self._divides_last(cluster, tall):
            return
        elif self._fits_a_page(cluster, tall):
            self._turn(cluster[0])
            self._put_all(cluster)
        else:
            for piece in cluster:
                self._put_divided(piece)

    def _fits_here(self, cluster: list[Piece], tall: float) -> bool:
        return self._y + tall - (self._above(cluster[0]) if self._fresh else 0) <= self._bottom

    def _tall(self, cluster: list[Piece]) -> float:
        return sum(self._above(piece) + self._height(piece) for piece in cluster)

    def _above(self, piece: Piece) -> float:
        return piece.above * self._scale * (1 if self._scale == 1 else _CLOSER)

    def _height(self, piece: Piece) -> float:
        return piece.height(0, piece.lines) * self._scale

    def _fits_a_page(self, cluster: list[Piece], tall: float) -> bool:
        again = sum(self._height(piece) for piece in self._again(cluster[0]))
        return self._furniture.top(1) + again + tall - self._above(cluster[0]) <= self._bottom

    def _divides_last(self, cluster: list[Piece], tall: float) -> bool:
        """Divide the last of the pieces between this page and the next where that leaves enough on both."""
        last = cluster[-1]
        limit = (self._bottom - self._furniture.top(1)) * _TALL
        if not (last.split or self._height(last) > limit) or last.lines < 2 * _TOGETHER:
            return False
        room = self._bottom - self._y - tall + self._height(last)
        room += self._above(cluster[0]) if self._fresh else 0
        if min(_lines_within(last, 0, room / self._scale), last.lines - _TOGETHER) < _TOGETHER:
            return False
        for piece in cluster[:-1]:
            self._put(piece, 0, piece.lines)
        self._put_divided(last)
        return True

    def _put_all(self, cluster: list[Piece]) -> None:
        for piece in cluster:
            self._put(piece, 0, piece.lines)

    def _put(self, piece: Piece, first: int, last: int) -> None:
        if not self._fresh and first == 0:
            self._y += self._above(piece)
        placed = Placed(piece, self._y, first, last, self._scale)
        self._here.append(placed)
        self._y = placed.end
        self._fresh = False

    def _put_divided(self, piece: Piece) -> None:
        """Place a piece over as many pages as it needs."""
        first = 0
        while first < piece.lines:
            above = 0 if self._fresh or first else self._above(piece)
            count = _lines_within(piece, first, (self._bottom - self._y - above) / self._scale)
            rest = piece.lines - first - count
            if 0 < rest < _TOGETHER and count > _TOGETHER:
                count -= _TOGETHER - rest
            if count < min(_TOGETHER, piece.lines - first) and not self._fresh:
                self._turn(piece)
                continue
            # A page that holds nothing would never end.
            count = max(1, count)
            self._put(piece, first, first + count)
            first += count
            if first < piece.lines:
                self._turn(piece)

    def _turn(self, piece: Piece) -> None:
        """Begin the next page, with what stands there again before a piece."""
        self._finish()
        self._y = self._furniture.top(len(self.sheets))
        self._fresh = True
        for again in self._again(piece):
            self._put(again, 0, again.lines)
            self._fresh = True

    def _again(self, piece: Piece) -> tuple[Piece, ...]:
        return (self._continued, *piece.again()) if self._continued else piece.again()


def _lines_within(piece: Piece, first: int, room: float) -> int:
    """Return how many lines of a piece, from ``first`` on, find room."""
    low, high = 0, piece.lines - first
    while low < high:
        middle = (low + high + 1) // 2
        if piece.height(first, first + middle) <= room:
            low = middle
        else:
            high = middle - 1
    return low

"""Pictures of pages, drawn off the window's thread and kept as long as there is room."""

from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from permdesk.printing.layout import Pages
from permdesk.printing.measures import PER_INCH
from permdesk.printing.painter import page_image
from permdesk.ui.tasks import Lane, Task, Tasks

#: Bytes of pictures that are kept; two pages at the largest zoom on a dense screen fit well.
_ROOM: Final = 192 * 2**20
#: What is scrolled past is not drawn any more.
_MOST_WANTED: Final = 24
_KEY: Final = "page-image"
#: Width and height of what stands there before the first document, in tenths of a point: A4.
_PAPER: Final = (5953, 8419)


class PageImages(QObject):
    """Draws the pages that somebody looks at, the one asked for last first.

    Args:
        tasks: where they are drawn.
    """

    #: A page has a picture; the number from 0.
    arrived = Signal(int)
    #: Another document is here, or none.
    changed = Signal()
    #: A page could not be drawn: an error.
    failed = Signal(object)

    def __init__(self, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._pages: Pages | None = None
        self._kept: dict[tuple[int, int], QImage] = {}
        self._bytes = 0
        self._wanted: dict[tuple[int, int], None] = {}
        self._task: Task | None = None

    @property
    def count(self) -> int:
        """How many pages there are."""
        return self._pages.count if self._pages is not None else 0

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of a page in points of 1/72 inch."""
        sheet = self._pages.sheet if self._pages is not None else None
        width, height = (sheet.width, sheet.height) if sheet is not None else _PAPER
        return width / 10, height / 10

    def show(self, pages: Pages | None) -> None:
        """Show another document, or none; let go of the pictures of the one before."""
        self._forget()
        self._pages = pages
        self.changed.emit()

    def _forget(self) -> None:
        if self._task is not None:
            self._task.stop()
            self._task = None
        self._kept.clear()
        self._wanted.clear()
        self._bytes = 0

    def height_at(self, width: float) -> float:
        """Return how high a page of a width is."""
        across, down = self.size
        return width * down / across

    def image(self, page: int, width: int) -> QImage | None:
        """Return the picture of a page, one of a like size meanwhile, or None; what is missing is drawn soon.

        Args:
            page: from 0.
            width: in device pixels.
        """
        key = (page, width)
        found = self._kept.pop(key, None)
        if found is not None:
            # The one looked at last goes last.
            self._kept[key] = found
            return found
        self._wanted.pop(key, None)
        self._wanted[key] = None
        while len(self._wanted) > _MOST_WANTED:
            del self._wanted[next(iter(self._wanted))]
        self._next()
        # To shrink or enlarge by much costs the window more than the page is worth for a moment.
        return next(
            (
                image
                for (number, other), image in reversed(self._kept.items())
                if number == page and width / 2 <= other <= width * 2
            ),
            None,
        )

    def _next(self) -> None:
        pages = self._pages
        if self._task is not None or not self._wanted or pages is None:
            return
        key, _ = self._wanted.popitem()
        page, width = key
        work = partial(_drawn, pages, page, width)

        def done(image: QImage) -> None:
            self._keep(key, image)
            self._task = None
            self.arrived.emit(page)
            self._next()

        def failed(error: Exception) -> None:
            self._task = None
            self.failed.emit(error)

        holder: list[Task] = []
        # A picture that is here before the call returns has ended its task already.
        over: list[bool] = []
        holder.append(
            self._tasks.run(
                work, done=done, failed=failed, finished=lambda: over.append(True), lane=Lane.NETWORK, owner=self
            )
        )
        if not over:
            self._task = holder[0]

    def _keep(self, key: tuple[int, int], image: QImage) -> None:
        self._kept[key] = image
        self._bytes += image.sizeInBytes()
        while self._bytes > _ROOM and len(self._kept) > 1:
            oldest = next(iter(self._kept))
            self._bytes -= self._kept.pop(oldest).sizeInBytes()


def _drawn(pages: Pages, page: int, width: int, _task: Task) -> QImage:
    return page_image(pages, page, resolution=width * PER_INCH / pages.sheet.width)

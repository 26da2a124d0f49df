"""Pictures of pages, painted elsewhere and kept as long as there is room."""

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from permdesk.domain.ports import CancelToken
from permdesk.reports.on_paper import Laid, Picture
from permdesk.ui.tasks import Lane, Task, Tasks

#: Bytes of pictures that are kept; two pages at the largest zoom on a dense screen fit well.
_ROOM: Final = 192 * 2**20
#: What is scrolled past is not drawn any more.
_MOST_WANTED: Final = 24
_KEY: Final = "page-image"
#: Width and height of what stands there before the first document, in points of 1/72 inch: A4.
_PAPER: Final = (595.3, 841.9)

#: Paints a page of a document, from 0, as wide as this in dots; called on another thread.
Paint = Callable[[Laid, int, int, CancelToken], Picture]


class PageImages(QObject):
    """Has the pages painted that somebody looks at, the one asked for last first.

    Args:
        tasks: where pictures are waited for.
        paint: paints them.
    """

    #: A page has a picture; the number from 0.
    arrived = Signal(int)
    #: Another document is here, or none.
    changed = Signal()
    #: A page could not be drawn: an error.
    failed = Signal(object)

    def __init__(self, tasks: Tasks, paint: Paint, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks, self._paint = tasks, paint
        self._laid: Laid | None = None
        self._kept: dict[tuple[int, int], QImage] = {}
        self._bytes = 0
        self._wanted: dict[tuple[int, int], None] = {}
        self._task: Task | None = None

    @property
    def count(self) -> int:
        """How many pages there are."""
        return self._laid.count if self._laid is not None else 0

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of a page in points of 1/72 inch."""
        return (self._laid.width, self._laid.height) if self._laid is not None else _PAPER

    def show(self, laid: Laid | None) -> None:
        """Show another document, or none; let go of the pictures of the one before."""
        self._forget()
        self._laid = laid
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
        laid = self._laid
        if self._task is not None or not self._wanted or laid is None:
            return
        key, _ = self._wanted.popitem()
        page, width = key
        work = partial(_painted, self._paint, laid, page, width)

        def done(image: QImage) -> None:
            self._keep(key, image)
            self._task = None
            self.arrived.emit(page)
            self._next()

        def failed(error: Exception) -> None:
            self._task = None
            self.failed.emit(error)

        def finished() -> None:
            over.append(True)
            # Of a layout that is not the newest any more: the newest is about to be shown.
            if holder and self._task is holder[0]:
                self._task = None

        holder: list[Task] = []
        # A picture that is here before the call returns has ended its task already.
        over: list[bool] = []
        holder.append(self._tasks.run(work, done=done, failed=failed, finished=finished, lane=Lane.NETWORK, owner=self))
        if not over:
            self._task = holder[0]

    def _keep(self, key: tuple[int, int], image: QImage) -> None:
        self._kept[key] = image
        self._bytes += image.sizeInBytes()
        while self._bytes > _ROOM and len(self._kept) > 1:
            oldest = next(iter(self._kept))
            self._bytes -= self._kept.pop(oldest).sizeInBytes()


def _painted(paint: Paint, laid: Laid, page: int, width: int, task: Task) -> QImage:
    picture = paint(laid, page, width, task.cancel)
    image = QImage(picture.dots, picture.width, picture.height, 4 * picture.width, QImage.Format.Format_RGB32)
    # The dots belong to Python; a picture of Qt's own outlives them.
    return image.copy()

"""What both programs of a bundle do before anything else."""

import os
import sys

#: Where PyInstaller's loader looks for libraries, and where it kept what the person had set.
_LIBRARIES = "LD_LIBRARY_PATH"
#: Set by PyInstaller for Qt, which finds its parts without.
_QT = ("QT_PLUGIN_PATH", "QML2_IMPORT_PATH")
#: The marks of a process that multiprocessing starts: a scan's own, and the one that tidies up after it.
_OF_MULTIPROCESSING = ("--multiprocessing-fork", "-c")


def begin() -> None:
    """Give the environment back to whatever permdesk starts, and be the process of a scan where that is asked for."""
    _restore(os.environ, sys._MEIPASS)  # type: ignore[attr-defined]  # noqa: SLF001 - PyInstaller's word for the folder
    if len(sys.argv) > 1 and any(mark in sys.argv[1:] for mark in _OF_MULTIPROCESSING):
        import multiprocessing

        multiprocessing.freeze_support()


def _restore(environ: "os._Environ[str] | dict[str, str]", folder: str) -> None:
    """Take the bundle's own folders out of an environment: a browser started with them would load permdesk's libraries.

    This process keeps them: the loader of the system read the variable when it started.
    """
    kept = environ.pop(f"{_LIBRARIES}_ORIG", "")
    if kept:
        environ[_LIBRARIES] = kept
    else:
        environ.pop(_LIBRARIES, None)
    for name in _QT:
        if environ.get(name, "").startswith(folder):
            del environ[name]

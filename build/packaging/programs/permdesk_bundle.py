"""What both programs of a bundle do before anything else."""

import os
import sys

#: Where PyInstaller's loader looks for libraries, and where it kept what the person had set.
_LIBRARIES = "LD_LIBRARY_PATH"
#: Where a person's desktop may keep the plugins of another Qt, which this one would load.
_PLUGINS, _OTHER_PLUGINS = "QT_PLUGIN_PATH", ("QT_QPA_PLATFORM_PLUGIN_PATH", "QML_IMPORT_PATH", "QML2_IMPORT_PATH")
#: PySide6 tells Qt its place in an INI file, in whose values these mean something.
_NOT_IN_INI = frozenset(',;"\\')
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

    Args:
        environ: the environment.
        folder: of what belongs to the programs.
    """
    kept = environ.pop(f"{_LIBRARIES}_ORIG", "")
    if kept:
        environ[_LIBRARIES] = kept
    else:
        environ.pop(_LIBRARIES, None)
    for name in (_PLUGINS, *_OTHER_PLUGINS):
        environ.pop(name, None)
    if _NOT_IN_INI & set(folder.replace(os.sep, "/")):
        environ[_PLUGINS] = os.path.join(folder, "PySide6", *([] if os.name == "nt" else ["Qt"]), "plugins")  # noqa: PTH118

"""The most memory that a measuring process ever held."""

import sys
from pathlib import Path

import psutil


def peak_memory() -> int:
    """Return the most memory this process ever held, in bytes."""
    if sys.platform == "linux":
        # getrusage begins with what the starting process held.
        status = Path("/proc/self/status").read_text("ascii")
        return int(status.split("VmHWM:")[1].split()[0]) * 1024
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset)
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

"""Reads lists as curl does it with 16 connections: the baseline that a read of a tenant is measured against.

curl's own library is driven directly, without a process for each page: connections are kept, bodies go to memory, and
of a body nothing is looked at but where the next page is. Each list is followed page by page as its links force, 16
lists at a time, the longest first.
"""

import ctypes
import queue
import threading
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from msgspec import Struct

CONNECTIONS = 16

_URL, _WRITEDATA, _HTTPHEADER, _CAINFO, _RESPONSE_CODE, _NOSIGNAL = 10002, 10001, 10023, 10065, 0x200002, 99
_NEXT = b'"@odata.nextLink":"'
#: The link stands before the rows: further in a body nobody needs to look.
_WHERE = 16 * 1024


class Reading(Struct, frozen=True):
    """What reading took: wall seconds, requests, bytes of bodies."""

    seconds: float
    requests: int
    bytes: int


class Chain(Struct, frozen=True):
    """A list: the address of its first page, and whether ConsistencyLevel: eventual is sent."""

    url: str
    eventual: bool = False


def read(chains: Sequence[Chain], *, ca_file: Path, token: str, connections: int = CONNECTIONS) -> Reading:
    """Read every list to its end; raises RuntimeError where an answer is not 200.

    Args:
        chains: the lists, longest first.
        ca_file: the trust anchor of the service.
        token: the bearer token.
        connections: how many lists are read at a time, each over a connection that is kept.
    """
    waiting: queue.SimpleQueue[Chain] = queue.SimpleQueue()
    for chain in chains:
        waiting.put(chain)
    readings: list[tuple[int, int]] = []
    troubles: list[str] = []

    def work() -> None:
        handle = _Handle(ca_file, token)
        try:
            while True:
                try:
                    chain = waiting.get_nowait()
                except queue.Empty:
                    break
                handle.follow(chain)
        except RuntimeError as error:
            troubles.append(str(error))
        finally:
            readings.append((handle.requests, handle.bytes))
            handle.close()

    _libraries()
    start = time.perf_counter()
    threads = [threading.Thread(target=work) for _ in range(min(connections, len(chains)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - start
    if troubles:
        raise RuntimeError("; ".join(troubles))
    return Reading(seconds, sum(one for one, _ in readings), sum(size for _, size in readings))


class _Handle:
    """One of curl's easy handles; bodies are written to memory by curl and the C library."""

    def __init__(self, ca_file: Path, token: str) -> None:
        self._curl, self._c = _libraries()
        self._handle = self._curl.curl_easy_init()
        self._lists = [self._header_list(token, eventual=eventual) for eventual in (False, True)]
        self._set(_CAINFO, ctypes.c_char_p(str(ca_file).encode()))
        self._set(_NOSIGNAL, ctypes.c_long(1))
        self.requests = self.bytes = 0

    def follow(self, chain: Chain) -> None:
        self._set(_HTTPHEADER, self._lists[chain.eventual])
        url: bytes | None = chain.url.encode()
        while url:
            url = self._page(url)

    def _page(self, url: bytes) -> bytes | None:
        """Get a page; return the address of the next one."""
        memory, size = ctypes.c_void_p(), ctypes.c_size_t()
        stream = self._c.open_memstream(ctypes.byref(memory), ctypes.byref(size))
        try:
            self._set(_WRITEDATA, ctypes.c_void_p(stream))
            self._set(_URL, ctypes.c_char_p(url))
            failed = self._curl.curl_easy_perform(self._handle)
        finally:
            self._c.fclose(stream)
        try:
            status = ctypes.c_long()
            self._curl.curl_easy_getinfo(self._handle, _RESPONSE_CODE, ctypes.byref(status))
            head = ctypes.string_at(memory, min(size.value, _WHERE)) if memory.value else b""
            if failed or status.value != 200:
                raise RuntimeError(f"curl {failed}, status {status.value}: {head[:300]!r}")
            self.requests += 1
            self.bytes += size.value
            at = head.find(_NEXT)
            return None if at < 0 else head[at + len(_NEXT) : head.index(b'"', at + len(_NEXT))]
        finally:
            self._c.free(memory)

    def close(self) -> None:
        self._curl.curl_easy_cleanup(self._handle)
        for one in self._lists:
            self._curl.curl_slist_free_all(one)

    def _header_list(self, token: str, *, eventual: bool) -> ctypes.c_void_p:
        lines = [f"Authorization: Bearer {token}", *(["ConsistencyLevel: eventual"] if eventual else [])]
        built = ctypes.c_void_p()
        for line in lines:
            built = ctypes.c_void_p(self._curl.curl_slist_append(built, line.encode()))
        return built

    def _set(self, option: int, value: object) -> None:
        if self._curl.curl_easy_setopt(ctypes.c_void_p(self._handle), option, value):
            raise RuntimeError(f"curl refuses option {option}")


@cache
def _libraries() -> tuple[ctypes.CDLL, ctypes.CDLL]:
    """Return libcurl and the C library, each with the types of what is called."""
    curl = ctypes.CDLL("libcurl.so.4")
    curl.curl_easy_init.restype = ctypes.c_void_p
    curl.curl_easy_perform.argtypes = curl.curl_easy_cleanup.argtypes = [ctypes.c_void_p]
    curl.curl_easy_getinfo.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p]
    curl.curl_slist_append.argtypes, curl.curl_slist_append.restype = (
        [ctypes.c_void_p, ctypes.c_char_p],
        ctypes.c_void_p,
    )
    curl.curl_slist_free_all.argtypes = [ctypes.c_void_p]
    c = ctypes.CDLL(None)
    c.open_memstream.argtypes, c.open_memstream.restype = [ctypes.c_void_p, ctypes.c_void_p], ctypes.c_void_p
    c.fclose.argtypes = c.free.argtypes = [ctypes.c_void_p]
    return curl, c

"""What of a process's memory is in use. Its resident memory also holds what lies unused between objects."""

import ctypes
import gc
from typing import Any

MORE_BLOCKS = 20_000  # of 440,000 at rest: pages and templates are read when first needed
MORE_BYTES = 4 * 1024 * 1024  # of 20 MB


class MallocInfo(ctypes.Structure):
    """`struct mallinfo2` of glibc."""

    _fields_ = (
        *((name, ctypes.c_size_t) for name in ("arena", "ordblks", "smblks", "hblks", "hblkhd")),
        *((name, ctypes.c_size_t) for name in ("usmblks", "fsmblks", "uordblks", "fordblks")),
        ("keepcost", ctypes.c_size_t),
    )


def settle() -> None:
    gc.collect()
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):
        trim(0)


def heap_bytes() -> int:
    """What of the C heap is in use: whatever is larger than a block of Python's. 0 where none can say."""
    ask = getattr(ctypes.CDLL(None), "mallinfo2", None)
    if ask is None:
        return 0
    ask.restype = MallocInfo
    info = ask()
    return int(info.uordblks + info.hblkhd)


def sqlite_bytes() -> int:
    """What SQLite's page caches hold: they fill up to a bound of their own, and go with their threads."""
    import _sqlite3

    used = ctypes.CDLL(_sqlite3.__file__).sqlite3_memory_used
    used.restype = ctypes.c_int64
    return int(used())


def more_memory(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Small and large, by the books of Python and of the C library."""
    blocks = after["python_blocks"] - before["python_blocks"]
    large = after["heap_bytes"] - before["heap_bytes"]
    found = [f"{blocks:,} more blocks of Python's memory"] if blocks > MORE_BLOCKS else []
    return found + ([f"{large:,} more bytes of the heap"] if large > MORE_BYTES else [])

"""What the figures depend on beside the code."""

import os
import platform
import statistics
import time
from importlib.metadata import version
from pathlib import Path


def facts(folder: Path) -> dict[str, str | int | float]:
    """`fdatasync_us`: the median time in which `folder`'s disk makes 4 KiB durable."""
    return {
        "cpu": _cpu_model(),
        "cores": os.cpu_count() or 0,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **{package: version(package) for package in ("django", "psycopg")},
        "fdatasync_us": _fdatasync_microseconds(folder / "fdatasync-probe"),
    }


def load() -> float:
    """How many processes a core had to serve in the last minute; above 1 somebody waits."""
    return round(os.getloadavg()[0] / (os.cpu_count() or 1), 2)


def _cpu_model() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.processor() or platform.machine())


def _fdatasync_microseconds(probe: Path) -> float:
    sync = getattr(os, "fdatasync", os.fsync)
    times = []
    with probe.open("wb", buffering=0) as file:
        for _ in range(200):
            file.write(bytes(4096))
            began = time.perf_counter()
            sync(file.fileno())
            times.append(time.perf_counter() - began)
    probe.unlink()
    return round(statistics.median(times) * 1e6, 1)

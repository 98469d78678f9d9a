"""What the process asks of the machine: descriptors."""

import resource

SPARE_FDS = 200  # databases, files, and what libraries open, beside the connections


def raise_descriptor_limit() -> int:
    """As many descriptors as the system lets us have; how many connections that makes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = hard if hard != resource.RLIM_INFINITY else max(soft, 1_048_576)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (ValueError, OSError):  # macOS names a hard limit that it does not grant
        wanted = soft
    return max(wanted - SPARE_FDS, wanted // 2)

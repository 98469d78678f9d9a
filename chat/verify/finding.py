from dataclasses import dataclass

BEYOND_REPAIR = "cannot be repaired: restore from a backup"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that should not be. `check` is a name that docs/operations.md explains."""

    check: str
    detail: str
    room_id: int | None = None
    seq: int | None = None
    repairable: bool = False

"""The audit log: an entry for each use of a power, written in the transaction of what was done. Entries are
only added; `manage.py` and the admin show them and change none."""

from collections.abc import Mapping

from accounts import origin
from chat.models import AuditEntry, Room


def record(
    action: str,
    *,
    actor_id: int | None,
    room: Room | None = None,
    user_id: int | None = None,
    seq: int | None = None,
    reason: str = "",
    details: Mapping[str, object] | None = None,
) -> None:
    """`actor_id` is None for whoever runs the site, by a command; `user_id` is whom it was done to."""
    AuditEntry.objects.create(
        action=action,
        actor_id=actor_id,
        room=room,
        user_id=user_id,
        seq=seq,
        reason=reason,
        address=origin.address(),
        details=dict(details or {}),
    )


def on_privileged_act(
    sender: object,
    action: str,
    actor_id: int | None,
    user_id: int | None,
    reason: str = "",
    details: Mapping[str, object] | None = None,
    **_: object,
) -> None:
    """What `accounts` did, which knows no log."""
    record(action, actor_id=actor_id, user_id=user_id, reason=reason, details=details)

"""The project's signals, because accounts may not know who listens: chat gives newcomers a room, sends those
away who have no business here any more, tells everybody whose profile changed, and keeps the audit log."""

from django.dispatch import Signal  # noqa: TID251 - see above

# Sent with `user`, once the row is stored and before its transaction ends: what a listener writes is
# kept together with the account or not at all. Where an account comes back into use it is sent again, since
# only who listens knows whether it was ever heard of: a refused sign-up was not.
user_registered = Signal()

# Sent with `user_id` before the row of an account that comes into use is locked, in the transaction that
# sends `user_registered` afterwards: rooms are locked before users, so a listener locks what it needs now.
user_registering = Signal()

# Sent with `user_id` where a session of theirs ended, or what all their sessions rest on was written: their
# password, or whether the account is in use. A transaction may still be open around it.
access_changed = Signal()

# Sent with `user_id` where what others see of them was written: name, status or picture. A transaction may
# still be open around it.
profile_changed = Signal()

# Sent with `action`, `actor_id` (None: whoever runs the site) and `user_id`, and with `reason` and `details`
# where there are some: somebody used a power over an account or its doors. In the transaction of what was
# done, so that it is recorded or has not happened.
privileged_act = Signal()

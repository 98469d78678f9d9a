"""The project's one signal, because accounts may not know who listens: chat gives newcomers a room."""

from django.dispatch import Signal  # noqa: TID251 - see above

# Sent with `user`, once the row is stored and before its transaction ends: what a listener writes is
# kept together with the account or not at all.
user_registered = Signal()

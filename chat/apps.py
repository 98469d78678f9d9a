from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChatConfig(AppConfig):
    name = "chat"
    verbose_name = _("chat")

    def ready(self) -> None:
        from accounts.signals import (
            access_changed,
            privileged_act,
            profile_changed,
            user_registered,
            user_registering,
        )

        from .actions.audit import on_privileged_act
        from .actions.profiles import on_profile_changed
        from .actions.rooms import on_user_registered, on_user_registering
        from .hub import on_access_changed

        user_registering.connect(on_user_registering, dispatch_uid="chat.newcomers_room")
        user_registered.connect(on_user_registered, dispatch_uid="chat.newcomer")
        access_changed.connect(on_access_changed, dispatch_uid="chat.access")
        profile_changed.connect(on_profile_changed, dispatch_uid="chat.profile")
        privileged_act.connect(on_privileged_act, dispatch_uid="chat.audit")

from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import BaseUserManager

from .addresses import normal_address
from .lookalikes import skeleton
from .names import normal_name, normal_username

if TYPE_CHECKING:
    from .models import User


class UserManager(BaseUserManager["User"]):
    """Builds users whose derived columns are right, and finds them however their name is typed.

    Nothing here validates or announces: `accounts.registration.register` does.
    """

    def build(self, username: str, *, name: str = "", email: str = "", **fields: Any) -> "User":
        """An unsaved user without a usable password; the way in for bulk creation."""
        normal = normal_username(username)
        user = self.model(
            username=normal,
            username_skeleton=skeleton(normal),
            name=normal_name(name) or normal_name(username),
            email=normal_address(email),
            **fields,
        )
        user.set_unusable_password()
        return user

    def create_user(
        self,
        username: str,
        password: str | None = None,
        *,
        name: str = "",
        email: str = "",
        **fields: Any,
    ) -> "User":
        user = self.build(username, name=name, email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str, **fields: Any) -> "User":
        """What `manage.py createsuperuser` calls; such a user is an owner like any other."""
        from .registration import register  # it needs this manager

        fields |= {"is_staff": True, "is_superuser": True}
        return register(username=username, password=password, by_operator=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """The user of that name, typed in any case or width."""
        return self.get(username=normal_username(username or ""))

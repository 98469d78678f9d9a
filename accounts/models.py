import secrets
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .managers import UserManager
from .names import NAME_MAX, USERNAME_MAX, validate_name, validate_username


class User(AbstractBaseUser, PermissionsMixin):
    """A person, bot or guest. The username signs in and is mentioned; the name is what people read.

    An account is deactivated or erased, never deleted: a timeline keeps its authors.
    """

    class Kind(models.TextChoices):
        PERSON = "person", _("person")
        BOT = "bot", _("bot")
        GUEST = "guest", _("guest")

    class Theme(models.TextChoices):
        SYSTEM = "system", _("As the system does")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class Density(models.TextChoices):
        COMFORTABLE = "comfortable", _("Comfortable")
        COMPACT = "compact", _("Compact")

    username = models.CharField(
        _("username"),
        max_length=USERNAME_MAX,
        unique=True,
        validators=[validate_username],
        error_messages={"unique": _("This username is taken.")},
    )
    # The username with look-alikes folded together, so that nobody passes for somebody else. A letter
    # becomes three at most.
    username_skeleton = models.CharField(max_length=USERNAME_MAX * 3, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=NAME_MAX, validators=[validate_name])
    # In lower case; null without one, so that it can be unique: it signs in as the username does.
    email = models.EmailField(
        _("e-mail address"),
        unique=True,
        null=True,
        blank=True,
        error_messages={"unique": _("Another account has this address.")},
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.PERSON)
    avatar = models.FileField(_("picture"), upload_to="avatars/", blank=True)
    status_text = models.CharField(_("status"), max_length=100, blank=True)
    presence_hidden = models.BooleanField(_("hide when online"), default=False)
    dnd_until = models.DateTimeField(_("do not disturb until"), null=True, blank=True)
    # How they like it: columns of this row, which every request reads anyway.
    theme = models.CharField(_("theme"), max_length=8, choices=Theme, default=Theme.SYSTEM)
    density = models.CharField(
        _("density"), max_length=16, choices=Density, default=Density.COMFORTABLE
    )
    # One of settings.LANGUAGES when it was chosen; empty: the one that their browser asks for.
    language = models.CharField(_("language"), max_length=16, blank=True)
    enter_sends = models.BooleanField(_("Enter sends"), default=True)
    single_keys = models.BooleanField(_("shortcuts of one key"), default=True)
    sign_in_alerts = models.BooleanField(_("mails about new sign-ins"), default=True)
    rev = models.PositiveBigIntegerField(default=0, editable=False)
    last_seen = models.DateTimeField(_("last seen"), null=True, blank=True, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    # Of an account that is not active yet, because nobody has agreed to its sign-up.
    waits_since = models.DateTimeField(
        _("waits for approval since"), null=True, blank=True, editable=False
    )
    is_staff = models.BooleanField(_("may use the admin"), default=False)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        permissions = [("approve_user", "Can approve user")]
        indexes = [
            # The search by prefix; on PostgreSQL LIKE needs the operator class, SQLite ignores it.
            models.Index(fields=["name"], name="user_name", opclasses=["varchar_pattern_ops"]),
            # Few among many, found without a scan: by the set-up link and the admin's filters.
            models.Index(
                fields=["id"],
                condition=Q(is_staff=True) | Q(is_superuser=True),
                name="user_privileged",
            ),
            models.Index(fields=["id"], condition=Q(is_active=False), name="user_deactivated"),
            models.Index(
                fields=["id"], condition=Q(waits_since__isnull=False), name="user_waiting"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(theme__in=["system", "light", "dark"]), name="user_theme_known"
            ),
            models.CheckConstraint(
                condition=Q(density__in=["comfortable", "compact"]), name="user_density_known"
            ),
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def avatar_token(self) -> str:
        """Of this very picture: another one has another."""
        return str(self.avatar).rpartition("/")[2]

    @property
    def avatar_url(self) -> str | None:
        return reverse("avatar", args=[self.pk, self.avatar_token]) if self.avatar else None

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class SignIn(models.Model):
    """A session, as its user recognises it: which browser, from where, since when."""

    user = models.ForeignKey(User, models.CASCADE, related_name="sign_ins")
    session_key = models.CharField(max_length=40, unique=True)
    user_agent = models.CharField(max_length=300, blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)
    began_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.user_id} since {self.began_at:%Y-%m-%d %H:%M}"


def invitation_code() -> str:
    return secrets.token_urlsafe(16)


class Invitation(models.Model):
    """A link that lets somebody sign up while SIGN_UP is "invite"."""

    code = models.CharField(
        _("code"), max_length=32, unique=True, default=invitation_code, editable=False
    )
    created_by = models.ForeignKey(
        User,
        models.PROTECT,
        verbose_name=_("created by"),
        null=True,
        editable=False,
        related_name="+",
        db_index=False,
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    max_uses = models.PositiveIntegerField(
        _("uses at most"), null=True, blank=True, help_text=_("Empty: any number of people.")
    )
    uses = models.PositiveIntegerField(_("uses"), default=0, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.CheckConstraint(
                condition=Q(max_uses__isnull=True) | Q(uses__lte=F("max_uses")),
                name="invitation_uses_bounded",
            )
        ]

    def __str__(self) -> str:
        return self.code

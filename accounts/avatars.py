"""Pictures of people: cut square, drawn anew, small, and shown to whoever is signed in.

A picture's address has its name in the storage in it, which is random. So another picture has another
address, and browsers may keep what they have for ever.
"""

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from files import pictures, storing

from .committed import once_committed
from .models import User
from .signals import profile_changed

FOLDER = "avatars"
MAX_BYTES = 10 * 1024 * 1024
UPLOAD_PATH = "/accounts/avatar/"


def set_avatar(user_id: int, upload: "UploadedFile[Any]") -> None:
    """Raises `ValidationError` for what is no picture that we can draw."""
    if (upload.size or 0) > MAX_BYTES:
        raise ValidationError(_("This picture is too large."))
    with TemporaryDirectory() as folder:
        _remake(upload, Path(folder))
        with (Path(folder) / "picture").open("rb") as file:
            name = storing.save(FOLDER, File(file))
    try:
        _replace(user_id, name, is_active=True)
    except User.DoesNotExist:
        storing.remove([name])
        raise ValidationError(_("This account is not in use any more.")) from None
    except BaseException:
        storing.remove([name])
        raise


def remove_avatar(user_id: int) -> None:
    _replace(user_id, "")


def _remake(upload: "UploadedFile[Any]", folder: Path) -> None:
    source = folder / "upload"
    with source.open("wb") as file:
        for piece in upload.chunks():
            file.write(piece)
    try:
        pictures.remake(source, folder, "square")
    except pictures.TooLarge:
        raise ValidationError(_("This picture has too many pixels.")) from None
    except pictures.Unreadable:
        raise ValidationError(_("This is no PNG, JPEG, GIF, WebP or AVIF picture.")) from None
    except pictures.Busy:
        raise ValidationError(_("Too many pictures at once. Please try again.")) from None


def _replace(user_id: int, name: str, **still: bool) -> None:
    """The one before goes once nobody is told of it any more.

    `still` is what has to be so under the lock: a picture takes seconds to be drawn, in which the account may
    have been closed, or erased.
    """
    with transaction.atomic():
        user = User.objects.select_for_update(no_key=True).get(pk=user_id, **still)
        former = str(user.avatar)
        user.avatar = name  # of what is stored already
        user.save(update_fields=["avatar"])
        profile_changed.send(sender=User, user_id=user_id)
        if former:
            once_committed(partial(storing.remove, [former]))

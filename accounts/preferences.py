"""How a person likes the site to look, to speak and to take their keys."""

from typing import TypedDict

from django.conf import settings

from .models import User


class Preferences(TypedDict):
    """What the scripts of a page follow; the page itself says `theme` and `density` on <html>."""

    theme: str
    density: str
    enter_sends: bool
    single_keys: bool


def preferences(user: User) -> Preferences:
    return {
        "theme": user.theme,
        "density": user.density,
        "enter_sends": user.enter_sends,
        "single_keys": user.single_keys,
    }


def chosen_language(user: object) -> str | None:
    """The language this visitor has chosen, if they are somebody and the site still speaks it."""
    language = getattr(user, "language", "")
    return language if language in dict(settings.LANGUAGES) else None

from django.http import HttpRequest
from django.middleware import locale
from django.utils import translation

from .preferences import chosen_language


class LocaleMiddleware(locale.LocaleMiddleware):
    """Django's own, behind the middleware that knows who is asking: a person's choice comes first."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        if language := chosen_language(request.user):
            translation.activate(language)
            request.LANGUAGE_CODE = translation.get_language()

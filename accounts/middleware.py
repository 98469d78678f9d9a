from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware import locale
from django.utils import translation
from django.utils.deprecation import MiddlewareMixin

from . import known_browsers, sign_ins
from .preferences import chosen_language


class LocaleMiddleware(locale.LocaleMiddleware):
    """Django's own, behind the middleware that knows who is asking: a person's choice comes first."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        if language := chosen_language(request.user):
            translation.activate(language)
            request.LANGUAGE_CODE = translation.get_language()


class SignInMiddleware(MiddlewareMixin):
    """Notes whose session was in use, from where, and that they know this browser. Behind `LocaleMiddleware`,
    which has read the user; after the view, which may have signed them in or out."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        user_id = request.user.pk
        if user_id is None:
            return response
        if request.session.session_key is None:  # another signed in before: the key comes at saving
            request.session.save()
        is_noted = sign_ins.note(
            user_id,
            request.session.session_key or "",
            user_agent=request.META.get("HTTP_USER_AGENT", ""),
            address=request.META.get("REMOTE_ADDR", ""),
        )
        if is_noted:
            known_browsers.remember(request, response, user_id)
        return response

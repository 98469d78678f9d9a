"""The page of help: what can be done on a room's page, in words. It asks nothing of the database."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.views.decorators.http import require_safe

from .protocol.limits import MAX_ATTACHMENTS, MAX_BODY, MAX_UPLOAD_BYTES


@require_safe
@login_required
def page(request: HttpRequest) -> HttpResponse:
    bounds = {
        "characters": number_format(MAX_BODY, force_grouping=True),
        "files": MAX_ATTACHMENTS,
        "megabytes": MAX_UPLOAD_BYTES // 1024**2,
    }
    return render(request, "account/help.html", bounds)

"""Where the admin is: at a host of its own, for some networks only, or by default wherever the site is.

For whoever asks from elsewhere the admin's addresses are taken out of the site's. So they are answered as any
address that does not exist, and no page has a link to them.

A Host header is the visitor's word: that nobody outside reaches ADMIN_HOST is the proxy's to see to. Whose
address it is that is held against ADMIN_NETWORKS, `daphne/addresses.py` has found out.
"""

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

ELSEWHERE = "chatsite.urls_elsewhere"


class AdminPlace(MiddlewareMixin):
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if not (settings.ADMIN_HOST or settings.ADMIN_NETWORKS):
            raise MiddlewareNotUsed
        super().__init__(get_response)

    def process_request(self, request: HttpRequest) -> None:
        if not (_is_at_its_host(request) and _is_in_its_networks(request)):
            request.urlconf = ELSEWHERE


def _is_at_its_host(request: HttpRequest) -> bool:
    host, _port = split_domain_port(request.get_host())
    return settings.ADMIN_HOST in ("", host)


def _is_in_its_networks(request: HttpRequest) -> bool:
    if not settings.ADMIN_NETWORKS:
        return True
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:  # a Unix socket's peer has none
        return False
    return any(address in network for network in settings.ADMIN_NETWORKS)

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
django.setup()

from chatsite.routing import application  # noqa: E402 - it needs the app registry

__all__ = ["application"]

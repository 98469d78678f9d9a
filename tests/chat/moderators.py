"""Those who keep order on the whole site, for tests."""

from importlib import import_module

from django.apps import apps
from django.contrib.auth.models import Group

from accounts.models import User
from accounts.registration import register
from tests.client import PASSWORD

migration = import_module("chat.migrations.0012_moderators")


def make_owner(username: str = "olga") -> User:
    return register(username=username, password=PASSWORD, is_staff=True, is_superuser=True)


def make_moderator(username: str = "mona") -> User:
    """Of the group that the migration makes; a test that empties the database takes it away."""
    migration.make_group(apps, None)
    moderator = register(username=username, password=PASSWORD, is_staff=True)
    moderator.groups.set(Group.objects.filter(name=migration.NAME))
    return moderator

"""The page of help tells bounds as people write them."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings
from pytest_django.asserts import assertContains

from accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "words"), [("en", "up to 8,000 characters"), ("zh-hans", "8000")]
)
def test_a_bound_has_the_separators_of_its_language(
    client: Client, alice: User, settings: Settings, tmp_path: Path, language: str, words: str
) -> None:
    settings.STATIC_ROOT = tmp_path
    client.force_login(alice)
    page = client.get("/accounts/help/", headers={"Accept-Language": language})
    assertContains(page, words)

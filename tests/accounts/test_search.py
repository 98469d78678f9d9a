import pytest
from django.db import connection

from accounts.models import User
from accounts.registration import register
from accounts.search import beginning_with

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def people() -> None:
    register(username="emil", password=None, name="Émile Zola", email="zola@example.org")
    register(username="zhangwei", password=None, name="张伟")
    register(username="100percent", password=None, name="100%")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("em", ["emil"]),
        ("EM", ["emil"]),
        ("émile z", ["emil"]),
        ("ZOLA@", ["emil"]),
        ("张", ["zhangwei"]),
        ("zhang", ["zhangwei"]),
        ("z", ["emil", "zhangwei"]),
        ("100%", ["100percent"]),
        ("%", []),
        ("mil", []),
    ],
)
def test_it_finds_by_how_username_name_or_address_begins(text: str, found: list[str]) -> None:
    usernames = User.objects.filter(beginning_with(text)).values_list("username", flat=True)
    assert sorted(usernames) == found


def test_it_never_scans_the_table() -> None:
    if connection.vendor == "postgresql":  # it would scan a table this small
        connection.cursor().execute("SET LOCAL enable_seqscan = off")
    plan = User.objects.filter(beginning_with("zh")).explain()
    assert "SCAN" not in plan.upper().replace("INDEX SCAN", "").replace("BITMAP HEAP SCAN", "")

import pytest
from django.core.exceptions import ValidationError

from accounts import registration
from accounts.models import User
from accounts.registration import register
from accounts.signals import user_registered
from tests.client import PASSWORD

pytestmark = pytest.mark.django_db


def refusals(username: str, email: str = "") -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refused:
        register(username=username, password=PASSWORD, email=email)
    return refused.value.message_dict


def test_the_name_is_the_username_as_typed_unless_there_is_one() -> None:
    assert register(username="Alice", password=PASSWORD).name == "Alice"
    assert (
        register(username="bob", password=PASSWORD, name="  Bob   Roberts ").name == "Bob Roberts"
    )


def test_an_address_is_stored_in_lower_case_and_none_as_null() -> None:
    assert (
        register(username="alice", password=PASSWORD, email="A@Example.ORG").email
        == "a@example.org"
    )
    assert register(username="bob", password=PASSWORD).email is None
    assert register(username="carol", password=PASSWORD).email is None


def test_it_refuses_a_username_in_other_letters() -> None:
    register(username="alice", password=PASSWORD)
    for other in ("ALICE", "ａｌｉｃｅ", "a1ice", "alicé"):
        assert list(refusals(other)) == ["username"]


def test_it_refuses_somebody_elses_address() -> None:
    register(username="alice", password=PASSWORD, email="alice@example.org")
    assert list(refusals("bob", email="Alice@example.org")) == ["email"]


def test_it_says_once_what_is_wrong_with_username_and_name() -> None:
    assert list(refusals("admin")) == ["username"]


def test_it_announces_a_user_whose_row_is_stored() -> None:
    stored: list[bool] = []

    def listen(user: User, **_: object) -> None:
        stored.append(User.objects.filter(pk=user.pk).exists())

    user_registered.connect(listen)
    try:
        register(username="alice", password=PASSWORD)
    finally:
        user_registered.disconnect(listen)
    assert stored == [True]


def test_a_guard_that_refuses_leaves_nothing_behind() -> None:
    def refuse() -> None:
        raise ValidationError("No.")

    with pytest.raises(ValidationError, match=r"No\."):
        register(username="alice", password=PASSWORD, guard=refuse)
    assert not User.objects.exists()


def test_the_slower_of_two_is_refused_like_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[User] = []
    look = registration.refuse_taken

    def look_before_somebody_is_faster(user: User) -> None:
        look(user)
        if not seen:
            seen.append(User.objects.create_user("alice", PASSWORD))

    monkeypatch.setattr(registration, "refuse_taken", look_before_somebody_is_faster)
    assert list(refusals("a1ice")) == ["username"]
    assert list(User.objects.all()) == seen


def test_a_bot_has_no_password() -> None:
    bot = register(username="clock", password=None, kind=User.Kind.BOT)
    assert not bot.has_usable_password()

"""The ordinary course of things: hello, send, receive, read."""

from collections.abc import Callable

from tests.client import Visitor

SignUp = Callable[[str], Visitor]


async def test_a_message_reaches_everyone_in_the_room(sign_up: SignUp) -> None:
    async with sign_up("alice").chat() as alice, sign_up("bob").chat() as bob:
        general = alice.room("general")
        sent = await alice.say(general, "你好, bob")
        told = await bob.event("message", room=general)
        echo = await alice.event("message", room=general)
    assert told == echo
    assert (told["message"]["seq"], told["message"]["body"]) == (sent["seq"], "你好, bob")

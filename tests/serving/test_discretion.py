"""A server's log has what happened, and nothing of what is nobody's business."""

import json

from tests.client import PASSWORD, Visitor
from tests.serving.conftest import Serve
from tests.serving.logging import lines_of

BODY, RESET, INVITE = "xylophone-of-alice", "1-s3cret-of-bob", "s3cret-of-carol"


async def test_a_servers_log_holds_no_body_no_token_and_no_address_of_mail(serve: Serve) -> None:
    server = serve(ACCESS_LOG="true", LOG_LEVEL="DEBUG", LOG_FORMAT="json", RATE_LIMITS="true")
    lines = lines_of(server)
    alice = Visitor(server.url)
    name = f"alice{server.port}"
    mail = f"{name}@mail.example.org"
    fields = {"username": name, "email": mail, "password1": PASSWORD, "password2": PASSWORD}
    alice.post("/accounts/signup/", **fields)
    session = str(alice.cookie("sessionid"))
    Visitor(server.url).post("/accounts/login/", login=mail, password="wrong")
    Visitor(server.url).post("/accounts/password/reset/", email=mail)
    for path in (f"/accounts/password/reset/key/{RESET}/", f"/invite/{INVITE}/?token={BODY}"):
        Visitor(server.url).get(path)
    async with alice.chat() as socket:
        await socket.say(socket.room("general"), BODY)
        await socket.send_raw(f'{{"type": "{BODY}"}}')
    lines.one(r'"path": "/ws/"')
    written = lines.text
    assert all(json.loads(line)["at"] for line in written.splitlines() if line.startswith("{"))
    secrets = (BODY, RESET, INVITE, mail, session, PASSWORD, "mail.example.org")
    assert [secret for secret in secrets if secret in written] == []

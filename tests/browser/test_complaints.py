"""That what a page does wrong fails its test rests on this: it is heard."""

from tests.browser.conftest import Newcomer
from tests.browser.person import DEADLINE_MS
from tests.server import Server

WRONGS = """() => {
  console.error("a fault");
  console.warn("a doubt");
  setTimeout(() => { throw new Error("a slip"); });
  document.head.append(Object.assign(document.createElement("style"), { textContent: "p {}" }));
}"""


def test_console_policy_and_uncaught_errors_are_heard(visit: Newcomer, server: Server) -> None:
    guest = visit(server)
    guest.page.goto(f"{guest.site}/accounts/login/")
    guest.measure(WRONGS)
    wanted = ("a fault", "a doubt", "a slip", "policy violated: style-src-elem")
    silent = list(wanted)
    for _ in range(DEADLINE_MS // 50):
        heard = "\n".join(guest.complaints)
        if not (silent := [word for word in wanted if word not in heard]):
            break
        guest.page.wait_for_timeout(50)
    guest.complaints.clear()
    assert silent == []

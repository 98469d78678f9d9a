"""People who talk, look at pages and upload files, without a pause, while something is restarted."""

import asyncio
from asyncio import to_thread
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from random import Random

from tests.client import Visitor
from tests.deploy.site import DeployedServer
from tests.faults import database
from tests.faults.client import Client, Person
from tests.faults.compare import compare
from tests.faults.scenario import Talk, stands_at, talking, until

AFTERWARDS = 2  # messages that each writes after the restart
PAGES = ("/accounts/settings/", "/accounts/profile/", "/healthz")


class Load:
    """Owner: `under_load`."""

    def __init__(self, site: DeployedServer, clients: list[Client], talk: Talk) -> None:
        self._site = site
        self._clients = clients
        self._talk = talk

    @property
    def losses(self) -> Counter[str]:
        """What ended people's connections, or kept them from opening one."""
        return Counter(loss for client in self._clients for loss in client.log.losses)

    async def goes_on(self) -> None:
        """Until everybody is there, and what each has written from now on begins to be acknowledged."""
        known = [len(client.log.drafts) for client in self._clients]
        waiting = list(zip(self._clients, known, strict=True))
        assert await until(lambda: all(_is_heard(*one) for one in waiting), self._talk)

    async def findings(self) -> list[str]:
        """Lets everybody finish and catch up. What then is not as it was written, told and seen."""
        clients, url = self._clients, self._site.env["DATABASE_URL"]
        await self._talk.end_after(AFTERWARDS)
        assert await until(lambda: all(client.outbox.is_empty for client in clients), self._talk)
        stored = await to_thread(database.read, url)
        assert await until(lambda: all(stands_at(one, stored) for one in clients), self._talk)
        return compare([client.log for client in clients], stored)


@asynccontextmanager
async def under_load(site: DeployedServer, people: list[Person]) -> AsyncGenerator[Load]:
    clients = [Client(person, site.url, Random(), patience=10) for person in people]
    async with talking(clients) as talk:
        talk.begin()
        load = Load(site, clients, talk)
        await load.goes_on()
        yield load


@asynccontextmanager
async def visiting(visitor: Visitor) -> AsyncGenerator[Counter[str]]:
    """What the visitor is answered, who asks on and on; a connection that fails is an error."""
    async with visitor.chat() as socket:
        room = socket.room("general")
    answers: Counter[str] = Counter()
    tasks = [
        asyncio.create_task(_look(visitor, answers)),
        asyncio.create_task(_upload(visitor, room, answers)),
    ]
    try:
        yield answers
    finally:
        for task in tasks:
            task.cancel()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
    assert {type(end) for end in ends} == {asyncio.CancelledError}, ends


def _is_heard(client: Client, known: int) -> bool:
    later = list(client.log.drafts)[known:]
    return client.is_welcomed and any(draft in client.log.oks for draft in later)


async def _look(visitor: Visitor, answers: Counter[str]) -> None:
    while True:
        for path in PAGES:
            page = await to_thread(visitor.fetch, path)
            answers[f"GET {page.status}"] += 1


async def _upload(visitor: Visitor, room: int, answers: Counter[str]) -> None:
    """Each file is taken back again, for one person may not have many."""
    while True:
        file = await to_thread(visitor.upload, room)
        answers[f"POST {file.status}"] += 1
        token = {"X-CSRFToken": visitor.cookie("csrftoken") or "", "Referer": visitor.site}
        path = f"/uploads/{file.json['id']}/"
        gone = await to_thread(visitor.fetch, path, method="DELETE", headers=token)
        answers[f"DELETE {gone.status}"] += 1

"""Each part is restarted while people talk: nothing is lost, and nobody sees an error."""

from asyncio import to_thread
from pathlib import Path

import pytest

from tests.client import Visitor
from tests.conftest import Backend
from tests.deploy.load import under_load, visiting
from tests.deploy.process import Process
from tests.deploy.site import DeployedServer
from tests.faults.client import Person

RESTART = "1012"  # the close code of a server that restarts: come back in a moment
WELL = {"GET 200", "POST 201", "DELETE 204"}


async def test_processes_restart_one_after_the_other(
    site: DeployedServer, people: list[Person], visitor: Visitor
) -> None:
    """People come back once for each at the most, and to both; pages and uploads wait for a moment."""
    async with under_load(site, people) as load, visiting(visitor) as answers:
        for process in site.processes:
            await to_thread(process.restart)
            await load.goes_on()
        assert await load.findings() == []
        assert min(connections(process) for process in site.processes) > len(people) / 4
    assert load.losses.keys() == {RESTART}
    assert load.losses.total() <= len(people) * len(site.processes)
    assert answers.keys() == WELL


async def test_nginx_is_reloaded_without_anybody_noticing(
    site: DeployedServer, people: list[Person], visitor: Visitor
) -> None:
    async with under_load(site, people) as load, visiting(visitor) as answers:
        await to_thread(site.nginx.reload)
        await load.goes_on()
        assert await load.findings() == []
    assert load.losses.total() == 0
    assert answers.keys() == WELL


async def test_nginx_is_restarted_and_everybody_comes_back(
    site: DeployedServer, people: list[Person]
) -> None:
    async with under_load(site, people) as load:
        await to_thread(site.nginx.restart)
        await load.goes_on()
        assert await load.findings() == []
    assert load.losses.total() >= len(people)


@pytest.mark.parametrize("name", ["redis", "postgres"])
async def test_what_stores_and_tells_is_restarted(
    site: DeployedServer, people: list[Person], backend: Backend, name: str
) -> None:
    """Messages wait; nobody loses the connection."""
    service = getattr(backend, name)
    async with under_load(site, people) as load:
        await to_thread(service.stop)
        await to_thread(service.start)
        await load.goes_on()
        assert await load.findings() == []
    assert load.losses.total() == 0


def connections(process: Process) -> int:
    """Those that nginx has open to it."""
    here = f"0100007F:{process.port:04X}"
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()]
    return sum(local == here and state == "01" for _, local, _, state, *_ in lines)

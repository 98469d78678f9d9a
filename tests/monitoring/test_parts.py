"""Which part is missing, in a line that names it."""

import asyncio
from collections.abc import Iterator

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from pytest_django import Settings

from chat import database, line
from chatsite.monitoring import parts
from chatsite.monitoring.parts import Parts
from tests.monitoring.asking import ask

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def health(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "health", database.Health())


@pytest.fixture
def one_behind(transactional_db: None) -> Iterator[str]:
    recorder = MigrationRecorder(connection)
    app, name = max(key for key in recorder.applied_migrations() if key[0] == "chat")
    recorder.record_unapplied(app, name)
    yield f"{app}.{name}"
    recorder.record_applied(app, name)


async def test_nothing_is_missing() -> None:
    answer = await ask("/readyz")
    assert (answer.status, answer.text) == (200, "ok\n")


async def test_a_database_that_fails_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> list[str]:
        raise OperationalError("secret host")

    monkeypatch.setattr(parts, "missing_migrations", fail)
    answer = await ask("/readyz")
    assert (answer.status, answer.text) == (503, "database: cannot be used (DATABASE_URL)\n")


async def test_a_migration_that_is_missing_is_named(one_behind: str) -> None:
    assert await Parts().failing() == [
        f"migrations: 1 missing, {one_behind} first: run manage.py prepare"
    ]


async def test_a_disk_that_is_almost_full_is_named(settings: Settings) -> None:
    settings.MIN_FREE_MIB = 10**12
    (said,) = await Parts().failing()
    assert said.startswith("disk: ")
    assert said.endswith(" MiB free in VAR_DIR, less than 1000000000000 (MIN_FREE_MIB)")


async def test_a_folder_that_is_gone_is_named(settings: Settings) -> None:
    settings.VAR_DIR = settings.VAR_DIR / "gone"
    assert await Parts().failing() == ["disk: VAR_DIR cannot be looked at"]


@pytest.mark.parametrize(
    ("away", "which"), [([1], ""), ([2], " Redis 2 of 3"), ([1, 3], " Redis 1, 3 of 3")]
)
async def test_a_redis_that_is_away_is_named_by_its_place(
    away: list[int], which: str, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.REDIS_URLS = ["redis://:secret@host/0"] * (3 if which else 1)
    groups = line.nobodys_groups(len(settings.REDIS_URLS))

    class Layer:
        async def group_send(self, group: str, message: dict[str, object]) -> None:
            if groups.index(group) + 1 in away:
                raise ConnectionError("secret")

    monkeypatch.setattr(line, "get_channel_layer", Layer)
    assert await Parts().failing() == [f"layer:{which} cannot be reached (REDIS_URL)"]


async def test_a_redis_that_hangs_hides_no_other(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.REDIS_URLS = ["redis://host/0"] * 2
    first, _ = line.nobodys_groups(2)

    class Layer:
        async def group_send(self, group: str, message: dict[str, object]) -> None:
            if group == first:
                await asyncio.Event().wait()

    monkeypatch.setattr(line, "get_channel_layer", Layer)
    monkeypatch.setattr(line, "LAYER_SECONDS", 0.01)
    assert await Parts().failing() == ["layer: Redis 1 of 2 cannot be reached (REDIS_URL)"]


async def test_a_layer_that_a_restart_has_cost_one_message_is_there(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.REDIS_URLS = ["redis://host/0"]

    class Restarted:
        calls = 0

        async def group_send(self, group: str, message: dict[str, object]) -> None:
            self.calls += 1
            if self.calls == 1:
                raise ConnectionError

    layer = Restarted()
    monkeypatch.setattr(line, "get_channel_layer", lambda: layer)
    assert await Parts().failing() == []


async def test_a_part_that_hangs_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = 0

    async def hang() -> str:
        nonlocal looks
        looks += 1
        await asyncio.Event().wait()
        return ""

    monkeypatch.setattr(parts, "PARTS", {"disk": hang})
    monkeypatch.setattr(parts, "PART_SECONDS", 0.01)
    monkeypatch.setattr(parts, "KEPT_SECONDS", 0.0)
    asked = Parts()
    assert [await asked.failing(), await asked.failing()] == [["disk: no answer in 0.01 s"]] * 2
    assert looks == 1


async def test_who_asks_together_shares_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = 0

    async def look() -> str:
        nonlocal looks
        looks += 1
        return ""

    monkeypatch.setattr(parts, "PARTS", {"disk": look})
    asked = Parts()
    await asyncio.gather(*(asked.failing() for _ in range(5)))
    await asked.failing()
    assert looks == 1


async def test_what_hangs_ends_with_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    async def hang() -> str:
        await asyncio.Event().wait()
        return ""

    monkeypatch.setattr(parts, "PARTS", {"disk": hang, "layer": hang})
    monkeypatch.setattr(parts, "PART_SECONDS", 0.01)
    before, asked = asyncio.all_tasks(), Parts()
    await asked.failing()
    assert len(asyncio.all_tasks() - before) == 2
    await asked.close()
    assert asyncio.all_tasks() == before

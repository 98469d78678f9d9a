"""What PostgreSQL and Redis know of the processes that use them."""

import socket
from contextlib import ExitStack

import psycopg

from tests.services import Postgres, Redis

WHOLE = 1_000_000


def start(stack: ExitStack) -> tuple[tuple[Postgres, Redis], dict[str, str]]:
    """Both, until the stack ends, and the settings of a server that uses them."""
    postgres, redis = Postgres(), Redis()
    for service in (postgres, redis):
        stack.callback(service.remove)
        service.start()
    env = {"DATABASE_URL": postgres.create_database("chat"), "REDIS_URL": redis.url}
    return (postgres, redis), env


def count_database_connections(postgres: Postgres, name: str) -> int:
    statement = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
    with psycopg.connect(postgres.url) as connection:
        row = connection.execute(statement, [name]).fetchone()
    assert row is not None
    return int(row[0])


def count_redis_channels(redis: Redis) -> int:
    return int(_ask(redis, "PUBSUB CHANNELS").partition(b"\r\n")[0].lstrip(b"*"))


def count_redis_clients(redis: Redis) -> int:
    """Without the one that asks."""
    return _ask(redis, "CLIENT LIST").count(b"id=") - _ask(redis, "CLIENT LIST").count(
        b" cmd=client"
    )


def _ask(redis: Redis, command: str) -> bytes:
    with socket.create_connection(("127.0.0.1", redis.port), timeout=5) as link:
        link.sendall(f"{command}\r\nQUIT\r\n".encode())
        told = b""
        while part := link.recv(WHOLE):
            told += part
    return told

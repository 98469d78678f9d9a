"""The units of systemd: what it says of them itself, and what has to agree with other files.

`test_restarts` has them at work; no systemd runs there, so its sandbox is only looked at.
"""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.core.management import get_commands

from chatsite.daphne.ending import LAST_MOMENT_SECONDS
from tests.deploy.places import PROCESSES, SHIPPED, Places
from tests.deploy.units import Unit

UNITS = sorted(path.name for path in (SHIPPED / "systemd").iterdir())
SERVICES = [name for name in UNITS if name.endswith(".service")]
MOST_EXPOSED = 20  # in tenths, of 100
SANDBOX = {
    "CapabilityBoundingSet": "",
    "MemoryDenyWriteExecute": "yes",
    "NoNewPrivileges": "yes",
    "PrivateDevices": "yes",
    "PrivateTmp": "yes",
    "ProtectHome": "yes",
    "ProtectSystem": "strict",
    "RestrictAddressFamilies": "AF_UNIX AF_INET AF_INET6",
    "RestrictNamespaces": "yes",
    "SystemCallArchitectures": "native",
    "SystemCallFilter": "@system-service",
    "User": "chatsite",
}

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd is not installed"
)


def unit(name: str, instance: int | None = None) -> Unit:
    return Unit((SHIPPED / "systemd" / name).read_text(), instance)


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder with all units, as the machine of the tests could run them; of templates, the first."""
    places = Places(folder=tmp_path, var_dir=tmp_path)
    folder = tmp_path / "units"
    folder.mkdir()
    for name in UNITS:
        (folder / first(name)).write_text(places.unit(name, 1).text)
    return folder


@needs_systemd
def test_systemd_understands_every_line(installed: Path) -> None:
    paths = [str(path) for path in installed.iterdir()]
    said = analyze("verify", "--man=no", *paths, path=installed)
    assert (said.returncode, said.stdout + said.stderr) == (0, "")


@needs_systemd
@pytest.mark.parametrize("name", SERVICES)
def test_systemd_finds_little_that_a_service_may_do(installed: Path, name: str) -> None:
    path = str(installed / first(name))
    said = analyze("security", "--offline=yes", f"--threshold={MOST_EXPOSED}", path, path=installed)
    assert said.returncode == 0, said.stdout


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_in_the_same_sandbox(name: str) -> None:
    assert unit(name).section("Service").items() >= SANDBOX.items()


def test_systemd_waits_for_longer_than_a_process_takes_to_end() -> None:
    seconds = int(unit("chat@.service").one("Service", "TimeoutStopSec"))
    assert seconds > LAST_MOMENT_SECONDS + 1


def test_nginx_finds_the_processes_where_their_sockets_are() -> None:
    numbers = range(1, PROCESSES + 1)
    sockets = [unit("chat@.socket", n).one("Socket", "ListenStream") for n in numbers]
    site = (SHIPPED / "nginx" / "site.conf").read_text()
    assert re.findall(r"^    server ([\d.:]+);", site, re.MULTILINE) == sockets


def test_the_units_and_nginx_know_where_the_data_is() -> None:
    (var_dir,) = re.findall(r"^VAR_DIR=(.*)$", (SHIPPED / "chatsite.env").read_text(), re.MULTILINE)
    assert var_dir == "/var/lib/" + unit("chat@.service").one("Service", "StateDirectory")
    assert f"alias {var_dir}/media/;" in (SHIPPED / "nginx" / "site.conf").read_text()


@pytest.mark.parametrize("name", SERVICES)
def test_the_commands_of_the_units_exist(name: str) -> None:
    lines = " ".join(unit(name).all("Service", "ExecStart"))
    assert set(re.findall(r"manage\.py (\w+)", lines)) <= get_commands().keys()


@pytest.mark.parametrize("name", [name for name in UNITS if name.endswith(".timer")])
def test_a_timer_has_something_to_start(name: str) -> None:
    assert name.replace(".timer", ".service") in SERVICES


def first(name: str) -> str:
    return name.replace("@", "@1")


def analyze(verb: str, *arguments: str, path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", verb, *arguments],
        env={"PATH": "/usr/bin:/bin", "SYSTEMD_UNIT_PATH": f"{path}:"},
        capture_output=True,
        text=True,
        check=False,
    )

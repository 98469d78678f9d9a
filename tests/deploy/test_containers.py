"""The files for containers, which nothing here can run: they are only looked at, line by line."""

import re

import pytest

from tests.deploy.places import PROCESSES, ROOT, SHIPPED

FOLDER = SHIPPED / "container"
DOCKERFILE = (FOLDER / "Dockerfile").read_text()
COMPOSE = (FOLDER / "compose.yaml").read_text()
PINNED = r"[a-z]+:\d[\w.-]*|[a-z]+:bookworm-\d{8}-slim"
STAGES = dict(
    zip(
        re.findall(r"^FROM \S+ AS (\w+)$", DOCKERFILE, re.MULTILINE),
        re.split(r"^FROM .*$", DOCKERFILE, flags=re.MULTILINE)[1:],
        strict=True,
    )
)


def test_every_image_from_elsewhere_has_its_version() -> None:
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    images = re.findall(r"^ +image: (\S+)$", COMPOSE, re.MULTILINE)
    assert len(bases) == len(STAGES)
    assert [
        image
        for image in bases + images
        if not re.fullmatch(PINNED, image.replace("chatsite-", ""))
    ] == []


def test_the_chat_does_not_run_as_root() -> None:
    users = re.findall(r"^USER (\w+)$", STAGES["chat"], re.MULTILINE)
    assert users[-1:] == ["chatsite"]
    assert STAGES["chat"].rindex("USER") > STAGES["chat"].rindex("RUN")


@pytest.mark.parametrize("stage", STAGES)
def test_packages_leave_nothing_behind(stage: str) -> None:
    (command,) = re.findall(r"^RUN (apt-get update(?:.*\\\n)*.*)", STAGES[stage], re.MULTILINE)
    assert "--no-install-recommends" in command
    assert "rm -rf /var/lib/apt/lists/*" in command


def test_no_secret_is_in_the_files() -> None:
    assert not re.search(r"^(ENV|ARG) .*(KEY|PASSWORD|SECRET)", DOCKERFILE, re.MULTILINE)
    passwords = re.findall(r"^ +\w*PASSWORD: (\S+)", COMPOSE, re.MULTILINE)
    assert [password[:2] for password in passwords] == ["${"]
    ignored = (FOLDER / "Dockerfile.dockerignore").read_text().splitlines()
    assert {".env", ".git", "var", "deploy/container/.env"} <= set(ignored)
    beside = re.findall(r"(?:env_file: |- \./)([\w.]+)", COMPOSE)  # settings, keys of TLS
    assert {f"deploy/container/{name}" for name in beside} <= set(ignored)
    assert len(beside) == 2


def test_what_is_copied_is_there() -> None:
    copied = [line.split()[1:-1] for line in re.findall(r"^COPY .*$", DOCKERFILE, re.MULTILINE)]
    assert [path for paths in copied for path in paths if not (ROOT / path).exists()] == []


def test_each_process_is_asked_where_nginx_finds_it() -> None:
    ports = re.findall(r"^    command: python manage.py serve --port (\d+)$", COMPOSE, re.MULTILINE)
    site = (SHIPPED / "nginx" / "site.conf").read_text()
    assert re.findall(r"^    server 127.0.0.1:(\d+);", site, re.MULTILINE) == ports
    checked = re.findall(r'healthcheck\.py"?, "(\d+)"\]', DOCKERFILE + COMPOSE)
    assert sorted(checked) == ports
    assert len(ports) == PROCESSES


def test_every_service_says_how_it_is() -> None:
    services = re.split(r"^  (?=\w+:$)", COMPOSE.partition("\nservices:")[2], flags=re.MULTILINE)
    own = [service.split(":")[0] for service in services if "healthcheck:" in service]
    assert set(own) >= {"proxy", "postgres", "redis"}
    assert "HEALTHCHECK" in STAGES["chat"]


@pytest.mark.parametrize("text", [DOCKERFILE, COMPOSE], ids=["Dockerfile", "compose.yaml"])
def test_lines_are_plain(text: str) -> None:
    assert "\t" not in text
    assert not re.search(r" +$", text, re.MULTILINE)
    assert text.endswith("\n")

"""What a start says to a setting that makes no sense: one line with the setting's name, and no traceback."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_documents import SETTINGS_READ

ROOT = Path(__file__).resolve().parent.parent
KEY = "tests-only-not-a-secret-0123456789-0123456789-0123456789"


WRONG = [
    ("SECRET_KEY", ""),
    ("SECRET_KEY", "short"),
    ("SITE_URL", "chat.example.org"),
    ("SITE_URL", "https://chat.example.org/team"),
    ("SITE_URL", "https://chat.example.org:99999"),
    ("SITE_URL", "https://"),
    ("ALLOWED_HOSTS", "https://chat.example.org"),
    ("ALLOWED_HOSTS", "chat.example.org:8000"),
    ("ALLOWED_ORIGINS", "chat.example.org"),
    ("ALLOWED_ORIGINS", "https://chat.example.org/"),
    ("ADMIN_HOST", "https://admin.example.org"),
    ("ADMIN_HOST", "admin.example.org:8443"),
    ("ADMIN_NETWORKS", "10.8.0.1/16"),
    ("ADMIN_NETWORKS", "office"),
    ("DEBUG", "maybe"),
    ("LOG_LEVEL", "loud"),
    ("VAR_DIR", f"{ROOT}/manage.py"),
    ("FILES_BUCKET", "uploads"),  # without the package that talks to it
    ("FILES_ENDPOINT", "storage.example.org"),
    ("FILES_ENDPOINT", "https://"),
    ("FILES_ACCEL", "protected"),
    ("FILES_ACCEL", "/protected files"),
    ("DATABASE_URL", "nonsense"),
    ("DATABASE_URL", "mysql://host/name"),
    ("DATABASE_URL", "postgres://"),
    ("DATABASE_URL", "postgres://host:port/name"),
    ("DATABASE_POOL", "0"),
    ("REDIS_URL", "nonsense"),
    ("REDIS_URL", "redis://host:port/0"),
    ("REDIS_URL", "redis://host:6379/0, nonsense"),
    ("SIGN_UP", "nobody"),
    ("RATE_LIMITS", "ture"),
    ("EMAIL_URL", "nonsense"),
    ("EMAIL_URL", "smtp://host:port"),
    ("DEFAULT_FROM_EMAIL", "nobody"),
    ("STAFF_NEEDS_2FA", "admins"),
    ("SSL_REDIRECT", "ture"),
    ("HSTS_SECONDS", "-1"),
    ("HSTS_SUBDOMAINS", "some"),
    ("CLIENT_IP_HEADER", "X Real IP"),
    ("CLIENT_IP_HEADER", "X-Forwarded-For"),
    ("ACCESS_LOG", "/var/log/access"),
    ("METRICS_TOKEN", "short"),
    ("METRICS_TOKEN", "not to be said in a header"),
    ("MIN_FREE_MIB", "1 GB"),
    ("UPLOAD_MIB_PER_DAY", "2 GB"),
    ("LOG_FORMAT", "xml"),
    ("CPU", "all"),
    ("HEADER_SECONDS", "0"),
    ("BODY_SECONDS", "20s"),
    ("KEEP_ALIVE_SECONDS", "1.5"),
    ("HANDSHAKE_SECONDS", "-1"),
    ("MAX_REQUEST_BYTES", "128 KiB"),
    ("MAX_UNFINISHED", "many"),
    ("MAX_UNFINISHED_PER_ADDRESS", "0"),
    ("MAX_CONNECTIONS_PER_ADDRESS", "²"),
    ("MAX_CONNECTIONS_PER_USER", "none"),
    ("MAX_BACKLOG_BYTES", "1 MiB"),
]
# Whatever stands there may be right.
ANYTHING = {
    *("SITE_NAME", "SECRET_KEY_FALLBACKS"),
    *("FILES_REGION", "FILES_ACCESS_KEY", "FILES_SECRET_KEY"),
}
REFUSE = """
import json, os, runpy, sys
before = dict(os.environ)
said = []
for settings in json.loads(sys.argv[1]):
    os.environ.clear()
    os.environ.update(before | settings)
    try:
        runpy.run_path("chatsite/settings.py")
        said.append("nothing")
    except SystemExit as end:
        said.append(str(end.code))
print(json.dumps(said))
"""


def inherited() -> dict[str, str]:
    return {name: os.environ[name] for name in ("HOME", "PATH") if name in os.environ}


def read(expression: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """What the settings make of this environment, and of no other."""
    return subprocess.run(
        [sys.executable, "-c", f"from chatsite import settings; print({expression})"],
        cwd=ROOT,
        env={**inherited(), "SECRET_KEY": KEY, **settings},
        check=False,
        capture_output=True,
        text=True,
        timeout=30,
    )


def value_of(expression: str, **settings: str) -> str:
    result = read(expression, **settings)
    assert result.stderr == ""
    return result.stdout.strip()


@pytest.fixture(scope="module")
def refusals() -> list[str]:
    """What a start ends with for each of them, all in one process."""
    said = subprocess.run(
        [sys.executable, "-c", REFUSE, json.dumps([{name: value} for name, value in WRONG])],
        cwd=ROOT,
        env={**inherited(), "SECRET_KEY": KEY},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    found: list[str] = json.loads(said)
    return found


@pytest.mark.parametrize("number", range(len(WRONG)), ids=lambda number: "=".join(WRONG[number]))
def test_a_value_that_makes_no_sense_is_refused_in_a_line_that_names_it(
    refusals: list[str], number: int
) -> None:
    name, _ = WRONG[number]
    assert refusals[number].split()[0] == name
    assert "\n" not in refusals[number]


def test_a_value_that_makes_no_sense_ends_the_start_in_one_line() -> None:
    result = read("0", RATE_LIMITS="ture")
    line = "RATE_LIMITS must be true or false, not 'ture'.\n"
    assert (result.returncode, result.stdout, result.stderr) == (1, "", line)


def test_of_each_setting_that_may_be_wrong_a_value_is_tried() -> None:
    assert {name for name, _ in WRONG} | ANYTHING == SETTINGS_READ


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL", "EMAIL_URL"])
def test_a_password_in_an_address_is_not_repeated(name: str) -> None:
    assert "hunter2" not in read("0", **{name: "nonsense://me:hunter2@host/name"}).stderr


@pytest.mark.parametrize(
    ("name", "expression", "default"),
    [
        ("RATE_LIMITS", "settings.RATE_LIMITS", "True"),
        ("ALLOWED_HOSTS", "settings.ALLOWED_HOSTS[0]", "127.0.0.1"),
        ("DATABASE_URL", "settings.DATABASES['default']['ENGINE']", "chatsite.sqlite"),
        ("SITE_NAME", "settings.SITE_NAME", "Chatsite"),
        ("HEADER_SECONDS", "settings.HEADER_SECONDS", "10"),
    ],
)
def test_a_setting_set_to_nothing_is_not_set(name: str, expression: str, default: str) -> None:
    assert value_of(expression, **{name: ""}) == default


def test_spaces_around_the_commas_do_not_count() -> None:
    assert value_of("settings.ALLOWED_HOSTS", ALLOWED_HOSTS="a.org, b.org") == "['a.org', 'b.org']"


def test_the_host_of_the_admin_is_answered_too() -> None:
    hosts = value_of("settings.ALLOWED_HOSTS", ALLOWED_HOSTS="a.org", ADMIN_HOST="Admin.a.org")
    assert hosts == "['a.org', 'admin.a.org']"


def test_several_redis_share_the_groups_and_the_first_counts() -> None:
    hosts = "settings.CHANNEL_LAYERS['default']['CONFIG']['hosts']"
    both = {"REDIS_URL": "redis://one:6379/0, redis://two:6379/0"}
    addresses = value_of(f"[host['address'] for host in {hosts}]", **both)
    assert addresses == "['redis://one:6379/0', 'redis://two:6379/0']"
    assert value_of("settings.CACHES['default']['LOCATION']", **both) == "redis://one:6379/0"


def test_a_key_may_begin_with_a_dollar() -> None:
    assert value_of("settings.SECRET_KEY", SECRET_KEY=f"${KEY}") == f"${KEY}"


def test_the_folder_of_the_data_may_have_any_name(tmp_path: Path) -> None:
    folder = tmp_path / "data #1?"
    name = value_of("settings.DATABASES['default']['NAME']", VAR_DIR=str(folder))
    assert name == str(folder / "chat.sqlite3")


def test_no_path_is_left_of_the_address_of_the_site() -> None:
    assert value_of("settings.SITE_URL", SITE_URL="HTTPS://chat.org/") == "https://chat.org"


def test_uploads_go_to_a_bucket_where_one_is_named(tmp_path: Path) -> None:
    (tmp_path / "storages").mkdir()  # as good as installed: settings only look whether it is
    bucket = {"FILES_BUCKET": "uploads", "FILES_ENDPOINT": "https://s3.example.org"}
    storage = "settings.STORAGES['default']"
    options = "['bucket_name', 'endpoint_url', 'access_key', 'default_acl']"
    said = value_of(
        f"{storage}['BACKEND'], *({storage}['OPTIONS'][name] for name in {options})",
        PYTHONPATH=str(tmp_path),
        **bucket,
    )
    backend = "storages.backends.s3.S3Storage"
    assert said == f"{backend} uploads https://s3.example.org None private"

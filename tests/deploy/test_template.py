"""The template of settings: every one there is, explained, and what it says of defaults is so."""

import json
import os
import re
import subprocess
import sys

from tests.deploy.places import ROOT, SHIPPED
from tests.test_documents import SETTINGS_READ

TEMPLATE = (SHIPPED / "chatsite.env").read_text()
EXAMPLES = {"FILES_ENDPOINT", "EMAIL_URL"}  # addresses, whose defaults are none
READ = """
import json
from chatsite import settings
print(json.dumps({name: repr(value) for name, value in vars(settings).items() if name.isupper()}))
"""


def test_it_has_every_setting_once_and_no_other() -> None:
    named = re.findall(r"^#?([A-Z0-9_]+)=", TEMPLATE, re.MULTILINE)
    assert sorted(named) == sorted(SETTINGS_READ)


def test_it_explains_every_setting() -> None:
    lines = TEMPLATE.splitlines()
    settings = [n for n, line in enumerate(lines) if re.match(r"#?[A-Z0-9_]+=", line)]
    assert [lines[n] for n in settings if not lines[n - 1].startswith("# ")] == []


def test_what_is_commented_out_is_at_its_default() -> None:
    given = dict(re.findall(r"^([A-Z0-9_]+)=(.+)$", TEMPLATE, re.MULTILINE))
    given["SECRET_KEY"] = "tests-only-not-a-secret-0123456789"
    silent = dict(re.findall(r"^#([A-Z0-9_]+)=(.*)$", TEMPLATE, re.MULTILINE))
    said = {name: "" if name in EXAMPLES else value for name, value in silent.items()}
    assert settings_of(given | dict.fromkeys(silent, "")) == settings_of(given | said)


def settings_of(environment: dict[str, str]) -> dict[str, str]:
    """What the settings make of that environment and of no other."""
    said = subprocess.run(
        [sys.executable, "-c", READ],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONHASHSEED": "0", **environment},  # sets in one order
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    values: dict[str, str] = json.loads(said)
    return values

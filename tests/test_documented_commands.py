"""What the documents tell one to type exists: commands and their options, targets, units, modules, files."""

import re
from argparse import ArgumentParser
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from tests.test_documents import APPS, DOCUMENTS, ROOT

SHIPPED = [path for path in (ROOT / "deploy").rglob("*") if path.is_file()]
TYPED_IN = [*DOCUMENTS, *SHIPPED]
OURS = {name for name, app in get_commands().items() if app in APPS}
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
UNITS = {path.name for path in (ROOT / "deploy" / "systemd").iterdir()}
FOREIGN_UNITS = {"nginx"}


def typed(path: Path) -> Iterator[str]:
    """Each line that somebody may type, without its comment; of a page only what it sets as code."""
    text = re.sub(r" *\\\n *", " ", path.read_text())
    if path.suffix == ".md":
        parts = re.findall(r"```\w*\n(.*?)```|`([^`]+)`", text, re.DOTALL)
        text = "\n".join(block or span.replace("\n", " ") for block, span in parts)
    for line in text.splitlines():
        yield from re.split(r" && |[;|]", re.split(r"(?:^| )#", line)[0])


@cache
def parser(name: str) -> ArgumentParser:
    return load_command_class(get_commands()[name], name).create_parser("manage.py", name)


def commands(line: str) -> list[tuple[str, list[str]]]:
    """Names and options; where a line begins with one of ours, `manage.py` is left out."""
    found = re.findall(r"(?:manage\.py |^)([a-z_]+)((?: [^`]+)?)", line.strip())
    return [
        (name, re.findall(r"(?<!\S)--?[a-z][a-z-]*", rest))
        for name, rest in found
        if name in OURS or f"manage.py {name}" in line
    ]


@pytest.mark.usefixtures("media")  # `serve` looks for collected files as it is imported
@pytest.mark.parametrize("path", TYPED_IN, ids=lambda path: path.name)
def test_every_command_exists_and_takes_its_options(path: Path) -> None:
    named = [one for line in typed(path) for one in commands(line)]
    assert {name for name, _ in named} <= get_commands().keys()
    known = {name: parser(name)._option_string_actions for name, _ in named}
    assert [
        (name, one) for name, options in named for one in options if one not in known[name]
    ] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_target_of_make_exists(document: Path) -> None:
    named = re.findall(r"(?:^|\s)make ([a-z-]+)", "\n".join(typed(document)), re.MULTILINE)
    assert set(named) <= TARGETS


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_unit_that_is_started_or_stopped_exists(document: Path) -> None:
    """A name without a suffix is a service's."""
    lines = re.findall(
        r"systemctl (?:edit|enable|re\w+|st\w+) ([^'`\n]*)", "\n".join(typed(document))
    )
    names = {name for line in lines for name in line.split() if not name.startswith("-")}
    units = {re.sub(r"@\d", "@", name) for name in names - FOREIGN_UNITS}
    assert {unit if "." in unit else f"{unit}.service" for unit in units} <= UNITS


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_module_that_is_run_exists(document: Path) -> None:
    named = re.findall(r"-m ((?:bench|chatsite|tests)[\w.]*)", "\n".join(typed(document)))
    places = [ROOT / name.replace(".", "/") for name in named]
    assert [
        place
        for place in places
        if not place.with_suffix(".py").exists() and not (place / "__main__.py").exists()
    ] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_of_deploy_that_is_named_exists(document: Path) -> None:
    named = re.findall(r"(?<![\w/])deploy/[\w./@-]*\w", document.read_text())
    assert [name for name in named if not (ROOT / name).exists()] == []

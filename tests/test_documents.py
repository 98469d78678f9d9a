"""What the documents list is held against what the code and the requirements say."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(settings.BASE_DIR)
SETTINGS_READ = set(
    re.findall(r'env\.\w+\(\s*"([A-Z0-9_]+)"', (ROOT / "chatsite/settings.py").read_text())
)
DOCUMENTS = [
    path
    for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    if path.exists()
]


def first_column(path: Path) -> list[str]:
    rows = re.findall(r"^\| `?([\w.-]+)`? \|", path.read_text(), re.MULTILINE)
    return [row for row in rows if row not in {"setting", "package", "---"}]


def asked_for(name: str) -> dict[str, SpecifierSet]:
    """What a requirements file asks for by name, and in which versions."""
    lines = (ROOT / f"{name}.in").read_text().splitlines()
    wanted = [Requirement(line) for line in lines if line and line[0] not in "#-"]
    return {requirement.name: requirement.specifier for requirement in wanted}


def locked_for(name: str) -> dict[str, str]:
    """The versions in a lock of what its requirements file asks for, not of what that needs in turn."""
    packages = re.split(
        r"^(?=[a-z0-9-]+==)", (ROOT / f"{name}.txt").read_text(), flags=re.MULTILINE
    )
    heads = [package.split()[0] for package in packages if f"-r {name}.in" in package]
    return {package: version for package, _, version in (head.partition("==") for head in heads)}


def test_every_setting_is_explained_once() -> None:
    assert sorted(first_column(ROOT / "docs/operations.md")) == sorted(SETTINGS_READ)


def test_the_example_names_only_settings_that_exist() -> None:
    example = (ROOT / ".env.example").read_text()
    assert set(re.findall(r"^#?([A-Z0-9_]+)=", example, re.MULTILINE)) <= SETTINGS_READ


def test_every_dependency_earns_its_place() -> None:
    listed = first_column(ROOT / "docs/decisions/0002-dependencies.md")
    assert sorted(listed) == sorted([*asked_for("requirements"), *asked_for("requirements-dev")])


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_the_lock_is_in_step_with_what_was_asked_for(name: str) -> None:
    asked, locked = asked_for(name), locked_for(name)
    assert locked.keys() == asked.keys()
    assert [package for package, versions in asked.items() if locked[package] not in versions] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_a_document_names_exists(document: Path) -> None:
    path = r"`((?:[a-z_]+/)+[\w.-]+\.(?:py|css|md|toml)|static/[\w./-]+\.js)`"
    named = re.findall(path, document.read_text())
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_test_that_a_document_names_exists(document: Path) -> None:
    tests = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    named = re.findall(r"(?<=`)test_\w+(?=`)|(?<=pytest -k )\w+", document.read_text())
    assert [name for name in named if not re.search(rf"def \w*{name}", tests)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_between_documents_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!\w+:|#)([^)#]+)", document.read_text())
    assert [link for link in links if not (document.parent / link).exists()] == []

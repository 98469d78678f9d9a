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
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
IN_CHINESE = {
    "README.md": "README.zh-Hans.md",
    "docs/administrator.md": "docs/zh-Hans/administrator.md",
}
APPS = ("accounts", "chat", "chatsite", "files")
SYMPTOMS = "## By symptom\n"
# Lines of the log that are not ours.
FOREIGN = (
    "Not Found: /ws/",
    "Forbidden (Origin checking failed - ",
    "couldn't get a connection after 2.00 sec",
    "database or disk is full",
)


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
    listed = [row for row in first_column(ROOT / "docs/operations.md") if row.isupper()]
    assert sorted(listed) == sorted(SETTINGS_READ)


def test_the_defaults_are_those_of_the_template() -> None:
    """tests/deploy/test_template.py holds the template's against what the settings do."""
    row = r"^\| `([A-Z_]+)` \| (?:`([^`]*)`|empty) \|"
    said = dict(re.findall(row, (ROOT / "docs/operations.md").read_text(), re.MULTILINE))
    template = (ROOT / "deploy/chatsite.env").read_text()
    silent = dict(re.findall(r"^#([A-Z0-9_]+)=(.*)$", template, re.MULTILINE))
    shared = said.keys() & silent.keys() - {"EMAIL_URL"}  # the template has an example of it
    assert {name: said[name] for name in shared} == {name: silent[name] for name in shared}


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


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_to_a_section_finds_it(document: Path) -> None:
    links = re.findall(r"\]\((?!\w+:)([^)#]*)#([^)]+)\)", document.read_text())
    pages = [(document.parent / name if name else document, place) for name, place in links]
    assert [place for page, place in pages if place not in places_of(page)] == []


def places_of(page: Path) -> set[str]:
    """The addresses in it: those it names, and those that GitHub and others make of headings."""
    text = page.read_text()
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    made = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    return made | set(re.findall(r'id="([^"]+)"', text))


def both(names: tuple[str, str]) -> tuple[str, str]:
    """What a page and its translation say."""
    original, translation = names
    return (ROOT / original).read_text(), (ROOT / translation).read_text()


def technical(text: str) -> set[str]:
    """Settings, commands, options and addresses between backticks: what no language has other words for."""
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    return {span for span in spans if re.search(r"_|--|^/|[A-Z]{3}", span) and span[0] not in "#@"}


def blocks_of(text: str) -> list[str]:
    """Comments aside: those are translated."""
    blocks = re.findall(r"```.*?```", text, re.DOTALL)
    return [re.sub(r" +# .*", "", block) for block in blocks]


@pytest.mark.parametrize("names", IN_CHINESE.items(), ids=lambda names: names[0])
def test_a_translation_has_the_sections_of_its_original(names: tuple[str, str]) -> None:
    shape = r"^(?:#+(?= )|\||- |\d\.)"  # headings, rows of tables, lines of lists
    original, translation = both(names)
    assert re.findall(shape, translation, re.MULTILINE) == re.findall(shape, original, re.MULTILINE)


@pytest.mark.parametrize("names", IN_CHINESE.items(), ids=lambda names: names[0])
def test_a_translation_has_the_code_of_its_original(names: tuple[str, str]) -> None:
    original, translation = both(names)
    assert blocks_of(translation) == blocks_of(original)
    assert technical(translation) == technical(original)


@pytest.mark.parametrize("names", IN_CHINESE.items(), ids=lambda names: names[0])
def test_a_page_and_its_translation_lead_to_each_other(names: tuple[str, str]) -> None:
    for name, other in (names, names[::-1]):
        page = ROOT / name
        links = re.findall(r"\]\(([^)#]+)\)", page.read_text().partition("\n## ")[0])
        assert (ROOT / other).resolve() in [(page.parent / link).resolve() for link in links]


def test_every_page_is_reached_from_the_first() -> None:
    reached, new = set[Path](), {ROOT / "README.md"}
    while new:
        page = new.pop()
        reached.add(page)
        links = re.findall(r"\]\((?!\w+:|#)([^)#]+)", page.read_text())
        pages = {(page.parent / link).resolve() for link in links}
        pages |= {one for folder in pages if folder.is_dir() for one in folder.glob("*.md")}
        new |= {one for one in pages if one.suffix == ".md"} - reached
    assert {path.resolve() for path in DOCUMENTS} - reached == set()


def test_the_lines_of_the_log_that_lead_from_symptoms_are_those_that_are_written() -> None:
    text = (ROOT / "docs/operations.md").read_text().partition(SYMPTOMS)[2].partition("\n## ")[0]
    spans = re.findall(r"`([^`]+)`", text)
    lines = [span for span in spans if re.match(r"(?!GET |SELECT |SOCKET )[A-Z_]+[a-z ].* ", span)]
    source = "\n".join(path.read_text() for app in APPS for path in (ROOT / app).rglob("*.py"))
    source = re.sub(r'"\s*\n\s*f?"', "", source)  # what is one text over several lines
    assert lines
    assert [part for line in lines for part in parts_of(line) if part not in source] == []


def parts_of(line: str) -> list[str]:
    """What of a quoted line is always the same, and is ours."""
    line = re.sub(r"^[A-Z_]+ (?=is not set)|…\)?", "\n", line)  # any setting's name
    for foreign in FOREIGN:
        line = line.replace(foreign, "\n")
    return [part.strip(" (") for part in line.split("\n") if len(part) > 8]

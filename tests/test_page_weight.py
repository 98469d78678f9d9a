"""What a first visit to a room transfers, without a browser: the page and what it names."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client, override_settings

from accounts.models import User
from chat.models import Room
from chat.modules import FIRST, all_modules, first_load, late_imports, static_imports
from chat.templatetags import assets
from tests.chat.sending import say
from tests.server import Server
from tests.test_stripping import DENO, ROOT

MOST_BYTES = 120_000
WORDS = "We meet at the harbour 下午三点 and bring the drawings along, all %d of them."


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Static files as a release has them."""
    release = Server(tmp_path_factory.mktemp("release"))
    release.prepare()
    folder = release.var_dir / "static"
    ours = {"BACKEND": "chatsite.static_storage.ChatStaticStorage"}
    caches = [assets._addresses_once, assets._first_load_once]
    with override_settings(STATIC_ROOT=folder, STORAGES=settings.STORAGES | {"staticfiles": ours}):
        for cache in caches:
            cache.cache_clear()
        yield folder
    for cache in caches:
        cache.cache_clear()


@pytest.fixture
def page(client: Client, alice: User, room: Room, collected: Path) -> bytes:
    """As it comes to a browser that can inflate."""
    for number in range(50):
        say(alice, room, WORDS % number)
    client.force_login(alice)
    answer = client.get("/rooms/atelier/", headers={"accept-encoding": "gzip, br"})
    assert answer.headers["Content-Encoding"] == "br"
    return answer.content


def named_in(page: bytes) -> set[str]:
    """What a browser fetches with the page. The import map only says where things would be."""
    markup = re.sub(r"<script type=\"importmap\".*?</script>", "", brotli.decompress(page).decode())
    return set(re.findall(r'(?:href|src)="/static/([^"]+)"', markup))


def as_sent(file: Path) -> int:
    copies = (file.with_name(f"{file.name}.{ending}") for ending in ("br", "gz"))
    return next((copy for copy in copies if copy.exists()), file).stat().st_size


@pytest.mark.django_db(transaction=True)
def test_a_first_visit_transfers_no_more_than_120_kb(page: bytes, collected: Path) -> None:
    sizes = {name: as_sent(collected / name) for name in named_in(page)}
    sizes["the page"] = len(page)
    heaviest = sorted(sizes.items(), key=lambda item: -item[1])[:15]
    assert sum(sizes.values()) <= MOST_BYTES, f"{sum(sizes.values())}: {heaviest}"


@pytest.mark.django_db(transaction=True)
def test_a_page_names_each_module_of_its_start_and_one_style_sheet(
    page: bytes, collected: Path
) -> None:
    names = named_in(page)
    scripts = {re.sub(r"\.[0-9a-f]{12}(?=\.js$)", "", name) for name in names if ".js" in name}
    assert scripts == {f"js/{name.removeprefix('chat/')}" for name in first_load()}
    assert sum(name.endswith(".css") for name in names) == 1


def test_what_is_collected_is_stripped(collected: Path) -> None:
    assert "/**" not in (collected / "js" / "main.js").read_text()
    sheet = (collected / "css" / "site.css").read_text()
    assert "/*" not in sheet
    assert sheet.startswith("@layer reset,")


def test_collecting_again_changes_nothing(collected: Path, tmp_path: Path) -> None:
    again = shutil.copytree(collected, tmp_path / "static")
    with override_settings(STATIC_ROOT=again):
        call_command("collectstatic", interactive=False, verbosity=0)
    for path in (*collected.rglob("*.js"), *collected.rglob("*.css")):
        assert (again / path.relative_to(collected)).read_bytes() == path.read_bytes()


def test_the_modules_of_the_start_are_those_that_the_scripts_import() -> None:
    """Asked of Deno, which resolves imports as a browser does."""
    told = subprocess.run(
        [DENO, "info", "--json", "--no-remote", "static/js/main.js"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    modules = {one["specifier"]: one for one in json.loads(told.stdout)["modules"]}
    start = (ROOT / "static" / "js" / "main.js").as_uri()
    found = [start]
    for address in found:
        for link in modules[address].get("dependencies", []):
            target = link.get("code", {}).get("specifier")
            if target and not link.get("isDynamic") and target not in found:
                found.append(target)
    prefix = (ROOT / "static" / "js").as_uri()
    assert set(first_load()) == {f"chat{address.removeprefix(prefix)}" for address in found}


def test_no_module_is_left_that_nothing_imports() -> None:
    sources = {name: path.read_text() for name, path in all_modules().items()}
    pages = "".join(path.read_text() for path in (ROOT / "templates").rglob("*.html"))
    wanted = {FIRST, *(f"chat/{name}" for name in re.findall(r"'js/([^']+)'", pages))}
    for source in sources.values():
        wanted |= {*static_imports(source), *late_imports(source)}
    assert wanted == sources.keys()

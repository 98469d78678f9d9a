"""The browser's code and the server must not drift apart in what they say and how they name people."""

import re
from pathlib import Path

from django.conf import settings
from django.utils import translation
from pytest_django import Settings

from chat.modules import late_imports, static_imports
from chat.strings import catalogue
from chat.styles import FILES
from chat.templatetags.assets import module_map, stylesheets
from chat.templatetags.icons import icon

SCRIPTS = sorted((Path(settings.BASE_DIR) / "static" / "js").rglob("*.js"))
BUILT_NAMES = (
    *("system_", "failed_", "connection_", "stopped_", "role_", "upload_", "refused", "is_"),
    *("search_", "profile_", "shortcut", "switcher_", "inspect_"),
)


def names_used() -> set[str]:
    calls = (re.findall(r'\bt\(\s*"(\w+)"', path.read_text()) for path in SCRIPTS)
    return {name for names in calls for name in names}


def test_every_text_that_the_scripts_name_is_in_the_catalogue() -> None:
    assert names_used() <= catalogue().keys()


def test_no_text_of_the_catalogue_is_left_unused() -> None:
    source = "".join(path.read_text() for path in SCRIPTS)
    unused = [
        name
        for name in catalogue()
        if f'"{name}"' not in source and not name.startswith(BUILT_NAMES)
    ]
    assert unused == []


def test_texts_are_in_the_reader_s_language() -> None:
    with translation.override("zh-hans"):
        assert all(catalogue().values())


def test_every_module_has_its_place_in_the_import_map() -> None:
    imported = {
        name
        for path in SCRIPTS
        for find in (static_imports, late_imports)
        for name in find(path.read_text())
    }
    markup = module_map({"CSP_NONCE": "n0nce"})  # type: ignore[arg-type]
    assert "chat/store.js" in imported
    assert all(f'"{name}":' in markup for name in imported)
    assert 'nonce="n0nce"' in markup


def test_only_what_the_start_needs_is_fetched_ahead() -> None:
    markup = module_map({"CSP_NONCE": "n0nce"})  # type: ignore[arg-type]
    ahead = re.findall(r'<link rel="modulepreload" href="/static/js/([^"]+)">', markup)
    assert "main.js" in ahead
    assert "components/lightbox.js" not in ahead


def test_while_one_works_on_them_style_sheets_are_served_as_they_are(settings: Settings) -> None:
    assert stylesheets().count("<link ") == 1
    settings.DEBUG = True
    assert '<link rel="stylesheet" href="/static/css/tokens.css">' in stylesheets()
    assert stylesheets().count("<link ") == len(FILES)


def test_an_icon_alone_says_what_it_is() -> None:
    assert '<span class="spoken">Back &amp; forth</span>' in icon("arrow-left", "Back & forth")
    assert "spoken" not in icon("arrow-left")

"""What was never marked as a text: no catalogue misses it, and who reads Chinese would find it in English."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from chat.errors import ChatError

ROOT = Path(__file__).parent.parent
APPS = ("accounts", "chat", "chatsite", "files")
TAGS = re.compile(
    r"{% comment %}.*?{% endcomment %}|{% blocktranslate.*?{% endblocktranslate %}"
    r"|{%.*?%}|{{.*?}}|{#.*?#}",
    re.DOTALL,
)
WORDS = re.compile(r"[A-Za-z][A-Za-z'’-]+[^\n]*")
# What is heard of a page or shown in place of its text, and what stands as one types it.
SPOKEN = {"aria-label", "aria-description", "placeholder", "title", "alt"}
AS_TYPED = {"script", "style", "kbd", "code"}
# The same in any language: a clock, what one types to narrow a search down, classes of the admin's pages.
NO_WORDS = {"UTC", "from:", "in:", "before: after:", "has:", "overview-page", "colM"}
# What Django shows of a field, a form or a page of the admin.
SHOWN = {"verbose_name", "verbose_name_plural", "help_text", "label", "short_description"}
SHOWN |= {"description", "site_header", "site_title", "index_title"}
TELLING = {"ValidationError", "message_user"}
# The admin says what an action refuses; the chat page has words of its own.
REFUSING = {kind.__name__ for kind in ChatError.__subclasses__()} | {"unavailable"}
SAID_BY_ACTIONS = [*(ROOT / "chat/actions").glob("*.py")]
SAID_BY_ACTIONS += [ROOT / "chat/naming.py", ROOT / "chat/permissions.py"]
IN_SCRIPTS = re.compile(
    r"(?:\.(?:textContent|title|placeholder|alt|ariaLabel) = |\.say\(|Option\("
    r'|setAttribute\("(?:aria-label|title|placeholder|alt)", )["`]\w[^"`]*'
)


class Bare(HTMLParser):
    """The words of a template that it says in one language alone."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._typed = 0
        self.feed(TAGS.sub("", source))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._typed += tag in AS_TYPED
        for name, value in attrs:
            if name in SPOKEN:
                self._read(value or "")

    def handle_endtag(self, tag: str) -> None:
        self._typed -= tag in AS_TYPED

    def handle_data(self, data: str) -> None:
        if not self._typed:
            self._read(data)

    def _read(self, text: str) -> None:
        self.found += [words.strip() for words in WORDS.findall(text)]


def bare_in_code(source: str, telling: set[str] = TELLING) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.keyword(arg=str(name), value=value) if name in SHOWN:
                yield from words(value)
            case ast.Assign(targets=[ast.Name(id=name) | ast.Attribute(attr=name)], value=value):
                yield from words(value) if name in SHOWN else ()
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args):
                yield from (text for arg in args for text in words(arg) if name in telling)


def words(value: ast.expr) -> Iterator[str]:
    if isinstance(value, ast.JoinedStr):
        yield ast.unparse(value)
    elif isinstance(value, ast.Constant) and WORDS.search(str(value.value)):
        yield str(value.value)


def test_it_sees_what_was_never_marked() -> None:
    page = '<p title="Gone">{% translate "said" %} {{ name }} bare<kbd>Ctrl</kbd></p>'
    assert Bare(page).found == ["Gone", "bare"]
    code = 'raise ValidationError("no") from Field(label="bare", help_text=_("said"))'
    assert sorted(bare_in_code(code)) == ["bare", "no"]
    script = 'item.title = "Bare"; line.textContent = t("said"); notice.say(`No ${what}`);'
    assert IN_SCRIPTS.findall(script) == ['.title = "Bare', ".say(`No ${what}"]


def test_every_word_of_a_template_can_be_translated() -> None:
    pages = [path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt"}]
    found = [
        (path.name, text)
        for path in pages
        for text in Bare(path.read_text()).found
        if text not in NO_WORDS
    ]
    assert found == []


def test_every_refusal_of_an_action_can_be_translated() -> None:
    assert list(bare_in_code('raise Conflict(f"No {what}")', REFUSING)) == ["f'No {what}'"]
    code = "".join(path.read_text() for path in SAID_BY_ACTIONS)
    assert list(bare_in_code(code, REFUSING)) == []


def test_every_word_that_code_shows_can_be_translated() -> None:
    code = [path for app in APPS for path in (ROOT / app).rglob("*.py")]
    found = [
        (path.name, text)
        for path in code
        if not {"management", "migrations"} & set(path.parts)  # what an operator reads is English
        for text in bare_in_code(path.read_text())
    ]
    assert found == []
    scripts = "".join(path.read_text() for path in (ROOT / "static" / "js").rglob("*.js"))
    assert IN_SCRIPTS.findall(scripts) == []

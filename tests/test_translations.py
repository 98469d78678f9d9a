"""The site speaks Chinese completely. The source is read here as `makemessages` does, without gettext."""

import ast
import datetime
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import polib
import pytest
from django.contrib.admin import site
from django.contrib.admin.utils import label_for_field
from django.core.mail import EmailMessage
from django.db.models import Model
from django.test import Client
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation.template import templatize
from pytest_django import Settings

from accounts.models import User
from chat.strings import catalogue, counted

ROOT = Path(__file__).parent.parent
APPS = ("accounts", "chat", "chatsite", "files")
CATALOGUE = polib.pofile(ROOT / "locale/zh_Hans/LC_MESSAGES/django.po")
HAN = re.compile("[\u4e00-\u9fff]")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]")
LITERAL = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
MARKED_IN_TEMPLATES = re.compile(rf"\b(n?p?gettext|_)\(({LITERAL}(?:, {LITERAL})*)")


class Text(NamedTuple):
    """What gettext looks a text up by."""

    msgid: str
    plural: str = ""
    context: str = ""


def marked(function: str, literals: list[str]) -> Text:
    context = literals.pop(0) if "pgettext" in function else ""
    plural = literals[1] if function.startswith("n") else ""
    return Text(literals[0], plural, context)


def texts_of_code(source: str) -> Iterator[Text]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            name = "gettext" if node.func.id == "_" else node.func.id
            literals = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
            if re.match(r"n?p?gettext", name) and literals:
                yield marked(name, [str(literal) for literal in literals])


def texts_of_template(source: str) -> Iterator[Text]:
    for function, literals in MARKED_IN_TEMPLATES.findall(templatize(source)):
        yield marked(function, list(ast.literal_eval(f"[{literals}]")))


def texts_of_source() -> set[Text]:
    code = [path for app in APPS for path in (ROOT / app).rglob("*.py")]
    folders = [ROOT / "templates", *(ROOT / app for app in APPS)]
    templates = [
        path for folder in folders for path in folder.rglob("*") if path.suffix in {".html", ".txt"}
    ]
    return {
        *(text for path in code for text in texts_of_code(path.read_text())),
        *(text for path in templates for text in texts_of_template(path.read_text())),
    }


def texts_translated() -> set[Text]:
    return {
        Text(entry.msgid, entry.msgid_plural or "", entry.msgctxt or "")
        for entry in CATALOGUE
        if not entry.obsolete
    }


def said(entry: polib.POEntry) -> str:
    """The Chinese of it; it has one form for any number."""
    return str(entry.msgstr_plural[0] if entry.msgid_plural else entry.msgstr)


def test_it_sees_every_way_to_mark_a_text() -> None:
    code = 'a = _("one" " text"); b = ngettext("%d b", "%d bs", n); c = pgettext("verb", "c")'
    template = (
        "{% load i18n %}{% translate \"it's\" %}{% translate 'd' context 'noun' %}"
        "{% blocktranslate count n=n %}{{ n }} e{% plural %}{{ n }} es{% endblocktranslate %}"
    )
    assert set(texts_of_code(code)) == {
        Text("one text"),
        Text("%d b", "%d bs"),
        Text("c", context="verb"),
    }
    assert set(texts_of_template(template)) == {
        Text("it's"),
        Text("d", context="noun"),
        Text("%(n)s e", "%(n)s es"),
    }


def test_the_catalogue_has_every_text_of_the_source() -> None:
    assert texts_of_source() - texts_translated() == set()


def test_the_catalogue_has_no_text_that_the_source_lost() -> None:
    assert texts_translated() - texts_of_source() == set()
    assert CATALOGUE.obsolete_entries() == []


def test_no_text_is_there_twice() -> None:
    """Only one of the two translations would be shown, in both places."""
    entries = [(entry.msgctxt, entry.msgid) for entry in CATALOGUE]
    assert len(entries) == len(set(entries))


def test_every_text_is_translated_for_sure() -> None:
    assert [entry.msgid for entry in CATALOGUE if entry.fuzzy or not said(entry)] == []


def test_a_translation_fills_in_what_its_text_does() -> None:
    differing = [
        entry.msgid
        for entry in CATALOGUE
        if sorted(PLACEHOLDER.findall(entry.msgid)) != sorted(PLACEHOLDER.findall(said(entry)))
    ]
    assert differing == []


def test_punctuation_after_chinese_is_chinese() -> None:
    narrow = re.compile(r"[\u4e00-\u9fff][,.!?:;()\"]|\.\.\.|\?$")
    assert [said(entry) for entry in CATALOGUE if narrow.search(said(entry))] == []


def test_a_counted_text_has_the_same_form_for_one_and_many() -> None:
    with translation.override("zh-hans"):
        assert counted("members", 1) == "1位成员"
        assert counted("members", 12) == "12位成员"
        assert catalogue()["members"] == {"one": "%(n)s位成员", "many": "%(n)s位成员"}


def test_days_are_written_as_in_china() -> None:
    with translation.override("zh-hans"):
        assert date_format(datetime.date(2026, 1, 31), "DATE_FORMAT") == "2026年1月31日"


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans", "zh"])
def test_who_prefers_chinese_is_asked_in_it(
    client: Client, settings: Settings, tmp_path: Path, asked: str
) -> None:
    settings.STATIC_ROOT = tmp_path  # nothing was collected
    page = client.get("/accounts/login/", headers={"accept-language": asked}).content.decode()
    assert '<html lang="zh-hans"' in page
    assert "忘记密码？" in page
    assert "Forgot your password?" not in page


def test_the_admin_heads_its_lists_in_chinese() -> None:
    ours = [(model, shown) for model, shown in site._registry.items() if is_ours(model)]
    with translation.override("zh-hans"):
        heads = {str(model._meta.verbose_name_plural) for model, _ in ours} | {
            str(label_for_field(str(name), model, shown))
            for model, shown in ours
            for name in shown.list_display
        }
    assert {head for head in heads if not HAN.search(head)} == {"epoch"}


def is_ours(model: type[Model]) -> bool:
    return model._meta.app_label in APPS


@pytest.mark.django_db
def test_a_mail_is_in_the_language_of_who_asked_for_it(
    client: Client, settings: Settings, tmp_path: Path, mailoutbox: list[EmailMessage], alice: User
) -> None:
    settings.STATIC_ROOT = tmp_path  # nothing was collected
    alice.email = "alice@example.org"
    alice.save()
    client.post(
        "/accounts/password/reset/", {"email": alice.email}, headers={"accept-language": "zh-CN"}
    )
    [mail] = mailoutbox
    assert "设置新密码" in mail.subject
    assert "如果不是你本人，无需任何操作，密码不会改变。" in mail.body

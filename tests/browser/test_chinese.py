"""Who prefers Chinese sees Chinese, and nothing else that the page says by itself."""

import re
import secrets

import pytest
from playwright.sync_api import expect

from accounts.sections import section_links
from tests.browser.accessible import DESKTOP, PHONE
from tests.browser.conftest import Newcomer
from tests.browser.person import Person
from tests.browser.rooms import make_room
from tests.client import PASSWORD
from tests.server import Server

# What may be in Latin letters: names, keys, the words that one types to narrow a search down, file names.
ALLOWED = re.compile(
    "\u2068.*?\u2069"  # a name in a sentence
    r"|Chatsite|general|English|Linux|Chrome|((Shift|Ctrl)\+)?Enter"
    r"|Ctrl( Shift)? [A-Z]|⌘K|(from|in|has|before|after):|“me”|today（今天）"
    r"|link（链接）|file（文件）|image（图片）|reaction（表情回应）|pin（置顶）|https?://\S+"
)
# Texts that nobody named or wrote, and what is spoken or shown in their place; in a <template>, too.
SAID = """() => {
  const said = new Set();
  const read = (root) => {
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const { data, parentElement } = texts.currentNode;
      if (!parentElement?.closest("script, style, bdi, kbd, [dir=auto], .attachments")) said.add(data.trim());
    }
    for (const element of root.querySelectorAll("*")) {
      for (const name of ["aria-label", "placeholder", "title", "alt"]) {
        said.add(element.getAttribute(name) ?? "");
      }
      if (element instanceof HTMLTemplateElement) read(element.content);
    }
  };
  read(document);
  return [...said];
}"""


def english_on(person: Person) -> list[str]:
    said: list[str] = person.measure(SAID)
    left = [ALLOWED.sub("", text) for text in said]
    return [text for text in left if re.search("[A-Za-z]{2}", text.replace(person.username, ""))]


def sign_up(guest: Person, name: str) -> Person:
    guest.username = name + secrets.token_hex(3)
    guest.page.goto(f"{guest.site}/accounts/signup/")
    guest.page.get_by_label("用户名").fill(guest.username)
    guest.page.get_by_label("密码", exact=True).fill(PASSWORD)
    guest.page.get_by_label("再次输入密码").fill(PASSWORD)
    guest.page.get_by_role("button", name="注册").click()
    guest.arrives()
    return guest


@pytest.fixture
def lin(visit: Newcomer, server: Server) -> Person:
    """In a room of her own, where nobody has said or shown anything in English."""
    lin = sign_up(visit(server, locale="zh-CN", viewport=DESKTOP), "lin")
    name = make_room(server, lin, name=f"设计{lin.username}")
    lin.page.goto(f"{lin.site}/rooms/{name}/")
    lin.arrives()
    return lin


@pytest.mark.parametrize("path", ["login", "signup", "password/reset"])
def test_an_account_page_is_chinese(server: Server, visit: Newcomer, path: str) -> None:
    guest = visit(server, locale="zh-CN", viewport=PHONE)
    guest.page.goto(f"{guest.site}/accounts/{path}/")
    assert english_on(guest) == []
    assert guest.overflow() == 0


def test_the_settings_are_chinese(lin: Person) -> None:
    for section in section_links(None)[:-1]:  # the help tells what to type
        lin.page.goto(f"{lin.site}{section.href}")
        assert english_on(lin) == [], section.href


def test_a_room_has_no_english_left(lin: Person) -> None:
    lin.say("你好，看看 `code`")
    lin.sees("你好，看看 code")
    assert english_on(lin) == []
    assert lin.page.locator("html").get_attribute("lang") == "zh-hans"


def test_rooms_people_composer_and_search_have_their_words(lin: Person) -> None:
    page = lin.page
    expect(page.get_by_role("heading", name="频道")).to_be_visible()
    expect(page.get_by_role("heading", name="私聊")).to_be_visible()
    expect(page.get_by_role("complementary", name="成员列表")).to_be_visible()
    expect(lin.composer).to_have_attribute("placeholder", re.compile("^发消息给 "))
    lin.say("你好")
    expect(page.locator(".day")).to_have_text("今天")
    page.get_by_role("button", name="搜索消息").or_(
        page.get_by_role("link", name="搜索消息")
    ).click()
    expect(page.get_by_role("searchbox", name="搜索消息")).to_be_visible()


def test_dialogs_speak_chinese(lin: Person) -> None:
    lin.page.get_by_role("button", name="查找或新建频道").click()
    dialog = lin.page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="公开频道")).to_be_visible()
    dialog.get_by_role("button", name="新建频道").click()
    expect(dialog.get_by_role("button", name="创建频道")).to_be_visible()
    dialog.get_by_role("button", name="创建频道").click()
    expect(dialog.get_by_text("请填写频道名称。")).to_be_visible()
    assert english_on(lin) == []


def test_the_help_of_the_keyboard_and_the_switcher_are_chinese(lin: Person) -> None:
    lin.page.keyboard.press("Control+/")
    help_ = lin.page.get_by_role("dialog", name="键盘快捷键")
    expect(help_.get_by_text("回到输入框")).to_be_visible()
    assert english_on(lin) == []
    lin.page.keyboard.press("Escape")
    lin.page.keyboard.press("Control+k")
    expect(lin.page.get_by_role("combobox", name="跳转到频道或联系人")).to_be_focused()
    assert english_on(lin) == []


def test_what_happens_is_told_in_chinese(lin: Person) -> None:
    lin.page.get_by_role("button", name="查找或新建频道").click()
    lin.page.get_by_role("dialog").get_by_role("button", name="新建频道").click()
    lin.page.get_by_role("dialog").get_by_label("名称").fill(f"产品{lin.username}")
    lin.page.get_by_role("button", name="创建频道").click()
    expect(lin.log.locator(".system__text")).to_contain_text("创建了频道")
    expect(lin.page.locator(".beginning__count")).to_have_text("1位成员")
    expect(lin.page.locator(".beginning__title")).to_contain_text("从这里开始。")
    assert english_on(lin) == []

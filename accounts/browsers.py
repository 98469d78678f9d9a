"""A browser in words, from what it says of itself.

It is a courtesy, not evidence: anybody can say anything. What is not known here is shown as it came.
"""

import re
from typing import NamedTuple

# The first that fits: nearly all of them say they were Safari, and most say they were Chrome.
_BROWSERS = [
    ("MicroMessenger/", "WeChat"),
    ("MQQBrowser/|QQBrowser/", "QQ Browser"),
    ("UCBrowser/", "UC Browser"),
    ("HuaweiBrowser/", "Huawei Browser"),
    ("MiuiBrowser/", "Mi Browser"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("YaBrowser/", "Yandex Browser"),
    ("Vivaldi/", "Vivaldi"),
    ("OPR/|OPiOS/|Opera/", "Opera"),
    ("Edg/|EdgA/|EdgiOS/|Edge/", "Edge"),
    ("FxiOS/|Firefox/", "Firefox"),
    ("CriOS/|Chrome/|Chromium/", "Chrome"),
    ("Version/[0-9.]+ .*Safari/", "Safari"),
]
_SYSTEMS = [
    ("iPhone|iPod", "iPhone", "phone"),
    ("iPad", "iPad", "tablet"),
    ("HarmonyOS|OpenHarmony", "HarmonyOS", "phone"),
    ("Android(?!.*Mobile)", "Android", "tablet"),
    ("Android", "Android", "phone"),
    ("Windows NT", "Windows", "computer"),
    ("CrOS", "ChromeOS", "computer"),
    ("Macintosh|Mac OS X", "macOS", "computer"),
    ("Linux|X11", "Linux", "computer"),
]


class Browser(NamedTuple):
    """Names that are the same in all languages; empty where nothing is known."""

    name: str
    system: str
    shape: str


def recognise(user_agent: str) -> Browser:
    name = next((name for sign, name in _BROWSERS if re.search(sign, user_agent)), "")
    for sign, system, shape in _SYSTEMS:
        if re.search(sign, user_agent):
            return Browser(name, system, shape)
    return Browser(name, "", "computer")

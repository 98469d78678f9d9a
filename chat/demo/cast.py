"""The people of the demo, and the rooms they meet in."""

from typing import NamedTuple

from chat.models import Room

# Tells the demo's people from real ones; `.invalid` is nobody's (RFC 2606).
EMAIL_DOMAIN = "demo.invalid"


class Person(NamedTuple):
    username: str
    name: str
    language: str
    status: str = ""

    @property
    def email(self) -> str:
        return f"{self.username}@{EMAIL_DOMAIN}"


class Place(NamedTuple):
    """A room of the demo: `scripts` name the parts of conversations.txt that are played in it."""

    slug: str
    name: str
    kind: Room.Kind
    topic: str
    scripts: tuple[str, ...]
    weight: int
    members: tuple[str, ...]


PEOPLE = [
    Person("anna", "Anna Lind", "en", "☀️ In early, out early"),
    Person("chenwei", "陈伟", "zh", "专注中，回复会慢一点"),
    Person("maya", "Maya Okafor", "en", "Reviewing"),
    Person("linxiao", "林晓", "zh"),
    Person("tom", "Tom Baker", "en", "On call this week"),
    Person("zhoumin", "周敏", "zh", "☕"),
    Person("sara", "Sara Haddad", "en", "Working from Lisbon"),
    Person("wanglei", "王磊", "zh"),
    Person("jonas", "Jonas Weber", "en", "Building the next thing"),
    Person("zhaoqing", "赵晴", "zh", "在路上"),
    Person("priya", "Priya Nair", "en"),
    Person("noah", "Noah Kim", "en", "🎧"),
]
EVERYONE = tuple(person.username for person in PEOPLE)
GENERAL = "general"
PLACES = [
    Place(GENERAL, "general", Room.Kind.PUBLIC, "", ("general en", "general zh"), 25, EVERYONE),
    Place(
        "engineering",
        "Engineering",
        Room.Kind.PUBLIC,
        "Builds, bugs and reviews",
        ("engineering en", "engineering zh"),
        28,
        ("maya", "chenwei", "tom", "linxiao", "jonas", "wanglei", "priya", "noah"),
    ),
    Place(
        "design",
        "Design",
        Room.Kind.PUBLIC,
        "What it looks like, and why",
        ("design en",),
        12,
        ("sara", "anna", "noah", "zhoumin", "priya"),
    ),
    Place(
        "产品讨论",
        "产品讨论",
        Room.Kind.PUBLIC,
        "用户想要什么，我们做什么",
        ("产品讨论 zh",),
        15,
        ("zhoumin", "chenwei", "linxiao", "zhaoqing", "wanglei", "anna", "maya"),
    ),
    Place(
        "lunch",
        "Lunch 午饭",
        Room.Kind.PUBLIC,
        "中午吃什么？",
        ("lunch zh", "lunch en"),
        10,
        EVERYONE,
    ),
    Place(
        "launch",
        "Launch",
        Room.Kind.PRIVATE,
        "Everything for the big day",
        ("launch en", "launch zh"),
        10,
        ("anna", "chenwei", "tom", "zhaoqing", "sara", "jonas"),
    ),
]
DIRECTS = [
    (("anna", "maya"), "direct en"),
    (("tom", "jonas"), "direct en"),
    (("chenwei", "linxiao"), "direct zh"),
    (("zhoumin", "zhaoqing", "wanglei"), "direct zh"),
]
DIRECT_WEIGHT = 3
HOST = "anna"
WELCOME = "welcome en"
HELLO = "hello en"

WORDS = {
    "feature": (
        *(
            "search",
            "the import",
            "offline mode",
            "the calendar",
            "the export",
            "two-factor sign-in",
        ),
        *("the mobile view", "dark mode", "the invite page", "notifications", "the API", "billing"),
    ),
    "featurezh": (
        *("搜索", "导入", "离线模式", "日历", "数据导出", "两步验证", "移动端", "深色模式"),
        *("邀请页面", "消息通知", "开放接口", "账单"),
    ),
    "day": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"),
    "dayzh": ("周一", "周二", "周三", "周四", "周五"),
    "dish": (
        *("ramen", "the falafel place", "dumplings", "pizza", "pho", "the soup bar"),
        *("shakshuka", "tacos", "bibimbap", "the curry house"),
    ),
    "dishzh": (
        *("麻辣香锅", "兰州拉面", "红烧肉", "番茄炒蛋盖饭", "小笼包", "酸菜鱼", "煲仔饭"),
        *("宫保鸡丁", "重庆小面", "牛肉粉"),
    ),
    "n": ("2", "3", "4", "5", "6", "7", "8", "9"),
}

import pytest

from accounts.browsers import recognise

SAFARI = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0"


@pytest.mark.parametrize(
    ("said", "name", "system", "shape"),
    [
        (
            "(X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox",
            "Linux",
            "computer",
        ),
        (f"(Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36", "Chrome", "Windows", "computer"),
        (f"(Windows NT 10.0) {CHROME} Safari/537.36 Edg/140.0", "Edge", "Windows", "computer"),
        (
            f"(Macintosh; Intel Mac OS X 10_15_7) {SAFARI} Version/19.0 Safari/605.1.15",
            "Safari",
            "macOS",
            "computer",
        ),
        (
            f"(iPhone; CPU iPhone OS 19_0 like Mac OS X) {SAFARI} CriOS/140.0 Mobile/15E148 Safari/604.1",
            "Chrome",
            "iPhone",
            "phone",
        ),
        (
            f"(iPad; CPU OS 19_0 like Mac OS X) {SAFARI} FxiOS/140.0 Mobile/15E148 Safari/605.1.15",
            "Firefox",
            "iPad",
            "tablet",
        ),
        (f"(Linux; Android 16; K) {CHROME} Mobile Safari/537.36", "Chrome", "Android", "phone"),
        (
            f"(Linux; Android 16; SM-X900) SamsungBrowser/29.0 {CHROME} Safari/537.36",
            "Samsung Internet",
            "Android",
            "tablet",
        ),
        (
            f"(Linux; Android 16) {CHROME} Mobile Safari/537.36 MicroMessenger/8.0",
            "WeChat",
            "Android",
            "phone",
        ),
        (f"(X11; CrOS x86_64) {CHROME} Safari/537.36", "Chrome", "ChromeOS", "computer"),
        ("curl/8.5.0", "", "", "computer"),
        ("", "", "", "computer"),
    ],
)
def test_it_names_browser_and_system(said: str, name: str, system: str, shape: str) -> None:
    assert recognise(said) == (name, system, shape)

"""The colours of tokens.css against each other, as WCAG 2.2 counts (1.4.3 for text, 1.4.11 for the rest)."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

CSS = (Path(__file__).parent.parent / "static/css/tokens.css").read_text()
THEMES = ["light", "dark"]
GROUNDS = ["paper", "surface", "side"]
TEXTS = ["ink", "ink-2", "seal", "teal", "warn"]  # `good` is a dot, never a text
# What lies over a ground without hiding it, and what is written on it.
WASHES = {
    "hover": ["ink", "ink-2", "teal"],
    "press": ["ink", "ink-2"],
    "select": ["ink", "ink-2"],
    "seal-wash": ["ink", "seal"],
    "teal-wash": ["ink", "teal"],
}
FILLS = [
    ("seal", "seal-ink"),
    ("warn-wash", "warn"),
    *((f"tint-{n}", "tint-ink") for n in range(1, 7)),
]
# The border of a field, the ring around the focus, the dots of who is here.
SHAPES = ["edge", "teal", "good", "warn", "seal"]

Colour = tuple[float, float, float, float]


def rules() -> Iterator[tuple[str, dict[str, str]]]:
    """The custom properties of each rule, with all that it stands in."""
    text = re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL)
    context: list[str] = []
    for before, mark in re.findall(r"([^{}]*)([{}])", text):
        if mark == "{":
            context.append(before.rpartition(";")[2].strip())
            continue
        yield " ".join(context), dict(re.findall(r"--([\w-]+):\s*([^;]+);", before))
        context.pop()


def tokens(theme: str) -> dict[str, str]:
    """Those of a screen like any other, in one theme."""
    found: dict[str, str] = {}
    for context, properties in rules():
        if not re.search(r"contrast|width|pointer|motion|density", context):
            found |= {name: side(value, theme) for name, value in properties.items()}
    return found


def side(value: str, theme: str) -> str:
    """Of `light-dark(a, b)` the one that is this theme's."""
    inside = re.fullmatch(r"light-dark\((.*)\)", value.strip(), flags=re.DOTALL)
    if not inside:
        return value
    depth = 0
    for at, character in enumerate(inside[1]):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            return (inside[1][:at] if theme == "light" else inside[1][at + 1 :]).strip()
    raise AssertionError(value)


def parse(value: str, names: dict[str, str]) -> Colour:
    value = value.strip()
    if value == "transparent":
        return (0, 0, 0, 0)
    if value.startswith("#"):
        digits = value[1:] if len(value) == 7 else "".join(digit * 2 for digit in value[1:])
        red, green, blue = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
        return (red, green, blue, 1)
    if name := re.fullmatch(r"var\(--([\w-]+)\)", value):
        return parse(names[name[1]], names)
    mixed = re.fullmatch(r"color-mix\(in srgb, (.+) (\d+)%, (.+)\)", value)
    assert mixed, f"a colour of a kind that this test does not know: {value}"
    return mix(parse(mixed[1], names), parse(mixed[3], names), int(mixed[2]) / 100)


def mix(one: Colour, other: Colour, part: float) -> Colour:
    alpha = one[3] * part + other[3] * (1 - part)
    red, green, blue = (
        (a * one[3] * part + b * other[3] * (1 - part)) / alpha
        for a, b in zip(one[:3], other[:3], strict=True)
    )
    return (red, green, blue, alpha)


def over(top: Colour, ground: Colour) -> Colour:
    red, green, blue = (
        a * top[3] + b * (1 - top[3]) for a, b in zip(top[:3], ground[:3], strict=True)
    )
    return (red, green, blue, 1)


def weak(
    wanted: list[str], names: dict[str, str], below: Colour, *, least: float
) -> dict[str, float]:
    """Those that stand out too little from what is below them, and how much."""
    ratios = {name: contrast(parse(f"var(--{name})", names), below) for name in wanted}
    return {name: round(ratio, 2) for name, ratio in ratios.items() if ratio < least}


def contrast(one: Colour, other: Colour) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: Colour) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour[:3]
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_black_on_white_is_as_far_apart_as_can_be() -> None:
    assert contrast(parse("#000", {}), parse("#ffffff", {})) == pytest.approx(21)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", GROUNDS)
def test_text_can_be_read_on_every_ground(theme: str, ground: str) -> None:
    names = tokens(theme)
    below = parse(f"var(--{ground})", names)
    assert weak(TEXTS, names, below, least=4.5) == {}


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("wash", WASHES)
def test_text_can_be_read_where_a_ground_is_washed_over(theme: str, ground: str, wash: str) -> None:
    names = tokens(theme)
    below = over(parse(f"var(--{wash})", names), parse(f"var(--{ground})", names))
    assert weak(WASHES[wash], names, below, least=4.5) == {}


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("fill", "text"), FILLS)
def test_text_can_be_read_on_what_is_filled(theme: str, fill: str, text: str) -> None:
    names = tokens(theme)
    assert contrast(parse(f"var(--{fill})", names), parse(f"var(--{text})", names)) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", GROUNDS)
def test_what_is_no_text_can_be_made_out_on_every_ground(theme: str, ground: str) -> None:
    names = tokens(theme)
    below = parse(f"var(--{ground})", names)
    assert weak(SHAPES, names, below, least=3) == {}

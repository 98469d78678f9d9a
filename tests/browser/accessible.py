"""What axe finds on a page as it is, and what axe cannot see. Each answers with a list of what is wrong."""

from typing import cast

from axe_playwright_python.base import AXE_SCRIPT

from tests.browser.person import Person

DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
MOST_STOPS = 80
AT_REST = "document.getAnimations().every(({ playState }) => playState === 'finished')"

# WCAG 2.2, 2.5.8: what one presses is 24 pixels each way, or the circle of that size around its middle
# touches nothing else that one presses, or it stands in a sentence. A field is pressed by its label too.
_TARGETS = """() => {
  const LEAST = 24;
  const root = [...document.querySelectorAll("dialog:modal")].at(-1) ?? document;
  const kinds = "a[href], button, input, select, textarea, summary, " +
    "[role=button], [role=menuitem], [role=option]";
  const visible = { visibilityProperty: true, contentVisibilityAuto: true };
  const inSentence = (element) => getComputedStyle(element).display === "inline" &&
    [...element.parentElement.childNodes]
      .some((node) => node !== element && node.textContent.trim());
  const targets = [];
  for (const element of root.querySelectorAll(kinds)) {
    if (element.disabled || !element.checkVisibility(visible)) continue;
    const pressed = element.closest("label") ?? element;
    const box = pressed.getBoundingClientRect();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const hit = document.elementFromPoint(x, y);
    if (hit !== null && pressed.contains(hit)) targets.push({ element, pressed, box, x, y });
  }
  const isSmall = ({ box }) => box.width < LEAST - 0.1 || box.height < LEAST - 0.1;
  const gap = (at, from, to) => Math.max(from - at, 0, at - to);
  const distance = ({ x, y }, box) =>
    Math.hypot(gap(x, box.left, box.right), gap(y, box.top, box.bottom));
  const touches = (one, other) => other.pressed !== one.pressed && (
    distance(one, other.box) < LEAST / 2 ||
    (isSmall(other) && Math.hypot(one.x - other.x, one.y - other.y) < LEAST));
  return targets.filter(isSmall).filter(({ element }) => !inSentence(element))
    .filter((one) => targets.some((other) => touches(one, other)))
    .map(({ element, box }) =>
      `${Math.round(box.width)}x${Math.round(box.height)} ${element.outerHTML.slice(0, 100)}`);
}"""

# What has the focus is marked (by an outline, on it or on what is around it; in a text field the caret
# does) and not hidden below something else: one of five points in it is its own.
_STOP = """() => {
  const focused = document.activeElement;
  const isMarked = (element) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    return outlineStyle !== "none" && parseFloat(outlineWidth) > 0;
  };
  const parent = focused.parentElement;
  const around = [focused, focused.closest("label"), parent, parent?.parentElement];
  const isText = focused.matches("textarea, input:not([type=radio], [type=checkbox])");
  const seen = focused.closest("label") ?? focused;
  const box = seen.getBoundingClientRect();
  const points = [[0.5, 0.5], [0.1, 0.1], [0.9, 0.1], [0.1, 0.9], [0.9, 0.9]];
  const isSeen = points.some(([x, y]) => {
    const hit = document.elementFromPoint(box.x + box.width * x, box.y + box.height * y);
    return hit !== null && seen.contains(hit);
  });
  globalThis.stops ??= new WeakSet();
  const isKnown = globalThis.stops.has(focused);
  globalThis.stops.add(focused);
  // A dialog that holds the focus itself is what one sees.
  const trouble = focused === document.body || focused.matches("dialog") ? "" : [
    isText || around.some((element) => element && isMarked(element)) ? "" : "not marked",
    isSeen ? "" : "hidden",
  ].filter(Boolean).join();
  return { isKnown, trouble: trouble && `${trouble}: ${focused.outerHTML.slice(0, 120)}` };
}"""

# WCAG 1.4.12: with this much space between lines, words and letters no text may be cut off.
_SPACING = """
* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-block-end: 2em !important; }
"""
_CUT = """() => [...document.querySelectorAll("body *")].filter((element) => {
  if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
  if (element.closest(".spoken, [aria-hidden=true], .avatar, textarea, select, svg")) return false;
  const isText = (node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== "";
  if (![...element.childNodes].some(isText)) return false;
  const { overflowX, overflowY, textOverflow, webkitLineClamp, clipPath } = getComputedStyle(element);
  const isCut = (overflow) => overflow === "hidden" || overflow === "clip";
  const isShortened = textOverflow === "ellipsis" || webkitLineClamp !== "none" ||
    clipPath !== "none";
  return !isShortened && (
    (isCut(overflowY) && element.scrollHeight > element.clientHeight + 1) ||
    (isCut(overflowX) && element.scrollWidth > element.clientWidth + 1));
}).map((element) => element.outerHTML.slice(0, 120))"""

# What one presses or reads that begins or ends beside the screen, where nothing scrolls to it.
_BESIDE = """() => [...document.querySelectorAll("a[href], button, input, select, summary, h1, h2, p, label")]
  .filter((element) => element.checkVisibility({ visibilityProperty: true }))
  .filter((element) => !element.closest(".skip, .spoken, pre, table"))
  .filter((element) => {
    const { left, right, width } = element.getBoundingClientRect();
    return width > 1 && (left < -1 || right > innerWidth + 1);
  }).map((element) => element.outerHTML.slice(0, 120))"""

# On a small screen the room, which is `main` and has the heading, is there and hidden behind another pane.
_IS_BEHIND = (
    "innerWidth < 768 && !(document.querySelector('main')?.checkVisibility("
    "{ visibilityProperty: true }) ?? true)"
)
_OF_MAIN = {"landmark-one-main", "page-has-heading-one"}
# What the colours alone decide; of all else axe says the same in every theme.
OF_COLOURS = ("color-contrast", "link-in-text-block")
# Once in a page: to take its half megabyte apart costs more than to run most rules.
_HAS_AXE = "typeof axe === 'object'"
# Below a modal dialog all is as it was in the state before, and out of reach.
_RUN = """async (options) => {
  const part = [...document.querySelectorAll("dialog:modal")].at(-1) ?? document;
  const { violations } = await axe.run(part, options);
  return violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => String(target))]);
}"""


def findings(person: Person, *rules: str) -> list[str]:
    """By all rules, or by these."""
    if not person.measure(_HAS_AXE):
        person.measure(AXE_SCRIPT)
    only = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
    options = {"resultTypes": ["violations"], **only}
    violations: list[tuple[str, list[str]]] = person.page.evaluate(_RUN, options)
    passed_over = _OF_MAIN if person.measure(_IS_BEHIND) else set()
    return [
        f"{rule}: {target}"
        for rule, targets in violations
        if rule not in passed_over
        for target in targets
    ]


def contrast_in_the_dark(person: Person) -> list[str]:
    person.page.emulate_media(color_scheme="dark")
    found = [f"dark {finding}" for finding in _of_colours(person)]
    person.page.emulate_media(color_scheme="light")
    return found


def contrast_where_colours_are_forced(person: Person) -> list[str]:
    person.page.emulate_media(forced_colors="active", contrast="more")
    found = [f"forced {finding}" for finding in _of_colours(person)]
    person.page.emulate_media(forced_colors="none", contrast="no-preference")
    return found


def _of_colours(person: Person) -> list[str]:
    person.page.wait_for_function(AT_REST)  # colours that are animated begin anew
    return findings(person, *OF_COLOURS)


def small_targets(person: Person) -> list[str]:
    return [f"small target: {found}" for found in cast(list[str], person.measure(_TARGETS))]


def bad_stops(person: Person) -> list[str]:
    """Once round by the Tab key, and back to where the focus was."""
    person.measure("delete globalThis.stops; globalThis.beginning = document.activeElement; 0")
    found: list[str] = []
    for _ in range(MOST_STOPS):
        person.page.keyboard.press("Tab")
        stop = person.measure(_STOP)
        if stop["isKnown"]:
            person.measure("globalThis.beginning.focus()")
            return found
        found += [stop["trouble"]] if stop["trouble"] else []
    return [*found, f"no end after {MOST_STOPS} stops"]


def lost_text(person: Person) -> list[str]:
    """What does not fit on the screen, as it is and with more space in the text."""
    found = [*_beside(person)]
    style = person.page.add_style_tag(content=_SPACING)
    found += [f"cut off: {cut}" for cut in cast(list[str], person.measure(_CUT))]
    found += [f"spaced, {finding}" for finding in _beside(person)]
    style.evaluate("(style) => style.remove()")
    return found


def _beside(person: Person) -> list[str]:
    too_wide = [f"the page is wider by {person.overflow()}"] if person.overflow() > 0 else []
    beside: list[str] = person.measure(_BESIDE)
    return [*too_wide, *(f"beside the screen: {element}" for element in beside)]

/**
 * Which key does what. The page listens by this table (components/shortcut-keys.js) and its help is drawn from it
 * (components/shortcut-help.js), so the two cannot disagree. It knows no DOM.
 *
 * A key is written as in `Mod Shift K`; Mod is ⌘ on a Mac and Ctrl elsewhere. One that is a character by itself,
 * such as `J` or `/`, is for those who are in no field, and can be switched off: whoever speaks to the machine, or
 * hits a key by mistake, would set it off without meaning to (WCAG 2.1.4).
 */

/** @typedef {"page" | "field" | "composer"} Place where the focus is */
/** @typedef {{ isMac: boolean, enterSends: boolean, singleKeys: boolean }} Keyboard and how its owner wants it */
/** @typedef {{ key: string, code: string, keyCode: number, ctrlKey: boolean, metaKey: boolean, altKey: boolean,
 *   shiftKey: boolean, repeat: boolean, isComposing: boolean }} Press a keyboard event, as far as it matters */
/**
 * @typedef {object} Shortcut
 * @property {string} action
 * @property {string} keys
 * @property {Place} [place] the only one where it is one
 * @property {boolean} [repeats] whether it happens again and again while the key is held
 * @property {"enterSends"} [needs]
 */

/** What a held key means that does something once: nothing, but it is not the browser's either. */
export const HELD = "held";

/** @type {Record<string, Shortcut[]>} */
const GROUPS = {
  around: [
    { action: "switcher", keys: "Mod K" },
    { action: "search", keys: "/" },
    { action: "find", keys: "Mod F" },
    { action: "previous_room", keys: "Alt ArrowUp", repeats: true },
    { action: "next_room", keys: "Alt ArrowDown", repeats: true },
    { action: "previous_unread", keys: "Alt Shift ArrowUp" },
    { action: "next_unread", keys: "Alt Shift ArrowDown" },
    { action: "escape", keys: "Escape" },
    { action: "help", keys: "?" },
    { action: "help", keys: "Mod /" },
  ],
  messages: [
    { action: "next_message", keys: "J", repeats: true },
    { action: "previous_message", keys: "K", repeats: true },
    { action: "reply", keys: "R" },
    { action: "edit", keys: "E" },
    { action: "react", keys: "+" },
    { action: "unread", keys: "Shift U" },
    { action: "latest", keys: "End", place: "page" },
  ],
  writing: [
    { action: "send", keys: "Enter", place: "composer", needs: "enterSends" },
    { action: "send", keys: "Mod Enter", place: "composer" },
    { action: "line_break", keys: "Shift Enter", place: "composer", repeats: true },
    { action: "edit_last", keys: "ArrowUp", place: "composer", repeats: true },
    { action: "bold", keys: "Mod B", place: "composer" },
    { action: "italic", keys: "Mod I", place: "composer" },
    { action: "strike", keys: "Mod Shift X", place: "composer" },
    { action: "code", keys: "Mod E", place: "composer" },
    { action: "link", keys: "Mod Shift K", place: "composer" },
  ],
};
const SHORTCUTS = Object.values(GROUPS).flat();
export const ACTIONS = [...new Set(SHORTCUTS.map(({ action }) => action))];

const MODIFIERS = ["Mod", "Alt", "Shift"];
const MAC_CAPS = new Map([["Mod", "⌘"], ["Alt", "⌥"], ["Shift", "⇧"]]);
const CAPS = new Map([
  ["Mod", "Ctrl"],
  ["ArrowUp", "↑"],
  ["ArrowDown", "↓"],
  ["Escape", "Esc"],
]);

/**
 * What a key does here, by name; null for one that means nothing, or that belongs to an input method.
 * @param {Press} press
 * @param {Place} place
 * @param {Keyboard} keyboard
 * @returns {string | null}
 */
export function actionOf(press, place, keyboard) {
  if (press.isComposing || press.keyCode === 229) return null;
  const found = SHORTCUTS.find((shortcut) =>
    isOn(shortcut, keyboard) && isFor(shortcut, place) &&
    isPressed(shortcut.keys, press, keyboard.isMac)
  );
  if (!found) return null;
  return press.repeat && !found.repeats ? HELD : found.action;
}

/**
 * The keys of an action that work as things are.
 * @param {string} action
 * @param {Keyboard} keyboard
 */
export function keysOf(action, keyboard) {
  return SHORTCUTS.filter((shortcut) => shortcut.action === action && isOn(shortcut, keyboard))
    .map(({ keys }) => keys);
}

/**
 * All that works as things are, for whoever asks.
 * @param {Keyboard} keyboard
 * @returns {{ group: string, lines: { action: string, keys: string[] }[] }[]}
 */
export function helpFor(keyboard) {
  return Object.entries(GROUPS).map(([group, shortcuts]) => {
    const actions = [...new Set(shortcuts.map(({ action }) => action))];
    const lines = actions.map((action) => ({ action, keys: keysOf(action, keyboard) }));
    return { group, lines: lines.filter(({ keys }) => keys.length > 0) };
  });
}

/** What is printed on the keys. @param {string} keys @param {boolean} isMac */
export function capsOf(keys, isMac) {
  return keys.split(" ").map((name) => (isMac && MAC_CAPS.get(name)) || (CAPS.get(name) ?? name));
}

/** As `aria-keyshortcuts` has it. @param {string} keys @param {boolean} isMac */
export function ariaOf(keys, isMac) {
  return keys.split(" ").map((name) => name === "Mod" ? (isMac ? "Meta" : "Control") : name)
    .join("+");
}

/** @param {Shortcut} shortcut @param {Keyboard} keyboard */
function isOn({ keys, needs }, keyboard) {
  if (isCharacter(keys) && !keyboard.singleKeys) return false;
  return needs === undefined || keyboard[needs];
}

/** @param {Shortcut} shortcut @param {Place} place */
function isFor({ keys, place: only }, place) {
  return only === undefined ? !isCharacter(keys) || place === "page" : only === place;
}

/** Whether these keys would write something. @param {string} keys */
function isCharacter(keys) {
  return /^(Shift )?\S$/u.test(keys);
}

/** With exactly these modifiers. @param {string} keys @param {Press} press @param {boolean} isMac */
function isPressed(keys, press, isMac) {
  const names = keys.split(" ");
  const [mod, alt, shift] = MODIFIERS.map((name) => names.includes(name));
  const [isMod, isOther] = isMac ? [press.metaKey, press.ctrlKey] : [press.ctrlKey, press.metaKey];
  if (isMod !== mod || isOther || press.altKey !== alt) return false;
  const name = names.at(-1) ?? "";
  // Where a sign stands on the keyboard, and whether it takes Shift, is the layout's business.
  return (press.shiftKey === shift || isSign(name)) && nameOf(press) === name;
}

/** @param {string} name */
function isSign(name) {
  return /^[^A-Z]$/.test(name);
}

/** A letter by its place where the layout writes another script. @param {Press} press */
function nameOf({ key, code }) {
  if (/^[a-z]$/i.test(key)) return key.toUpperCase();
  const [, letter] = /^Key([A-Z])$/.exec(code) ?? [];
  return letter !== undefined && /^\P{ASCII}$/u.test(key) ? letter : key;
}

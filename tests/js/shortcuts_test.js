import assert from "node:assert/strict";
import { actionOf, ACTIONS, ariaOf, capsOf, HELD, helpFor, keysOf } from "chat/shortcuts.js";

/** @import { Keyboard, Press } from "chat/shortcuts.js" */

const PC = { isMac: false, enterSends: true, singleKeys: true };
const MAC = { ...PC, isMac: true };
const QUIET = { ...PC, singleKeys: false };
const CAREFUL = { ...PC, enterSends: false };

/** A key as the browser tells it, from `Ctrl Shift K`. @param {string} keys @param {Partial<Press>} [more] @returns {Press} */
function press(keys, more = {}) {
  const names = keys.split(" ");
  const key = names.at(-1) ?? "";
  return {
    key,
    code: /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : "",
    keyCode: 0,
    ctrlKey: names.includes("Ctrl"),
    metaKey: names.includes("Meta"),
    altKey: names.includes("Alt"),
    shiftKey: names.includes("Shift"),
    repeat: false,
    isComposing: false,
    ...more,
  };
}

/** @type {[string, string][]} */
const ON_THE_PAGE = [
  ["Ctrl k", "switcher"],
  ["/", "search"],
  ["Ctrl f", "find"],
  ["Alt ArrowUp", "previous_room"],
  ["Alt ArrowDown", "next_room"],
  ["Alt Shift ArrowUp", "previous_unread"],
  ["Alt Shift ArrowDown", "next_unread"],
  ["Escape", "escape"],
  ["Shift ?", "help"],
  ["Ctrl /", "help"],
  ["j", "next_message"],
  ["k", "previous_message"],
  ["r", "reply"],
  ["e", "edit"],
  ["Shift +", "react"],
  ["Shift U", "unread"],
  ["End", "latest"],
];
/** @type {[string, string][]} */
const WHILE_WRITING = [
  ["Enter", "send"],
  ["Ctrl Enter", "send"],
  ["Shift Enter", "line_break"],
  ["ArrowUp", "edit_last"],
  ["Ctrl b", "bold"],
  ["Ctrl i", "italic"],
  ["Ctrl Shift X", "strike"],
  ["Ctrl e", "code"],
  ["Ctrl Shift K", "link"],
];

for (const [keys, action] of ON_THE_PAGE) {
  Deno.test(`on the page ${keys} means ${action}`, () => {
    assert.equal(actionOf(press(keys), "page", PC), action);
  });
}

for (const [keys, action] of WHILE_WRITING) {
  Deno.test(`while one writes ${keys} means ${action}, elsewhere nothing`, () => {
    assert.equal(actionOf(press(keys), "composer", PC), action);
    assert.equal(actionOf(press(keys), "page", PC), null);
    assert.equal(actionOf(press(keys), "field", PC), null);
  });
}

Deno.test("every action of the table is tested here", () => {
  const tested = [...ON_THE_PAGE, ...WHILE_WRITING].map(([, action]) => action);
  assert.deepEqual(new Set(tested), new Set(ACTIONS));
});

Deno.test("a character is written in a field, and the rest works there too", () => {
  for (const place of /** @type {const} */ (["field", "composer"])) {
    for (const keys of ["j", "/", "Shift ?", "Shift +", "Shift U", "End"]) {
      assert.equal(actionOf(press(keys), place, PC), null);
    }
    assert.equal(actionOf(press("Ctrl k"), place, PC), "switcher");
    assert.equal(actionOf(press("Alt Shift ArrowUp"), place, PC), "previous_unread");
    assert.equal(actionOf(press("Escape"), place, PC), "escape");
  }
});

Deno.test("single characters can be switched off, and the rest stays", () => {
  for (const keys of ["j", "/", "Shift ?", "Shift +", "Shift U"]) {
    assert.equal(actionOf(press(keys), "page", QUIET), null);
  }
  assert.equal(actionOf(press("Ctrl /"), "page", QUIET), "help");
  assert.equal(actionOf(press("End"), "page", QUIET), "latest");
  assert.equal(actionOf(press("Ctrl k"), "page", QUIET), "switcher");
});

Deno.test("where Enter does not send, Ctrl and Enter do", () => {
  assert.equal(actionOf(press("Enter"), "composer", CAREFUL), null);
  assert.equal(actionOf(press("Ctrl Enter"), "composer", CAREFUL), "send");
});

Deno.test("a Mac has its own key, and Ctrl is not it", () => {
  assert.equal(actionOf(press("Meta k"), "page", MAC), "switcher");
  assert.equal(actionOf(press("Ctrl k"), "composer", MAC), null); // it cuts to the end of the line there
  assert.equal(actionOf(press("Meta k"), "page", PC), null);
  assert.equal(actionOf(press("Meta Enter"), "composer", MAC), "send");
});

Deno.test("with another modifier a key means something else", () => {
  for (
    const keys of ["Ctrl Alt k", "Ctrl Meta k", "Alt j", "Ctrl j", "Shift J", "u", "Alt Enter"]
  ) {
    assert.equal(actionOf(press(keys), "page", PC), null);
    assert.equal(actionOf(press(keys), "composer", PC), null);
  }
});

Deno.test("letters count by their place where the layout writes another script", () => {
  assert.equal(actionOf(press("о", { code: "KeyJ" }), "page", PC), "next_message");
  assert.equal(actionOf(press("Ctrl л", { code: "KeyK" }), "composer", PC), "switcher");
  assert.equal(actionOf(press("j", { code: "KeyC" }), "page", PC), "next_message"); // Dvorak
});

Deno.test("capitals lock or not, a letter is the same", () => {
  assert.equal(actionOf(press("J"), "page", PC), "next_message");
  assert.equal(actionOf(press("Shift u"), "page", PC), "unread");
});

Deno.test("a key that is held does once what is done once", () => {
  assert.equal(actionOf(press("Enter", { repeat: true }), "composer", PC), HELD);
  assert.equal(actionOf(press("Ctrl k", { repeat: true }), "page", PC), HELD);
  assert.equal(actionOf(press("j", { repeat: true }), "page", PC), "next_message");
  assert.equal(actionOf(press("x", { repeat: true }), "page", PC), null);
});

Deno.test("an input method's keys are its own", () => {
  for (const [keys] of [...ON_THE_PAGE, ...WHILE_WRITING]) {
    for (const place of /** @type {const} */ (["page", "composer"])) {
      assert.equal(actionOf(press(keys, { isComposing: true }), place, PC), null);
      assert.equal(actionOf(press(keys, { keyCode: 229 }), place, PC), null);
    }
  }
});

Deno.test("the help names every action that works, and none that does not", () => {
  const named = (/** @type {Keyboard} */ keyboard) =>
    helpFor(keyboard).flatMap(({ lines }) => lines).map(({ action }) => action);
  assert.deepEqual(new Set(named(PC)), new Set(ACTIONS));
  assert.equal(named(QUIET).includes("reply"), false);
  assert.equal(named(QUIET).includes("help"), true);
  assert.deepEqual(keysOf("send", PC), ["Enter", "Mod Enter"]);
  assert.deepEqual(keysOf("send", CAREFUL), ["Mod Enter"]);
});

Deno.test("the page has words for all that the help names", () => {
  const strings = Deno.readTextFileSync("chat/strings.py");
  for (const action of ACTIONS) assert.match(strings, new RegExp(`"shortcut_${action}": _`));
  for (const { group } of helpFor(PC)) {
    assert.match(strings, new RegExp(`"shortcuts_${group}": _`));
  }
});

Deno.test("keys are called what is printed on them, and what the browser calls them", () => {
  assert.deepEqual(capsOf("Mod Shift K", false), ["Ctrl", "Shift", "K"]);
  assert.deepEqual(capsOf("Mod Shift K", true), ["⌘", "⇧", "K"]);
  assert.deepEqual(capsOf("Alt ArrowUp", true), ["⌥", "↑"]);
  assert.equal(ariaOf("Mod K", true), "Meta+K");
  assert.equal(ariaOf("Alt Shift ArrowUp", false), "Alt+Shift+ArrowUp");
});

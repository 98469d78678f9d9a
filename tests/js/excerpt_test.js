import assert from "node:assert/strict";
import { excerpt, readable } from "chat/excerpt.js";
import { ALICE, BOB, message } from "./wire.js";

/** @import { ContentNode } from "chat/wire.d.ts" */

/** @param {string} body @param {[number, number][]} marks */
function shown(body, marks) {
  return excerpt(body, marks).map(({ text, isFound }) => isFound ? `[${text}]` : text).join("");
}

Deno.test("a short text is shown whole, with what was found in it", () => {
  assert.equal(shown("the tea is ready", [[4, 7]]), "the [tea] is ready");
});

Deno.test("marks count code points", () => {
  assert.equal(shown("😀😀 茶 𠮷茶", [[3, 4], [6, 7]]), "😀😀 [茶] 𠮷[茶]");
});

Deno.test("a long text begins a little before what was found, at a word", () => {
  const body = `${"before ".repeat(60)}tea ${"after ".repeat(60)}`;
  const text = shown(body, [[420, 423]]);
  assert.equal(text.startsWith("… before "), true);
  assert.equal(text.includes("[tea] after"), true);
  assert.equal(text.endsWith(" …"), true);
});

Deno.test("a long line without spaces is cut anywhere", () => {
  const text = shown("字".repeat(1_000), [[500, 502]]);
  assert.equal(text.startsWith(`… ${"字".repeat(40)}[字字]字`), true);
});

Deno.test("what was found at the cut is marked as far as it is shown", () => {
  const text = shown("字".repeat(400), [[0, 400]]);
  assert.equal(text, `[${"字".repeat(180)}] …`);
});

Deno.test("line breaks become spaces, and without marks the beginning is shown", () => {
  assert.equal(shown("one\n\n two", []), "one two");
});

const users = new Map([[ALICE.id, ALICE], [BOB.id, BOB]]);
const text = (/** @type {string} */ text) => ({ t: "text", text });

/** As a hit shows it; all of `word` was found. @param {string} body @param {ContentNode[] | null} content @param {string} word */
function hit(body, content, word) {
  const glyphs = [...body].map((glyph) => glyph.length > 1 ? "\0" : glyph).join("");
  /** @type {[number, number][]} */
  const marks = [...glyphs.matchAll(new RegExp(word, "g"))].map(({ 0: { length }, index }) => [
    index,
    index + length,
  ]);
  return shown(...readable(message(1, { body, content }), marks, users));
}

Deno.test("what was found is shown as it is read, without the marks of a markup", () => {
  const content = [
    { t: "p", c: [text("😀 "), { t: "b", c: [text("tea")] }, text(" and 😀 tea")] },
    { t: "code_block", lang: "py", text: "tea = 1" },
    { t: "p", c: [text("no more tea")] },
  ];
  const body = "😀 **tea** and 😀 tea\n```py\ntea = 1\n```\nno more tea";
  assert.equal(hit(body, content, "tea"), "😀 [tea] and 😀 [tea] [tea] = 1 no more [tea] ");
});

Deno.test("a text without a markup is shown as it is", () => {
  assert.equal(hit("a ** tea", null, "tea"), "a ** [tea]");
});

Deno.test("who was found by an earlier name is shown under the present one", () => {
  const content = [{ t: "p", c: [text("ask "), { t: "mention", user: BOB.id, text: "@bo" }] }];
  assert.equal(hit("ask @bo", content, "bo"), "ask [@Bob] ");
  assert.equal(hit("ask @bo", content, "[bo]"), "ask [@Bob] ");
});

Deno.test("what was found where nobody reads it is shown as it was written", () => {
  const link = { t: "link", href: "https://tea.example/", c: [text("here")] };
  const body = "look [here](https://tea.example/)";
  assert.equal(
    hit(body, [{ t: "p", c: [text("look "), link] }], "tea"),
    body.replace("tea", "[tea]"),
  );
});

Deno.test("what is hidden stays hidden from who finds it", () => {
  const content = [{ t: "p", c: [text("the tea is "), { t: "spoiler", c: [text("cold tea")] }] }];
  assert.equal(hit("the tea is ||cold tea||", content, "tea"), "the [tea] is ▒▒▒ ");
  assert.equal(hit("the tea is ||cold tea||", content, "cold"), "the tea is ▒▒▒ ");
});

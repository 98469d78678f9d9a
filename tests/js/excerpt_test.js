import assert from "node:assert/strict";
import { excerpt } from "chat/excerpt.js";

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

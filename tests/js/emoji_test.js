import assert from "node:assert/strict";
import { codeRanges } from "chat/code-ranges.js";
import { EmojiNames } from "chat/emoji.js";

const ROWS = /** @type {[string, string, string][]} */ (
  JSON.parse(Deno.readTextFileSync("static/data/emoji.json"))
);
const names = new EmojiNames(ROWS, "en");

/** @param {string} query @param {string[]} [often] */
const found = (query, often) => names.search(query, 5, often).map(({ char }) => char);

Deno.test("it finds by code, by a word of the name and in Chinese", () => {
  assert.equal(found("tada")[0], "🎉");
  assert.equal(found("+1")[0], "👍");
  assert.ok(found("popper").includes("🎉"));
  assert.ok(found("笑哭").includes("😂"));
  assert.deepEqual(found("no such thing"), []);
});

Deno.test("it names an emoji in the reader's language", () => {
  assert.equal(names.nameOf("😂"), "joy");
  assert.equal(new EmojiNames(ROWS, "zh-hans").nameOf("😂"), "笑哭了");
});

Deno.test("the code that is typed out comes first", () => {
  assert.equal(found("heart")[0], "❤️");
  assert.equal(found("cat")[0], "🐱");
});

Deno.test("of those that begin so the shortest comes first", () => {
  assert.equal(found("hea")[0], "❤️");
  assert.equal(found("smi")[0], "😄");
});

Deno.test("what one uses often comes before others that begin so, not before what is called so", () => {
  assert.deepEqual(found("th", ["👍", "🤔"]).slice(0, 2), ["👍", "🤔"]);
  assert.equal(found("cat", ["😺"])[0], "🐱");
});

Deno.test("codes become emoji, and what is no code stays", () => {
  assert.equal(names.replaceCodes("done :tada::+1: at 12:30:45"), "done 🎉👍 at 12:30:45");
  assert.equal(names.replaceCodes(":nonsense: :ta da:"), ":nonsense: :ta da:");
});

Deno.test("in code they stay codes", () => {
  assert.equal(names.replaceCodes("`:tada:` :tada:"), "`:tada:` 🎉");
  assert.equal(names.replaceCodes("```\n:tada:\n```\n:tada:"), "```\n:tada:\n```\n🎉");
  assert.equal(names.replaceCodes("``a ` :tada:`` :tada:"), "``a ` :tada:`` 🎉");
  assert.equal(names.replaceCodes("a lone ` and :tada:"), "a lone ` and 🎉");
});

Deno.test("a fence without end is code to the end", () => {
  assert.deepEqual(codeRanges("a\n```\nb"), [[2, 7]]);
});

Deno.test("many backticks take no longer than many letters", () => {
  const text = Array.from({ length: 2_000 }, (_, at) => "`".repeat(at % 7 + 1)).join("a");
  assert.ok(codeRanges(text).length > 0);
});

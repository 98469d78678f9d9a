import assert from "node:assert/strict";
import { changeOf, format } from "chat/formatting.js";

/** @import { Kind } from "chat/formatting.js" */

/** A text in which `[` and `]`, or `|`, stand for the selection. @param {string} shown */
function read(shown) {
  const text = shown.replace(/[⟦⟧|]/g, "");
  const [start, end] = shown.includes("|")
    ? [shown.indexOf("|"), shown.indexOf("|")]
    : [shown.indexOf("⟦"), shown.indexOf("⟧") - 1];
  return { text, start, end };
}

/** @param {Kind} kind @param {string} shown */
function formatted(kind, shown) {
  const { text, start, end } = format(kind, read(shown));
  if (start === end) return `${text.slice(0, start)}|${text.slice(start)}`;
  return `${text.slice(0, start)}⟦${text.slice(start, end)}⟧${text.slice(end)}`;
}

/** What is marked is as it was when it is marked again. @type {[Kind, string, string][]} */
const THERE_AND_BACK = [
  ["bold", "a ⟦b c⟧ d", "a **⟦b c⟧** d"],
  ["italic", "⟦你好⟧世界", "*⟦你好⟧*世界"],
  ["strike", "⟦gone⟧", "~~⟦gone⟧~~"],
  ["code", "run ⟦ls⟧ now", "run `⟦ls⟧` now"],
  ["italic", "**⟦both⟧**", "***⟦both⟧***"],
  ["bold", "*⟦both⟧*", "***⟦both⟧***"],
  ["bold", "so |", "so **|**"],
  ["code", "|", "`|`"],
  ["bold", "⟦one\ntwo⟧", "⟦**one**\n**two**⟧"],
  ["code", "⟦a\nb⟧", "```\n⟦a\nb⟧\n```"],
];

for (const [kind, before, after] of THERE_AND_BACK) {
  Deno.test(`${kind} makes ${JSON.stringify(after)}, and again what was there`, () => {
    assert.equal(formatted(kind, before), after);
    assert.equal(formatted(kind, after), before);
  });
}

/** @type {[string, Kind, string, string][]} */
const CASES = [
  ["marks touch the words", "bold", "a⟦ b ⟧c", "a **⟦b⟧** c"],
  ["what was selected with its marks loses them", "bold", "⟦**a**⟧", "⟦a⟧"],
  ["a blank line stays one", "italic", "⟦one\n\ntwo⟧", "⟦*one*\n\n*two*⟧"],
  ["the sign of a list stays in front", "bold", "⟦- one\n2. two⟧", "- ⟦**one**\n2. **two**⟧"],
  ["a quote is marked behind its sign", "bold", "⟦> so⟧", "> **⟦so⟧**"],
  ["lines that are marked already are left", "bold", "⟦**one**\ntwo⟧", "**one**\n**⟦two⟧**"],
  ["at its end one gets out of it", "bold", "**word|**", "**word**|"],
  ["code that holds a sign gets a longer one", "code", "⟦a`b⟧", "`` ⟦a`b⟧ ``"],
  ["a block begins and ends on lines of its own", "code", "x ⟦a\nb⟧ y", "x \n```\n⟦a\nb⟧\n```\n y"],
  ["a block that was selected is opened", "code", "⟦```\na\nb\n```⟧", "⟦a\nb⟧"],
  ["a fence inside makes the one around it longer", "code", "⟦```\na⟧", "````\n⟦```\na⟧\n````"],
  ["a link wants its address", "link", "see ⟦this⟧", "see [this](|)"],
  ["an address wants its label", "link", "⟦https://example.org⟧", "[|](https://example.org)"],
  ["a link of nothing wants its label first", "link", "|", "[|]()"],
];

for (const [what, kind, before, after] of CASES) {
  Deno.test(what, () => assert.equal(formatted(kind, before), after));
}

Deno.test("a change is one stretch, as short as it can be", () => {
  assert.deepEqual(changeOf("a b c", "a **b** c"), { from: 2, to: 3, insert: "**b**" });
  assert.deepEqual(changeOf("**", ""), { from: 0, to: 2, insert: "" });
  assert.deepEqual(changeOf("aaa", "aaaa"), { from: 3, to: 3, insert: "a" });
  assert.deepEqual(changeOf("same", "same"), { from: 4, to: 4, insert: "" });
});

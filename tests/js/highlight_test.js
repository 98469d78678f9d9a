import assert from "node:assert/strict";
import process from "node:process";
import { isFewEmoji } from "chat/few-emoji.js";
import { highlight } from "chat/highlight.js";

/** @param {string} text @param {string} lang */
function coloured(text, lang) {
  return (highlight(text, lang) ?? []).filter(({ kind }) => kind !== "")
    .map(({ kind, text }) => `${kind}:${text}`);
}

Deno.test("it tells words, strings, numbers and comments apart", () => {
  assert.deepEqual(coloured('def f(x="a"):  # one\n    return 1.5', "py"), [
    ...["word:def", 'string:"a"', "comment:# one", "word:return", "number:1.5"],
  ]);
  assert.deepEqual(coloured("const x = `a`; // b", "ts"), [
    ...["word:const", "string:`a`", "comment:// b"],
  ]);
  assert.deepEqual(coloured("SELECT 1 -- one", "SQL"), [
    "word:SELECT",
    "number:1",
    "comment:-- one",
  ]);
  assert.deepEqual(coloured("+a\n-b\n c", "diff"), ["added:+a", "gone:-b"]);
  assert.deepEqual(coloured('<a href="x">', "html"), ["name:<a", 'string:"x"', "name:>"]);
});

Deno.test("what it does not know stays plain", () => {
  for (const lang of ["", "klingon", "constructor"]) assert.equal(highlight("if 1", lang), null);
});

const UNITS = [
  ...['"', "'", "`", "/*", "//", "#", "<!--", "<a ", "\\", '"\\', "a", "1", "1e", "0x", "_", "1_"],
  ...["'''", '"""', "--", "+\n", "-\n", "@@", "a.", "$", "\n", "/", "*", "<", ">", "中", "😀"],
];

for (const lang of ["js", "py", "sql", "yaml", "json", "html", "css", "diff"]) {
  Deno.test(`nothing of ${lang} is lost, and the worst of it takes no time`, () => {
    for (const unit of UNITS) {
      const text = unit.repeat(8_000 / unit.length);
      const before = process.cpuUsage().user;
      const parts = highlight(text, lang);
      assert.ok(process.cpuUsage().user - before < 500_000, unit); // microseconds of this process
      if (parts) assert.equal(parts.map((part) => part.text).join(""), text);
    }
  });
}

Deno.test("one to three emoji are few, and anything else is not", () => {
  for (const body of ["👍", "🎉🎉 🎉", "👩🏾‍💻", "🇨🇳", "1️⃣", "❤️\n"]) assert.ok(isFewEmoji(body), body);
  for (const body of ["", " ", "👍👍👍👍", "👍a", "1", "好", "👍".repeat(200)]) {
    assert.ok(!isFewEmoji(body), body);
  }
});

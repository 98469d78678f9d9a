import assert from "node:assert/strict";
import { loadColours } from "chat/code-colours.js";
import { buildRichText, isSafe } from "chat/rich-text.js";
import { settled } from "./fakes.js";
import { ALICE, BOB } from "./wire.js";

/** Just enough of a document to see what is built. */
class FakeNode {
  /** @type {FakeNode[]} */
  children = [];
  /** @type {Record<string, string>} */
  attributes = {};
  /** @param {string} name @param {string} [text] */
  constructor(name, text = "") {
    this.name = name;
    this.text = text;
  }

  /** @param {FakeNode} child */
  appendChild(child) {
    this.children.push(child);
    return child;
  }

  /** @param {FakeNode} child */
  removeChild(child) {
    this.children.splice(this.children.indexOf(child), 1);
  }

  /** @param {string} name @param {string} value */
  setAttribute(name, value) {
    this.attributes[name] = value;
  }

  /** @returns {string} */
  get markup() {
    if (this.name === "#text") return this.text.replaceAll("<", "&lt;");
    const attributes = Object.entries(this.attributes).map(([name, value]) =>
      ` ${name}="${value}"`
    );
    const inside = this.children.map((child) => child.markup).join("");
    return this.name === ""
      ? inside
      : `<${this.name}${attributes.join("")}>${inside}</${this.name}>`;
  }
}

const fakeDocument = {
  createDocumentFragment: () => new FakeNode(""),
  createElement: (/** @type {string} */ name) => new FakeNode(name),
  createTextNode: (/** @type {string} */ text) => new FakeNode("#text", text),
};

/** @param {any[]} nodes */
function build(nodes) {
  const users = new Map([ALICE, BOB].map((user) => [user.id, user]));
  const reader = { document: /** @type {any} */ (fakeDocument), users, me: ALICE.id };
  const built = /** @type {unknown} */ (buildRichText(nodes, reader));
  return /** @type {FakeNode} */ (built);
}

/** @param {any[]} nodes */
function markup(nodes) {
  return build(nodes).markup;
}

/** @param {string} text */
const text = (text) => ({ t: "text", text });

Deno.test("it builds marks within a paragraph", () => {
  const tree = [{ t: "p", c: [text("a "), { t: "b", c: [{ t: "i", c: [text("b")] }] }] }];
  assert.equal(markup(tree), "<p>a <strong><em>b</em></strong></p>");
});

Deno.test("it shows who is mentioned under their present names", () => {
  const mention = { t: "mention", user: BOB.id, text: "@bobby" };
  assert.equal(markup([mention]), '<bdi class="mention" title="@bob">@Bob</bdi>');
});

Deno.test("it marks what mentions the reader, or everybody", () => {
  for (const user of [ALICE.id, null]) {
    assert.match(markup([{ t: "mention", user, text: "@x" }]), /class="mention mention--me"/);
  }
});

Deno.test("who is mentioned and not known here stands as typed", () => {
  const mention = { t: "mention", user: 99, text: "@<gone>" };
  assert.equal(markup([mention]), '<bdi class="mention">@&lt;gone></bdi>');
});

Deno.test("it builds lists, quotes and code", () => {
  assert.equal(
    markup([{ t: "list", ordered: true, start: 3, c: [{ t: "item", c: [text("three")] }] }]),
    '<ol dir="auto" start="3"><li>three</li></ol>',
  );
  const quote = markup([{ t: "quote", c: [text("q")] }]);
  assert.equal(quote, '<blockquote dir="auto">q</blockquote>');
  assert.equal(
    markup([{ t: "code_block", lang: "", text: "x < 1\n" }]),
    "<pre><code>x &lt; 1\n</code></pre>",
  );
  assert.equal(
    markup([{ t: "spoiler", c: [text("he did it")] }]),
    '<span class="spoiler" role="button" tabindex="0" aria-label="spoiler">' +
      '<span class="spoiler__text" inert="">he did it</span></span>',
  );
});

Deno.test("code is plain until what knows its language is there", async () => {
  const code = { t: "code_block", lang: "py", text: "x < 1" };
  const early = build([code]);
  assert.equal(early.markup, "<pre><code>x &lt; 1</code></pre>");
  await loadColours();
  await settled();
  const coloured = '<pre><code>x &lt; <span class="code-number">1</span></code></pre>';
  assert.equal(early.markup, coloured);
  assert.equal(markup([code]), coloured);
});

Deno.test("text stays text", () => {
  assert.equal(markup([text("<script>alert(1)</script>")]), "&lt;script>alert(1)&lt;/script>");
});

Deno.test("a link opens elsewhere and tells nothing", () => {
  assert.equal(
    markup([{ t: "link", href: "https://example.org/", c: [text("there")] }]),
    '<a href="https://example.org/" target="_blank" rel="noopener noreferrer nofollow">there</a>',
  );
});

for (
  const href of [
    "javascript:alert(1)",
    " javascript:alert(1)",
    "data:text/html,x",
    "//example.org",
    "/accounts/logout/",
    "vbscript:x",
    "https:example.org",
  ]
) {
  Deno.test(`it does not link to ${href}`, () => {
    assert.equal(isSafe(href), false);
    assert.equal(markup([{ t: "link", href, c: [text("there")] }]), "there");
  });
}

Deno.test("it shows the text inside what it does not know", () => {
  const tree = [{ t: "glitter", c: [text("a"), { t: "sparkle", text: "b" }] }];
  assert.equal(markup(tree), "ab");
});

Deno.test("no type reaches an element that is not on the list", () => {
  for (const t of ["script", "style", "iframe", "constructor", "__proto__", "img"]) {
    assert.equal(markup([{ t, text: "x" }]), "x");
  }
});

Deno.test("a tree without end has one here", () => {
  /** @type {any} */
  let tree = [text("deep")];
  for (let level = 0; level < 10_000; level += 1) tree = [{ t: "b", c: tree }];
  assert.ok(!markup(tree).includes("deep"));
});

Deno.test("it takes nonsense calmly", () => {
  assert.equal(markup([null, 3, "x", { t: "p", c: "y" }, { t: "text", text: 5 }]), "<p></p>");
});
